import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Readiness } from '../readiness.ts'

/** What {@link startOperationsServer} serves, and where. */
export interface OperationsServerOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** The setting that chooses another port, for the error when this one is taken: `SENDER_OPERATIONS_PORT`. */
  readonly portSetting: string
  readonly readiness: Readiness
  /** The metrics in the text format of Prometheus. */
  readonly metrics: () => Promise<Answer>
  readonly logger: Logger
}

/** A body and its media type. */
export interface Answer {
  readonly contentType: string
  readonly body: string
}

/** The server that machines ask how this process is doing. */
export interface OperationsServer {
  readonly url: string
  close(): Promise<void>
}

const REQUEST_TIMEOUT_MS = 10_000

/**
 * Serves `/metrics`, `/healthz` and `/readyz`, without authentication, apart from what the service is for, so that
 * nobody who may reach the one has to be able to reach the other.
 *
 * @throws {Error} when it cannot listen.
 */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const { host, port, portSetting, logger } = options
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      answer(request, response, options).catch((err: unknown) => {
        logger.error({ err, path: request.url }, 'an operations request failed')
        if (!response.headersSent) send(response, 500, text('failed; see the log\n'))
      })
    },
  )
  server.listen(port, host)
  await once(server, 'listening').catch((cause: unknown) => {
    throw new Error(
      `Could not listen on ${host}:${port} for metrics and health. ${portSetting} chooses another port.`,
      { cause },
    )
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { readiness, metrics }: OperationsServerOptions,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return send(response, 405, text('only GET\n'))
  }
  switch (request.url?.split('?', 1)[0]) {
    case '/metrics':
      return send(response, 200, await metrics())
    case '/healthz':
      return send(response, 200, json({ status: 'ok' }))
    case '/readyz': {
      const report = await readiness.report()
      return send(response, report.status === 'ok' ? 200 : 503, json(report))
    }
    default:
      return send(response, 404, text('/metrics, /healthz and /readyz are here\n'))
  }
}

function json(value: object): Answer {
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

function text(body: string): Answer {
  return { contentType: 'text/plain; charset=utf-8', body }
}

function send(response: ServerResponse, status: number, { contentType, body }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}
