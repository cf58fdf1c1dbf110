import { isEventType } from '../events/event.ts'
import type { Telemetry, TelemetryFacts } from '../receive/telemetry.ts'
import type { Meter } from './api.ts'

// What the conventions advise for `messaging.process.duration`.
const explicitBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Measures what is recorded; `openTelemetry` lists the names. */
export function createMetrics(meter: Meter): Pick<Telemetry, 'record'> {
  const requests = meter.createCounter('complywise.webhooks.requests', {
    description: 'Requests, by how they were answered.',
    unit: '{request}',
  })
  const requestDuration = meter.createHistogram('complywise.webhooks.request.duration', {
    description: 'Time from a request to its answer.',
    unit: 's',
    advice: { explicitBucketBoundaries },
  })
  const handlerDuration = meter.createHistogram('complywise.webhooks.handler.duration', {
    description: 'Time that a handler took for an event.',
    unit: 's',
    advice: { explicitBucketBoundaries },
  })
  const secretMatches = meter.createCounter('complywise.webhooks.secret.matches', {
    description: 'Verified requests, by the secret that signed them.',
    unit: '{request}',
  })
  const storeFailures = meter.createCounter('complywise.webhooks.store.failures', {
    description: 'Calls of the store of received events that failed.',
    unit: '{call}',
  })
  const claimsLost = meter.createCounter('complywise.webhooks.claims.lost', {
    description: 'Events whose claim was lost while their handlers ran.',
    unit: '{claim}',
  })

  return {
    record(event) {
      switch (event.name) {
        case 'request.rejected': {
          const outcome = { 'complywise.outcome': 'rejected' }
          const refusal = { 'http.response.status_code': event.status, 'error.type': event.code }
          requests.add(1, { ...outcome, ...refusal })
          return requestDuration.record(event.durationMs / 1000, outcome)
        }
        case 'event.answered': {
          const outcome = { 'complywise.outcome': event.outcome, ...eventTypeOf(event.facts) }
          requests.add(1, { ...outcome, 'http.response.status_code': event.status })
          requestDuration.record(event.durationMs / 1000, outcome)
          return secretMatches.add(1, { 'complywise.secret.id': event.facts.secretId })
        }
        case 'handler.finished':
          return handlerDuration.record(event.durationMs / 1000, {
            'complywise.handler': event.handler,
            'complywise.outcome': event.outcome,
            ...eventTypeOf(event.facts),
          })
        case 'store.failed':
          return storeFailures.add(1, { 'complywise.store.operation': event.operation })
        case 'claim.lost':
          return claimsLost.add(1, eventTypeOf(event.facts))
      }
    },
  }
}

/** Every distinct value is a time series of its own, so there is one for all types that are not in the catalog. */
function eventTypeOf({ eventType }: TelemetryFacts) {
  return { 'complywise.event.type': isEventType(eventType) ? eventType : '_OTHER' }
}
