import { isEventType } from '../events/event.ts'
import { NonRetryableError } from '../receive/handler-errors.ts'
import type { Telemetry, TelemetryFacts, TelemetrySpan } from '../receive/telemetry.ts'
import { type Attributes, ERROR_STATUS, type Span, type SpanOptions, spanKinds, type Tracer } from './api.ts'

/** Traces work in spans; `openTelemetry` says which. */
export function createSpans(tracer: Tracer): Required<Telemetry> {
  // Of the events whose handlers are running.
  const eventSpans = new Map<string, Span>()

  return {
    record(event) {
      if (event.name === 'claim.lost') markFailed(eventSpans.get(keyOf(event.facts)), 'claim_lost')
    },
    trace(traced, work) {
      const { name, options } = describe(traced)
      return tracer.startActiveSpan(name, options, async (span) => {
        const key = keyOf(traced.facts)
        const isEvent = traced.name === 'event.handle'
        if (isEvent) eventSpans.set(key, span)
        try {
          return await work()
        } catch (error) {
          const errorType = classOf(error)
          markFailed(span, errorType)
          // Handlers fail their event, unless it is not to be tried again.
          if (!(error instanceof NonRetryableError)) markFailed(eventSpans.get(key), errorType)
          throw error
        } finally {
          if (isEvent) eventSpans.delete(key)
          span.end()
        }
      })
    },
  }
}

/** What tells one request from all others that are being handled. */
function keyOf({ tenant, eventId, deliveryId, attempt }: TelemetryFacts): string {
  return [tenant, eventId, deliveryId, attempt].join(' ')
}

function describe({ name, facts, handler = '' }: TelemetrySpan): { name: string; options: SpanOptions } {
  if (name === 'handler.run') {
    const attributes = { ...attributesOf(facts), 'complywise.handler': handler }
    return { name: `handle ${handler}`, options: { kind: spanKinds.internal, attributes } }
  }
  const operation = { 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' }
  return {
    // Names of spans are grouped by, so they do not come over the wire.
    name: isEventType(facts.eventType) ? `process ${facts.eventType}` : 'process',
    options: { kind: spanKinds.consumer, attributes: { ...attributesOf(facts), ...operation } },
  }
}

function attributesOf({
  eventType,
  eventId,
  deliveryId,
  attempt,
  secretId,
  tenant,
}: TelemetryFacts): Attributes {
  return {
    'messaging.system.name': 'complywise',
    'messaging.message.id': eventId,
    'complywise.event.type': eventType,
    'complywise.secret.id': secretId,
    ...(deliveryId !== undefined && { 'complywise.delivery.id': deliveryId }),
    ...(attempt !== undefined && { 'complywise.attempt': attempt }),
    ...(tenant !== undefined && { 'complywise.tenant': tenant }),
  }
}

// No `recordException` and no message: what a handler throws may quote the event.
function markFailed(span: Span | undefined, errorType: string): void {
  span?.setAttribute('error.type', errorType)
  span?.setStatus({ code: ERROR_STATUS })
}

function classOf(error: unknown): string {
  return error instanceof Error ? error.name : '_OTHER'
}
