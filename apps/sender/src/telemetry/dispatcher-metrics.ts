import { Gauge, type Registry } from 'prom-client'
import type { Dispatcher, DispatcherStats } from '../dispatch/dispatcher.ts'
import { PREFIX } from './create-registry.ts'

interface StatsGauge {
  readonly name: string
  readonly help: string
  readonly read: (stats: DispatcherStats) => number
}

/** Shows what a dispatcher has to do at the moment of a scrape. */
export function addDispatcherMetrics(registry: Registry, dispatcher: Pick<Dispatcher, 'stats'>): void {
  for (const { name, help, read } of gauges) {
    registry.registerMetric(
      new Gauge({
        name: PREFIX + name,
        help,
        registers: [],
        collect() {
          this.set(read(dispatcher.stats()))
        },
      }),
    )
  }
  registry.registerMetric(
    new Gauge({
      name: `${PREFIX}lane_limit`,
      help: 'Limits in flight that the dispatcher keeps for the lanes it is attempting: lowest, mean and highest.',
      labelNames: ['statistic'],
      registers: [],
      collect() {
        const { lowest, mean, highest } = dispatcher.stats().lanes.limits
        this.set({ statistic: 'lowest' }, lowest)
        this.set({ statistic: 'mean' }, mean)
        this.set({ statistic: 'highest' }, highest)
      },
    }),
  )
}

const gauges: readonly StatsGauge[] = [
  {
    name: 'in_flight',
    help: 'Attempts under way in this process, and those whose outcome is not stored yet.',
    read: (stats) => stats.inFlight,
  },
  {
    name: 'slots',
    help: 'Attempts that may be in flight in this process: SENDER_MAX_IN_FLIGHT.',
    read: (stats) => stats.maxInFlight,
  },
  {
    name: 'risky_in_flight',
    help: 'Slots held by retries and by lanes that are not known to be healthy.',
    read: (stats) => stats.lanes.riskyInFlight,
  },
  {
    name: 'known_lanes',
    help: 'Lanes that this dispatcher knows of.',
    read: (stats) => stats.lanes.known,
  },
  {
    name: 'ready_lanes',
    help: 'Lanes that may hold due deliveries and wait for a claim, or for slots.',
    read: (stats) => stats.lanes.ready,
  },
  {
    name: 'sleeping_lanes',
    help: 'Lanes whose deliveries are due later.',
    read: (stats) => stats.lanes.sleeping,
  },
  {
    name: 'troubled_lanes',
    help: 'Lanes that answered badly or slowly last time.',
    read: (stats) => stats.lanes.troubled,
  },
]
