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
}

/** Where events are received. */
export const webhookPath = '/webhooks'

/**
 * A server that receives events at {@link webhookPath}, and answers `/healthz` and `/readyz`; of what is not ready only the
 * names, since whoever may send events can ask.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { receiver, readiness, logger, requestTimeoutMs = 10_000, maxConnections = 1000 } = options
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
    clientErrorHandler: answerClientError,
  })
  app.server.maxConnections = maxConnections
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

/** Answers what Node could not read as an HTTP request, and closes the connection. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
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
  socket.end([...lines, '', body].join('\r\n'))
}

const clientErrors: Readonly<Record<string, readonly [status: number, word: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout'],
}
