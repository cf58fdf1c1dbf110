import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '../../../packages/webhooks/src/index.ts'
import { memoryStore } from '../../../packages/webhooks/src/stores/memory/index.ts'
import { answer } from '../sender/actor.ts'
import type { App } from './apps/app.ts'
import type { AppName, Contender } from './contenders.ts'
import { SECRET } from './sign-requests.ts'

/** What a server can be asked for. */
export type ServerRequest =
  /** To listen. */
  | { readonly listen: Pick<Contender, 'app' | 'kind'> }
  /** For what it has done so far. */
  | { readonly report: true }

/** Its answer. */
export interface ServerReport {
  readonly port: number
  /** Events that were handled. */
  readonly handled: number
  /** Processor time of the process, garbage collection included. */
  readonly cpuMicroseconds: number
}

let port = 0
let handled = 0

answer<ServerRequest, ServerReport>(async (request) => {
  if ('listen' in request) port = await listen(request.listen)
  const { user, system } = process.cpuUsage()
  return { port, handled, cpuMicroseconds: user + system }
})

async function listen({ app, kind }: Pick<Contender, 'app' | 'kind'>): Promise<number> {
  const server = await makeServer(app, kind)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens at a port has an address
  return (server.address() as AddressInfo).port
}

async function makeServer(name: AppName, kind: Contender['kind']): Promise<Server> {
  if (kind === 'octokit') return (await import('./apps/express.ts')).octokit(count)
  const app = await apps[name]()
  if (kind === 'bare') return app.bare(count)
  // All defaults, but silent about what it forgets when it has seen a hundred thousand events.
  const store = memoryStore({ onEvict: () => undefined })
  return app.complywise(createReceiver({ secret: SECRET, store }).on('scan.completed', async () => count()))
}

function count(): void {
  handled += 1
}

// A process loads one of them.
const apps: Readonly<Record<AppName, () => Promise<App>>> = {
  express: () => import('./apps/express.ts'),
  fastify: () => import('./apps/fastify.ts'),
  hono: () => import('./apps/hono.ts'),
  node: () => import('./apps/node.ts'),
  fetch: () => import('./apps/fetch.ts'),
}
