import { Counter, Histogram, type Registry } from 'prom-client'
import type { DispatchObserver } from '../dispatch/observer.ts'
import type { Phases } from '../domain/outcome.ts'
import { DURATION_BUCKETS, PREFIX } from './create-registry.ts'
import { madeAt } from './id-time.ts'
import { outcomeClass } from './outcome-class.ts'

const phaseLabels: readonly (readonly [keyof Phases, string])[] = [
  ['dnsMs', 'dns'],
  ['connectMs', 'connect'],
  ['tlsMs', 'tls'],
  ['firstByteMs', 'first_byte'],
  ['bodyMs', 'body'],
]

/** Counts what a dispatcher does. No label names a subscription: there may be any number of them. */
export function createDispatchMetrics(registry: Registry): DispatchObserver {
  const registers = [registry]
  const attempts = new Counter({
    name: `${PREFIX}attempts_total`,
    help: 'Attempts that ended, by outcome; statuses are grouped.',
    labelNames: ['outcome'],
    registers,
  })
  const durations = new Histogram({
    name: `${PREFIX}attempt_duration_seconds`,
    help: 'Duration of attempts, from looking up the name to the last byte of the answer.',
    labelNames: ['succeeded'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  const phaseDurations = new Histogram({
    name: `${PREFIX}attempt_phase_duration_seconds`,
    help: 'Parts of attempts: dns, connect and tls on new connections only; first_byte from the start of the request.',
    labelNames: ['phase'],
    buckets: DURATION_BUCKETS,
    registers,
  })
  const firstAttempts = new Histogram({
    name: `${PREFIX}first_attempt_delay_seconds`,
    help: 'From publishing, by the database’s clock, to the start of the first attempt, by this machine’s.',
    buckets: [...DURATION_BUCKETS, 300, 1800, 7200, 86_400],
    registers,
  })
  const settled = new Counter({
    name: `${PREFIX}deliveries_settled_total`,
    help: 'Outcomes stored, by what became of the delivery; pending: it is attempted again.',
    labelNames: ['status'],
    registers,
  })
  const leasesLost = new Counter({
    name: `${PREFIX}leases_lost_total`,
    help: 'Outcomes that could not be stored, because the lease had ended meanwhile; the delivery is attempted again.',
    registers,
  })

  return {
    attempting({ id, attempt }) {
      if (attempt === 1) firstAttempts.observe(Math.max(0, Date.now() - madeAt(id)) / 1000)
      return (result) => {
        attempts.inc({ outcome: outcomeClass(result.outcome) })
        durations.observe({ succeeded: String(result.outcome === 'succeeded') }, result.durationMs / 1000)
        for (const [name, phase] of phaseLabels) {
          const ms = result.phases?.[name]
          if (ms !== undefined) phaseDurations.observe({ phase }, ms / 1000)
        }
      }
    },
    settled(_delivery, _result, verdict) {
      settled.inc({ status: verdict.status })
    },
    leaseLost() {
      leasesLost.inc()
    },
  }
}
