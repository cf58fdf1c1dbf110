import type { Telemetry } from '@complywise/webhooks'
import { Counter, Histogram, type Registry } from 'prom-client'
import { metricPrefix } from './metric-prefix.ts'

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 10, 15, 30]

/** Counts and times the answers to the sender; to be given to the SDK's receiver. */
export function createRequestMetrics(registry: Registry): Telemetry {
  const requests = new Counter({
    name: `${metricPrefix}requests_total`,
    help: 'Answers to the sender, by what became of the event or by the code of the refusal; the log says more.',
    labelNames: ['outcome', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: `${metricPrefix}request_seconds`,
    help: 'Time from a whole request to its answer; to be kept below the timeout of the sender.',
    buckets: secondsBuckets,
    registers: [registry],
  })
  return {
    record(event) {
      if (event.name !== 'event.answered' && event.name !== 'request.rejected') return
      const outcome = event.name === 'event.answered' ? event.outcome : event.code
      requests.inc({ outcome, status: event.status })
      seconds.observe(event.durationMs / 1000)
    },
  }
}
