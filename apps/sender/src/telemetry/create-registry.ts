import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { version } from '../version.ts'

/** What every metric of the sender's own starts with. */
export const PREFIX = 'complywise_sender_'

/** Upper bounds of histograms, in seconds: from what a database on the same machine takes to a whole attempt. */
export const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60,
]

/** Upper bounds of histograms that count what one statement handled. */
export const BATCH_BUCKETS = [0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]

/**
 * A registry of this process alone, with what Node tells of itself (memory, event loop, garbage collection) and who is
 * running.
 */
export function createRegistry(roles: readonly string[]): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: `${PREFIX}info`,
    help: 'Always 1; the labels say which version runs in which roles.',
    labelNames: ['version', 'roles'],
    registers: [registry],
  }).set({ version, roles: roles.toSorted().join(',') }, 1)
  return registry
}
