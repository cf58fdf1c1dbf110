import type { Telemetry } from '../receive/telemetry.ts'
import type { Meter, Tracer } from './api.ts'
import { createMetrics } from './metrics.ts'
import { createSpans } from './spans.ts'

/** Where spans and metrics go. Without one of them, there are none of its kind. */
export interface OpenTelemetryOptions {
  /** `trace.getTracer('…')` of `@opentelemetry/api`. */
  readonly tracer?: Tracer
  /** `metrics.getMeter('…')` of `@opentelemetry/api`. */
  readonly meter?: Meter
}

/**
 * Tells OpenTelemetry what a receiver does. Nothing of an event's `data`, of a body, a secret or an error's message leaves
 * through it.
 *
 * An event has a span of the kind CONSUMER named `process scan.completed`, or `process` where its type is not in the
 * catalog, while its handlers run. Each handler has a span within it named `handle scan.completed#1`, which is active while
 * the handler runs: what the handler calls nests in it. A duplicate, and what was refused, has none. A span that failed has
 * the status ERROR.
 *
 * | Attribute of spans | |
 * |---|---|
 * | `messaging.system.name` | `complywise` |
 * | `messaging.operation.name`, `messaging.operation.type` | `process`; on the event's span only |
 * | `messaging.message.id` | `event_id` |
 * | `complywise.event.type` | the event's type, whatever it is |
 * | `complywise.delivery.id`, `complywise.attempt` | as the sender counts them; not signed |
 * | `complywise.secret.id` | the secret that signed the body |
 * | `complywise.tenant` | whose secret it is, where secrets are resolved for each request |
 * | `complywise.handler` | on a handler's span only |
 * | `error.type` | where it failed: the class of what a handler threw, or `claim_lost` |
 *
 * | Metric | Kind, unit | Attributes |
 * |---|---|---|
 * | `complywise.webhooks.requests` | counter, `{request}` | `complywise.outcome`, `http.response.status_code`, `error.type`, `complywise.event.type` |
 * | `complywise.webhooks.request.duration` | histogram, `s` | `complywise.outcome`, `complywise.event.type` |
 * | `complywise.webhooks.handler.duration` | histogram, `s` | `complywise.handler`, `complywise.outcome`, `complywise.event.type` |
 * | `complywise.webhooks.secret.matches` | counter, `{request}` | `complywise.secret.id` |
 * | `complywise.webhooks.store.failures` | counter, `{call}` | `complywise.store.operation` |
 * | `complywise.webhooks.claims.lost` | counter, `{claim}` | `complywise.event.type` |
 *
 * On metrics, `complywise.event.type` is `_OTHER` for types that are not in the catalog, and absent where a request was
 * refused before its event was known: its `complywise.outcome` is `rejected`, and its `error.type` the code. No metric has
 * an attribute whose values a caller chooses. Tenants are on spans only; if their secrets have ids of their own, drop the
 * attribute with a view, or the metric grows with them.
 *
 * @example
 * import { metrics, trace } from '@opentelemetry/api'
 *
 * const telemetry = openTelemetry({ tracer: trace.getTracer('webhooks'), meter: metrics.getMeter('webhooks') })
 * const receiver = createReceiver({ secret, telemetry })
 */
export function openTelemetry({ tracer, meter }: OpenTelemetryOptions): Telemetry {
  const spans = tracer && createSpans(tracer)
  const metrics = meter && createMetrics(meter)
  return {
    record(event) {
      spans?.record(event)
      metrics?.record(event)
    },
    ...(spans && { trace: spans.trace }),
  }
}
