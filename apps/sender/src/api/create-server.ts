import type { Readiness } from '@complywise/service'
import type { Tracer } from '@opentelemetry/api'
import type { Registry } from 'prom-client'
import type { Api } from '../http/api.ts'
import { createHttpServer, type HttpServerOptions } from '../http/create-http-server.ts'
import { addHealthRoutes } from '../http/health.ts'
import { addOpenApiPage } from '../http/openapi-page.ts'
import { addOpenApi, addOpenApiRoute } from '../http/openapi.ts'
import { addUiPage } from '../http/ui-page.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { AuditReader } from '../store/audit-reader.ts'
import type { AuditLog } from '../store/audit.ts'
import type { RecoverJobStore } from '../store/recover-jobs.ts'
import type { StatisticsStore } from '../store/statistics.ts'
import type { TransitionLog } from '../store/transition-log.ts'
import { addHttpMetrics } from '../telemetry/http-metrics.ts'
import { traceRequests } from '../telemetry/trace-requests.ts'
import { version } from '../version.ts'
import { addAuditRoutes } from './audit-routes.ts'
import { addDeliveryRoutes, type DeliveryRoutesOptions } from './delivery-routes.ts'
import { addEndpointCheckRoutes } from './endpoint-check-routes.ts'
import { addEventRoutes, type EventRoutesOptions } from './event-routes.ts'
import { addEventTypeRoutes } from './event-type-routes.ts'
import { addKeyRoutes } from './key-routes.ts'
import { addLiveRoutes } from './live-routes.ts'
import { addRecoverRoutes } from './recover-routes.ts'
import { addSessionRoutes } from './session-routes.ts'
import { addSignatureCheckRoutes, type SignatureCheckRoutesOptions } from './signature-check-routes.ts'
import { addStatisticsRoutes } from './statistics-routes.ts'
import { addSubscriptionRoutes, type SubscriptionRoutesOptions } from './subscription-routes.ts'
import { createTestBudget } from './test-budget.ts'
import { addTransitionRoutes } from './transition-routes.ts'

/** What the API works with. */
export interface ServerOptions
  extends
    HttpServerOptions,
    Omit<SubscriptionRoutesOptions, 'endpointBudget'>,
    EventRoutesOptions,
    DeliveryRoutesOptions,
    SignatureCheckRoutesOptions {
  /** Looks at endpoints that one account may cause in a minute. Default 30. */
  readonly endpointChecksPerMinute?: number
  /** Where routes without a store of their own record what administrators changed. */
  readonly audit: AuditLog
  readonly auditReader: AuditReader
  readonly recoverJobs: RecoverJobStore
  /** Shows what changes in the Delivery Log. */
  readonly live: LiveHub
  readonly transitions: TransitionLog
  readonly statistics: StatisticsStore
  /** What `/readyz` reports; its checks may be added later. */
  readonly readiness: Readiness
  /** Where the web page was built. Default: `ui/dist` of this program. */
  readonly uiDirectory?: string
  /** Where requests are counted. Default: nowhere. */
  readonly registry?: Registry
  /** Makes a span of each request. Default: none is made. */
  readonly tracer?: Tracer | undefined
}

/**
 * The sender's HTTP API, complete and ready to listen.
 *
 * @example
 * const server = await createServer({ apiKeys, subscriptions, events, deliveries, readiness, logger, allowedNetworks })
 * await server.listen({ host: '127.0.0.1', port: 8080 })
 */
export async function createServer(options: ServerOptions): Promise<Api> {
  const app = createHttpServer(options)
  traceRequests(app, options.tracer)
  if (options.registry !== undefined) addHttpMetrics(app, options.registry)
  await addOpenApi(app, { title: 'ComplyWise Webhooks', version, description, tags })
  const { endpointChecksPerMinute = 30 } = options
  const judging = {
    ...options,
    endpointChecksPerMinute,
    endpointBudget: createTestBudget(endpointChecksPerMinute),
  }
  addSubscriptionRoutes(app, judging)
  addEndpointCheckRoutes(app, judging)
  addTransitionRoutes(app, options.transitions)
  addEventRoutes(app, options)
  addEventTypeRoutes(app)
  addDeliveryRoutes(app, options)
  addSignatureCheckRoutes(app, options)
  addStatisticsRoutes(app, options.statistics)
  addRecoverRoutes(app, options.recoverJobs)
  addLiveRoutes(app, options.live)
  addSessionRoutes(app, options.apiKeys)
  addKeyRoutes(app, options.apiKeys)
  addAuditRoutes(app, options.auditReader)
  addHealthRoutes(app, options.readiness)
  addOpenApiRoute(app)
  addOpenApiPage(app)
  addUiPage(app, options.uiDirectory)
  await app.ready()
  return app
}

const description = `Subscriptions, publishing and the Delivery Log of ComplyWise webhooks.

Requests and answers are JSON in UTF-8; names are in snake_case; instants are RFC 3339 in UTC with milliseconds.
Lists are pages, newest first: pass \`next_cursor\` as \`cursor\` until it is \`null\`. Every error is a problem document
(RFC 9457) with a stable \`code\`. A request that is not HTTP, arrives too slowly or has headers of more than 16 KiB is
answered with 400, 408 or 431 on any path.`

const tags = [
  { name: 'Subscriptions', description: 'Which events are sent to which endpoints.' },
  { name: 'Events', description: 'Publishing.' },
  { name: 'Delivery Log', description: 'What was sent, and what became of it.' },
  { name: 'Administration', description: 'Who may call, and what administrators changed.' },
  { name: 'Operation', description: 'For whoever runs the sender.' },
]
