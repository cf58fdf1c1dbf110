import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { deliver } from './deliver.ts'
import type { FakeServer, RecordedRequest, Refusal, RequestHook } from './fake-server.ts'
import type { FakeReply, FakeRequest, FakeService } from './fake-service.ts'
import { takesEffect } from './fault.ts'
import { createFaults } from './faults.ts'

/** Where and how a fake listens. */
export interface FakeServerOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** PEM key and certificate; plain HTTP without. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number
}

const remembered = 10_000

/** Listens for `service`. Rejects when the port is taken. */
export async function startFakeServer(
  service: FakeService,
  options: FakeServerOptions = {},
): Promise<FakeServer> {
  const now = options.now ?? Date.now
  const faults = createFaults()
  const requests: RecordedRequest[] = []
  const refusals: Refusal[] = []
  const closing = new AbortController()
  // The TLS layer hides the socket below it, and only that one can be reset.
  const rawSockets = new Map<string, Socket>()
  let hook: RequestHook | undefined

  const server =
    options.tls === undefined ? createServer(onExchange) : createTlsServer({ ...options.tls }, onExchange)
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    rawSockets.set(peer, socket)
    socket.once('close', () => rawSockets.delete(peer))
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    faults,
    requests,
    refusals,
    onRequest(next) {
      hook = next
    },
    async close() {
      closing.abort()
      if (!server.listening) return
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
        // It knows nothing of connections that are still in their TLS handshake.
        for (const socket of rawSockets.values()) socket.destroy()
      })
    },
  }

  function onExchange(incoming: IncomingMessage, response: ServerResponse): void {
    exchange(incoming, response).catch((error: unknown) => {
      // A client that went away while it was read is its own business; everything else is a bug of the fake.
      if (!incoming.complete || response.destroyed) return
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`the fake itself failed: ${error instanceof Error ? error.stack : String(error)}`)
    })
  }

  async function exchange(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    const operation = service.operation(request)
    const fault = faults.next(operation)
    const record: { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] } = {
      operation,
      method: request.method,
      path: request.path,
      at: now(),
      body: service.parse(request),
      status: undefined,
      error: undefined,
      fault: fault?.kind,
    }
    remember(requests, record)
    await hook?.({ stage: 'arrived', request: record })
    let made: FakeReply | undefined
    if (fault === undefined || takesEffect(fault)) {
      made = await service.handle(request)
      record.error = made.error
      if (made.refusedBecause !== undefined) {
        remember(refusals, { operation, at: record.at, error: made.error, why: made.refusedBecause })
      }
      await hook?.({ stage: 'effect-made', request: record })
    }
    const socket = rawSockets.get(peerOf(incoming.socket)) ?? incoming.socket
    record.status = await deliver({ fault, made, service, response, socket, closing: closing.signal })
  }
}

function remember<T>(list: T[], entry: T): void {
  list.push(entry)
  if (list.length > remembered) list.shift()
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake.invalid')
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  }
}
