import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { PREFIX } from './create-registry.ts'

/** Shows how the connections of a process's pools are used. */
export interface PoolMetrics {
  /** From now on shows this pool too. */
  add(name: string, pool: Pool): void
}

/** See docs/metrics.md. */
export function createPoolMetrics(registry: Registry): PoolMetrics {
  const pools = new Map<string, Pool>()
  registry.registerMetric(
    new Gauge({
      name: `${PREFIX}database_connections`,
      help: 'Open connections to the database, by pool and state: idle or busy.',
      labelNames: ['pool', 'state'],
      registers: [],
      collect() {
        for (const [pool, { idleCount, totalCount }] of pools) {
          this.set({ pool, state: 'idle' }, idleCount)
          this.set({ pool, state: 'busy' }, totalCount - idleCount)
        }
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: `${PREFIX}database_connections_max`,
      help: 'Connections that the pool may open.',
      labelNames: ['pool'],
      registers: [],
      collect() {
        for (const [pool, { options }] of pools) this.set({ pool }, options.max)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: `${PREFIX}database_connection_waiters`,
      help: 'What waits for a connection of the pool.',
      labelNames: ['pool'],
      registers: [],
      collect() {
        for (const [pool, { waitingCount }] of pools) this.set({ pool }, waitingCount)
      },
    }),
  )
  return { add: (name, pool) => pools.set(name, pool) }
}
