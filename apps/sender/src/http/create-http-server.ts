import type { Logger } from '@complywise/service'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { type AccessOptions, addAccessControl } from './access.ts'
import type { Api } from './api.ts'
import { answerClientError } from './client-errors.ts'
import { addDeadline } from './deadline.ts'
import { addErrorAnswers, answerWithProblem } from './error-answers.ts'
import { addGracefulClose } from './graceful-close.ts'
import { addJsonBodyParser, MAX_BODY_BYTES } from './json-body.ts'
import { addRequestLog, requestIdOf } from './request-log.ts'
import { addSecureHeaders } from './secure-headers.ts'
import { addUnknownRouteAnswers } from './unknown-route.ts'
import { addProxyWarning } from './untrusted-proxy.ts'
import { validatorCompiler } from './validation.ts'

/** What every route shares. */
export interface HttpServerOptions extends AccessOptions {
  readonly logger: Logger
  /** How long a request may take to arrive, and its answer to be made. Default 30,000. */
  readonly requestTimeoutMs?: number
  /** Networks whose `X-Forwarded-For`, `-Host` and `-Proto` are believed, in CIDR notation. Default none. */
  readonly trustedProxies?: readonly string[]
}

const LONGEST_CHECK_INTERVAL_MS = 5000

/**
 * A server without routes: it knows how to authenticate, validate, log and answer with problem documents.
 *
 * The order of what happens to a request is the order of the hooks here: headers, unknown routes, the key and its
 * role; only then is a body read and checked.
 */
export function createHttpServer(options: HttpServerOptions): Api {
  const { logger, requestTimeoutMs = 30_000, trustedProxies = [] } = options
  const loggerInstance: FastifyBaseLogger = logger
  const connectionsCheckingInterval = Math.min(requestTimeoutMs / 4, LONGEST_CHECK_INTERVAL_MS)
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    // Later than the request timeout, which is answered before the connection is closed.
    connectionTimeout: 3 * requestTimeoutMs,
    http: {
      connectionsCheckingInterval,
      // Node swaps the two timeouts when that of the headers, 60 s by default, is the longer one.
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
    },
    // What is in flight is answered; only idle connections are closed at once.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerWithProblem,
  })
    .withTypeProvider<ZodTypeProvider>()
    .setValidatorCompiler(validatorCompiler)
    .setSerializerCompiler(serializerCompiler)
  addDeadline(app, 2 * requestTimeoutMs)
  addGracefulClose(app)
  addJsonBodyParser(app)
  addErrorAnswers(app)
  addRequestLog(app)
  addSecureHeaders(app)
  addProxyWarning(app)
  addUnknownRouteAnswers(app)
  addAccessControl(app, options)
  return app
}
