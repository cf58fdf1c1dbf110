import { createServer, type Socket } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { answer } from '../sender/actor.ts'

/** Endpoints to open. */
export interface BadEndpointsRequest {
  /** Accept connections and requests, and never answer. */
  readonly dead: number
  /** Answer with one byte a second, without end. */
  readonly drip: number
}

/** Where they are. */
export interface BadEndpointsResponse {
  readonly dead: readonly string[]
  readonly drip: readonly string[]
}

const DRIP_MS = 1000

answer<BadEndpointsRequest, BadEndpointsResponse>(async ({ dead, drip }) => ({
  dead: await open(dead, () => undefined),
  drip: await open(drip, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n')
    const timer = setInterval(() => socket.write('.'), DRIP_MS)
    socket.once('close', () => clearInterval(timer))
  }),
}))

function open(count: number, onRequest: (socket: Socket) => void): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy())
        socket.once('data', () => onRequest(socket))
        socket.resume()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${portOf(server)}/webhooks`
    }),
  )
}

function portOf(server: Server): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens at a port has an address
  return (server.address() as AddressInfo).port
}
