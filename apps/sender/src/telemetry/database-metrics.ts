import type { Logger } from '@complywise/service'
import type { Pool } from 'pg'
import { Counter, Gauge, type Registry } from 'prom-client'
import {
  laneStates,
  type QueueFigures,
  readQueueFigures,
  readTotalFigures,
  type TotalFigures,
} from '../store/operational-figures.ts'
import { PREFIX } from './create-registry.ts'
import { remember } from './remember.ts'
import { within } from './within.ts'

const QUEUE_MAX_AGE_MS = 5000
const TOTALS_MAX_AGE_MS = 60_000
// Far from the 10 s after which Prometheus takes a process for dead, whatever the database does.
const SCRAPE_WAITS_MS = 2000

/**
 * Figures that are in the database, and so the same from every process: take `max`, not `sum`. However often they are
 * scraped, the database is asked once in 5 s, and for what costs more once in a minute. While it does not answer within
 * 2 s they are missing rather than old.
 */
export function addDatabaseMetrics(registry: Registry, pool: Pool, logger: Logger): void {
  const failures = new Counter({
    name: `${PREFIX}figures_failures_total`,
    help: 'Queries for figures in the database that failed or took too long.',
    registers: [registry],
  })

  function gauge<Figures>(
    { name, help, labelNames }: GaugeText,
    read: () => Promise<Figures>,
    set: (gauge: Gauge, figures: Figures) => void,
  ): void {
    registry.registerMetric(
      new Gauge({
        name: PREFIX + name,
        help,
        labelNames: labelNames ?? [],
        registers: [],
        async collect() {
          // A reset brings a gauge without labels back to 0, and one with labels to nothing.
          if (labelNames === undefined) this.remove()
          else this.reset()
          try {
            set(this, await within(SCRAPE_WAITS_MS, read()))
          } catch (err) {
            failures.inc()
            logger.warn({ err, name }, 'a figure could not be read')
          }
        },
      }),
    )
  }

  const queue = remember(() => readQueueFigures(pool), QUEUE_MAX_AGE_MS)
  const totals = remember(() => readTotalFigures(pool), TOTALS_MAX_AGE_MS)
  for (const { set, ...text } of queueGauges) gauge(text, queue, set)
  for (const { set, ...text } of totalGauges) gauge(text, totals, set)
}

interface GaugeText {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
}

interface GaugeOf<Figures> extends GaugeText {
  readonly set: (gauge: Gauge, figures: Figures) => void
}

const queueGauges: readonly GaugeOf<QueueFigures>[] = [
  {
    name: 'oldest_due_seconds',
    help: 'How long the oldest delivery that could be attempted now has been due: the lag.',
    set: (gauge, { oldestDueSeconds }) => gauge.set(oldestDueSeconds),
  },
  {
    name: 'owed_deliveries',
    help: 'Deliveries that are owed, exact up to 50,000, beyond that an estimate.',
    set: (gauge, { owedDeliveries }) => gauge.set(owedDeliveries),
  },
  {
    name: 'lanes',
    help: 'Subscriptions with owed deliveries, by what keeps the next one: due, scheduled, held, probing, paused, disabled.',
    labelNames: ['state'],
    set(gauge, { lanes }) {
      for (const state of laneStates) gauge.set({ state }, lanes[state])
    },
  },
]

const totalGauges: readonly GaugeOf<TotalFigures>[] = [
  {
    name: 'subscriptions',
    help: 'Subscriptions by state; degraded ones are active, and their owner was warned.',
    labelNames: ['state'],
    set(gauge, { subscriptions }) {
      for (const [state, count] of Object.entries(subscriptions)) gauge.set({ state }, count)
    },
  },
  {
    name: 'recent_transitions',
    help: 'Transitions of subscriptions in the last hour, by the state they led to.',
    labelNames: ['to'],
    set(gauge, { recentTransitions }) {
      for (const [to, count] of Object.entries(recentTransitions)) gauge.set({ to }, count)
    },
  },
  {
    name: 'owed_emails',
    help: 'E-mails that are still to be sent.',
    set: (gauge, { owedEmails }) => gauge.set(owedEmails),
  },
  {
    name: 'running_recover_jobs',
    help: 'Recover jobs that are not done.',
    set: (gauge, { runningRecoverJobs }) => gauge.set(runningRecoverJobs),
  },
  {
    name: 'audit_entries',
    help: 'Entries of the audit log; an estimate.',
    set: (gauge, { auditEntries }) => gauge.set(auditEntries),
  },
  {
    name: 'partition_days_ahead',
    help: 'Days after today that have partitions; -1 when today has none.',
    set: (gauge, { partitionDaysAhead }) => gauge.set(partitionDaysAhead),
  },
  {
    name: 'database_size_bytes',
    help: 'Size of the whole database.',
    set: (gauge, { databaseBytes }) => gauge.set(databaseBytes),
  },
]
