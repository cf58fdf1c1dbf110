import { isEventType, type Telemetry } from '@complywise/webhooks'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EngineObserver } from '../engine/engine-observer.ts'
import { version } from '../version.ts'
import { metricPrefix } from './metric-prefix.ts'
import { createRequestMetrics } from './request-metrics.ts'

/** What a forwarder counts, and who tells it. */
export interface Metrics {
  readonly registry: Registry
  /** For the engine. */
  readonly observer: Required<EngineObserver>
  /** For the SDK's receiver. */
  readonly telemetry: Telemetry
}

const operationBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** From at once to the sender's last attempt, two days later. */
const ageBuckets = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 48 * 3600]

/** A registry of this process alone: what Node tells of itself, which version runs, and what the engine does. */
export function createMetrics(app: string, now: () => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: `${metricPrefix}info`,
    help: 'Always 1; the labels say which version of which forwarder runs.',
    labelNames: ['app', 'version'],
    registers: [registry],
  }).set({ app, version }, 1)
  return { registry, observer: createObserver(registry, now), telemetry: createRequestMetrics(registry) }
}

function createObserver(registry: Registry, now: () => number): Required<EngineObserver> {
  const events = counter(
    registry,
    'events_total',
    'Events that were forwarded, or as much of them as could be, by the result of the step that counts most; `retry` comes again.',
    ['event', 'result'],
  )
  const steps = counter(registry, 'steps_total', 'What targets were to be told, by what became of it.', [
    'target',
    'action',
    'result',
  ])
  const operations = counter(
    registry,
    'operations_total',
    'Calls to the destination, by how they ended; `found` had been done before.',
    ['operation', 'result'],
  )
  const ambiguous = counter(
    registry,
    'ambiguous_total',
    'Calls to the destination that may have been done twice, because there was no way to find out.',
    [],
  )
  const degraded = counter(
    registry,
    'degraded_total',
    'Parts that the destination refused and that were left out.',
    ['part'],
  )
  const dead = counter(registry, 'dead_letters_total', 'Lines that were written to the dead-letter file.', [])
  const seconds = new Histogram({
    name: `${metricPrefix}operation_seconds`,
    help: 'How long calls to the destination took.',
    labelNames: ['operation'],
    buckets: operationBuckets,
    registers: [registry],
  })
  const age = new Histogram({
    name: `${metricPrefix}event_age_seconds`,
    help: 'Time from what happened to the end of its forwarding, without events that come again.',
    buckets: ageBuckets,
    registers: [registry],
  })
  return {
    event({ event, timestamp, result }) {
      events.inc({ event: labelOf(event), result })
      if (result !== 'retry') age.observe(Math.max(0, (now() - Date.parse(timestamp)) / 1000))
    },
    step({ target, action, result }) {
      steps.inc({ target, action: action ?? 'none', result })
    },
    operation({ operation, result, durationMs }) {
      operations.inc({ operation, result })
      if (result !== 'dry_run') seconds.observe({ operation }, durationMs / 1000)
    },
    ambiguous: () => ambiguous.inc(),
    degraded: ({ part }) => degraded.inc({ part }),
    dead: () => dead.inc(),
  }
}

/** Types of events that nobody knows would make time series without end. */
function labelOf(event: string): string {
  return isEventType(event) || event.startsWith('forwarder.') ? event : 'unknown'
}

function counter(registry: Registry, name: string, help: string, labelNames: readonly string[]): Counter {
  return new Counter({
    name: `${metricPrefix}${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  })
}
