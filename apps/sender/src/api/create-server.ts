import type { Readiness } from '@complywise/service'
import type { Api } from '../http/api.ts'
import { createHttpServer, type HttpServerOptions } from '../http/create-http-server.ts'
import { addHealthRoutes } from '../http/health.ts'
import { addOpenApi, addOpenApiRoute } from '../http/openapi.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import type { EventStore } from '../store/events.ts'
import { version } from '../version.ts'
import { addDeliveryRoutes } from './delivery-routes.ts'
import { addEventRoutes } from './event-routes.ts'
import { addSubscriptionRoutes, type SubscriptionRoutesOptions } from './subscription-routes.ts'

/** What the API works with. */
export interface ServerOptions extends HttpServerOptions, SubscriptionRoutesOptions {
  readonly events: EventStore
  readonly deliveries: DeliveryStore
  /** What `/readyz` reports; its checks may be added later. */
  readonly readiness: Readiness
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
  await addOpenApi(app, { title: 'ComplyWise Webhooks', version, description, tags })
  addSubscriptionRoutes(app, options)
  addEventRoutes(app, options.events)
  addDeliveryRoutes(app, options.deliveries)
  addHealthRoutes(app, options.readiness)
  addOpenApiRoute(app)
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
  { name: 'Operation', description: 'For whoever runs the sender.' },
]
