import { type Attributes, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { DispatchObserver } from '../dispatch/observer.ts'
import type { AttemptResult } from '../domain/outcome.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { contextOf } from './start-tracing.ts'

/**
 * Makes a span of every attempt: a child of whoever published the event, in another process and maybe hours earlier, so
 * that one trace shows all that became of it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceAttempts(tracer: Tracer): DispatchObserver {
  return {
    attempting(delivery) {
      const span = tracer.startSpan(
        'POST',
        { kind: SpanKind.CLIENT, attributes: describeDelivery(delivery) },
        contextOf(delivery.traceparent),
      )
      return (result) => {
        span.setAttributes(describeResult(result))
        if (result.outcome !== 'succeeded') {
          span.setStatus({
            code: SpanStatusCode.ERROR,
            message: result.operatorDetail ?? result.detail ?? result.outcome,
          })
        }
        span.end()
      }
    },
  }
}

// Not `url.full`: paths and queries of endpoints may hold credentials.
function describeDelivery(delivery: ClaimedDelivery): Attributes {
  const { protocol, hostname, port } = new URL(delivery.url)
  const scheme = protocol.slice(0, -1)
  return {
    'http.request.method': 'POST',
    'http.request.resend_count': delivery.attempt - 1,
    'http.request.body.size': delivery.body.byteLength,
    'server.address': hostname,
    'server.port': port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
    'url.scheme': scheme,
    'complywise.event': delivery.event,
    'complywise.event_id': delivery.eventId,
    'complywise.delivery_id': delivery.id,
    'complywise.subscription_id': delivery.subscriptionId,
    'complywise.account_id': delivery.accountId,
  }
}

function describeResult({ outcome, httpStatus, remoteAddress, phases }: AttemptResult): Attributes {
  return {
    'complywise.outcome': outcome,
    ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
    ...(outcome !== 'succeeded' && { 'error.type': httpStatus === undefined ? outcome : String(httpStatus) }),
    ...(remoteAddress !== undefined && { 'network.peer.address': remoteAddress }),
    ...Object.fromEntries(
      Object.entries(phases ?? {}).map(([phase, ms]) => [
        `complywise.phase.${phase.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_ms`,
        ms,
      ]),
    ),
  }
}
