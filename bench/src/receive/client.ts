import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answer } from '../sender/actor.ts'
import { signRequests } from './sign-requests.ts'

/** What the client can be asked for. */
export type ClientRequest =
  /** To sign `count` new requests, if it has not signed those of this round. */
  | { readonly prepare: { readonly round: number; readonly count: number } }
  /** To send all that it has signed to a server on this machine, over `connections`. */
  | { readonly send: { readonly port: number; readonly connections: number } }

/** Its answer. */
export interface ClientResponse {
  /** From the first request to the last response. */
  readonly seconds: number
}

let prepared: { readonly round: number; readonly requests: readonly Buffer[] } = { round: -1, requests: [] }

answer<ClientRequest, ClientResponse>(async (request) => {
  if ('send' in request) return { seconds: await send(request.send.port, request.send.connections) }
  const { round, count } = request.prepare
  if (prepared.round !== round) prepared = { round, requests: await serializeRequests(count) }
  return { seconds: 0 }
})

// The client shares the processor with what it measures, so the bytes are ready before the clock starts.
async function serializeRequests(count: number): Promise<readonly Buffer[]> {
  return (await signRequests(count)).map(({ headers, body }) => {
    const lines = Object.entries({ host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    )
    return Buffer.concat([Buffer.from(`POST /webhooks HTTP/1.1\r\n${lines.join('')}\r\n`), body])
  })
}

async function send(port: number, connections: number): Promise<number> {
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      return socket
    }),
  )
  const pending = prepared.requests.values()
  const beganAt = performance.now()
  await Promise.all(sockets.map((socket) => exchange(socket, pending)))
  const seconds = (performance.now() - beganAt) / 1000
  for (const socket of sockets) socket.destroy()
  return seconds
}

/** Sends request after request over one connection, each after the response to the one before. */
function exchange(socket: Socket, requests: Iterator<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (!isComplete(received)) return
      if (!received.startsWith('HTTP/1.1 200 ')) return reject(new Error(`The server answered ${received}`))
      received = ''
      next()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server closed a connection.')))
    next()

    function next(): void {
      const { done, value } = requests.next()
      if (done) resolve()
      else socket.write(value)
    }
  })
}

function isComplete(response: string): boolean {
  const end = response.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(response)?.[1]
  // Without a length it is chunked.
  return length === undefined
    ? response.endsWith('\r\n0\r\n\r\n')
    : response.length >= end + 4 + Number(length)
}
