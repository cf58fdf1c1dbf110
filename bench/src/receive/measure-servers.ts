import { fileURLToPath } from 'node:url'
import { measureInTurns, type Round } from '../rounds.ts'
import { type Actor, startActor } from '../sender/actor.ts'
import type { ClientRequest, ClientResponse } from './client.ts'
import { type Contender, contenders } from './contenders.ts'
import type { ServerReport, ServerRequest } from './server.ts'

/** As many as the sender makes to one endpoint at once. */
const CONNECTIONS = 64

/** Until then the compiler still finds something to improve. */
const WARM_UP_ROUNDS = 4

/** What one turn measured. */
export interface Turn {
  readonly perSecond: number
  /** Processor time of the server for each request. */
  readonly cpuMicroseconds: number
}

type Client = Actor<ClientRequest, ClientResponse>
type Server = Actor<ServerRequest, ServerReport>

/**
 * Sends `requests` requests to each server in each round, the same to all, with events that are new to all.
 *
 * @throws {Error} when a server did not handle each of them.
 */
export async function measureServers(rounds: number, requests: number): Promise<readonly Round<Turn>[]> {
  const client = await startActor<ClientRequest, ClientResponse>(pathOf('./client.ts'))
  const servers: Server[] = []
  try {
    const measured = []
    for (const contender of contenders) {
      const server = await startActor<ServerRequest, ServerReport>(pathOf('./server.ts'))
      servers.push(server)
      const { port } = await server.ask({ listen: contender })
      measured.push(toContender(contender, { client, server, port, requests }))
    }
    await measureInTurns(measured, WARM_UP_ROUNDS)
    return await measureInTurns(measured, rounds)
  } finally {
    await Promise.all([client, ...servers].map((actor) => actor.stop()))
  }
}

interface Parts {
  readonly client: Client
  readonly server: Server
  readonly port: number
  readonly requests: number
}

function toContender({ name }: Contender, { client, server, port, requests }: Parts) {
  let round = 0
  return {
    name,
    async measure(): Promise<Turn> {
      await client.ask({ prepare: { round: round++, count: requests } })
      const before = await server.ask({ report: true })
      const { seconds } = await client.ask({ send: { port, connections: CONNECTIONS } })
      const after = await server.ask({ report: true })
      if (after.handled - before.handled !== requests) throw new Error(`${name} did not handle every event.`)
      const cpuMicroseconds = (after.cpuMicroseconds - before.cpuMicroseconds) / requests
      return { perSecond: requests / seconds, cpuMicroseconds }
    },
  }
}

function pathOf(module: string): string {
  return fileURLToPath(import.meta.resolve(module))
}
