import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger, Readiness, ReadinessReport } from '@complywise/service'
import type { Receiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-fastify'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'

/** What the server of events is made of. */
export interface HttpServerOptions {
  readonly receiver: Receiver
  readonly readiness: Readiness
  readonly logger: Logger
  /** How long a request may take to arrive. Default 10,000. */
  readonly requestTimeoutMs?: number
  /** Connections beyond are closed at once. Default 1,000. */
  readonly maxConnections?: number
  /** The same of one address, so that nobody keeps all others out. Default half of `maxConnections`, for who is behind a proxy. */
  readonly maxConnectionsOfAddress?: number
  /** How long a connection is kept that was answered what is wrong with it. Default 1,000. */
  readonly lingerMs?: number
}

/** Where events are received. */
export const webhookPath = '/webhooks'

/**
 * A server that receives events at {@link webhookPath}, and answers `/healthz` and `/readyz`; of what is not ready only the
 * names, since whoever may send events can ask.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { receiver, readiness, logger, requestTimeoutMs = 10_000, maxConnections = 1000 } = options
  const { maxConnectionsOfAddress = Math.ceil(maxConnections / 2), lingerMs = 1000 } = options
  const loggerInstance: FastifyBaseLogger = logger
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: requestTimeoutMs,
    // An answer may take as long as the longest deadline.
    connectionTimeout: 180_000,
    http: {
      connectionsCheckingInterval: Math.min(requestTimeoutMs / 4, 5000),
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, lingerMs),
  })
  app.server.maxConnections = maxConnections
  limitAddresses(app, maxConnectionsOfAddress)
  addGracefulClose(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })
  app.addHook('onResponse', async ({ method, url }, reply) => {
    const { statusCode: status, elapsedTime } = reply
    const path = url.split('?', 1)[0]
    logger.debug({ method, path, status, durationMs: Math.round(elapsedTime) }, 'answered')
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ status: 'not_found' }))
  app.setErrorHandler((error, _request, reply) => {
    logger.warn({ err: error }, 'A request failed.')
    return reply.code(500).send({ status: 'failed' })
  })
  app.register(webhookHandler(receiver), { prefix: webhookPath })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const report = await readiness.report()
    return reply.code(report.status === 'ok' ? 200 : 503).send(withoutDetails(report))
  })
  return app
}

function withoutDetails({ status, checks }: ReadinessReport): ReadinessReport {
  const names = Object.entries(checks).map(([name, check]) => [name, { status: check.status }] as const)
  return { status, checks: Object.fromEntries(names) }
}

/** Closes connections beyond so many of one address at once. */
function limitAddresses(app: FastifyInstance, max: number): void {
  const counts = new Map<string, number>()
  app.server.on('connection', (socket: Socket) => {
    // Absent when it was closed meanwhile.
    const { remoteAddress: address } = socket
    if (address === undefined) return
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    })
    if (count > max) socket.destroy()
  })
}

/** Ends each connection with the answer that is in flight when the server is closed. */
function addGracefulClose(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}

/**
 * Answers what Node could not read as an HTTP request, and closes the connection: after `lingerMs` also where the other side
 * keeps its half open, which would count as a connection for minutes.
 */
function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  lingerMs: number,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, word] = clientErrors[error.code ?? ''] ?? [400, 'malformed']
  const body = JSON.stringify({ status: word })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  // Not destroyed at once: what is unread would reset the connection, and the answer with it.
  const linger = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(linger))
  socket.end([...lines, '', body].join('\r\n'))
}

const clientErrors: Readonly<Record<string, readonly [status: number, word: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout'],
}
