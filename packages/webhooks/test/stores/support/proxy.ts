import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { listen } from './free-port.ts'

/** Stands between a client and its server. */
export interface Proxy {
  readonly port: number
  /** Resolves when the client's next bytes were passed on. */
  request(): Promise<void>
  /**
   * Cuts the connection instead of passing on what the server says next that matches, and lets the client connect again.
   * Resolves when it was cut.
   */
  loseReply(isReply: (bytes: Buffer) => boolean): Promise<void>
  close(): Promise<void>
}

/** Starts a proxy in front of a server on `targetPort` of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let onRequest: (() => void) | undefined
  let losing: { isReply: (bytes: Buffer) => boolean; onLost: () => void } | undefined

  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        target.destroy()
        sockets.delete(socket)
      })
    }
    client.on('data', (bytes) => target.write(bytes, () => onRequest?.()))
    target.on('data', (bytes) => {
      if (losing?.isReply(bytes) === true) {
        client.destroy()
        losing.onLost()
        losing = undefined
      } else {
        client.write(bytes)
      }
    })
  })

  return {
    port: await listen(server),
    request: () => new Promise((resolve) => void (onRequest = resolve)),
    loseReply: (isReply) => new Promise((onLost) => void (losing = { isReply, onLost })),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
