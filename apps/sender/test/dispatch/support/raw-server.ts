import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** A server on a loopback port that answers whatever a test wants it to, byte for byte. */
export interface RawServer {
  readonly url: string
  readonly port: number
  /** Every request received, headers and body as they came. */
  readonly requests: readonly string[]
  /** Connections accepted since it was started. */
  readonly accepted: number
  /** Connections open now. */
  readonly open: number
  close(): Promise<void>
}

export interface RawServerOptions {
  /** Called with every whole request. */
  readonly onRequest?: (socket: Socket, request: string) => void
  /** Called with every connection, before anything is read from it. */
  readonly onConnection?: (socket: Socket) => void
  /** Speaks TLS with these. */
  readonly tls?: TlsOptions
}

/** Starts it on 127.0.0.1. What it has read is parsed only as far as is needed to tell where a request ends. */
export async function startRawServer(options: RawServerOptions = {}): Promise<RawServer> {
  const { onRequest, onConnection, tls } = options
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let accepted = 0

  function serve(socket: Socket): void {
    let received = ''
    onConnection?.(socket)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk
      for (let end = endOfRequest(received); end !== undefined; end = endOfRequest(received)) {
        const request = received.slice(0, end)
        received = received.slice(end)
        requests.push(request)
        onRequest?.(socket, request)
      }
    })
  }

  function watch(socket: Socket): void {
    accepted += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  }

  const server: Server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  // Below TLS too, where a handshake may fail.
  server.on('connection', watch).on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/webhooks`,
    port,
    requests,
    get accepted() {
      return accepted
    },
    get open() {
      return sockets.size
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** An answer with these headers and this body. */
export function answer(status: number, headers: readonly string[] = [], body = ''): string {
  return [`HTTP/1.1 ${status} Any`, ...headers, `content-length: ${body.length}`, '', body].join('\r\n')
}

function endOfRequest(received: string): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const length = Number(/^content-length: (\d+)$/im.exec(received.slice(0, headEnd))?.[1] ?? 0)
  const end = headEnd + 4 + length
  return received.length >= end ? end : undefined
}
