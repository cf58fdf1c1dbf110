import { pino } from 'pino'
import { createAttempter } from '../../../src/dispatch/attempter.ts'
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from '../../../src/dispatch/dispatcher.ts'
import type { LaneLimits } from '../../../src/dispatch/lanes.ts'
import { parseNetwork } from '../../../src/domain/address.ts'
import type { RetryPolicy } from '../../../src/domain/backoff.ts'
import type { SubscriptionHealth } from '../../../src/domain/health.ts'
import { applyHealth } from '../../../src/store/apply-health.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { createDeliveryQueue, type DeliveryQueue } from '../../../src/store/delivery-queue.ts'
import { listenForDue } from '../../../src/store/due-notifications.ts'
import type { Row, TestStore } from '../../support/test-store.ts'

/** What a test wants otherwise. */
export interface TestDispatcherOptions {
  readonly limits?: Partial<LaneLimits>
  /** Of the attempter. Default 5,000. */
  readonly attemptTimeoutMs?: number
  readonly leaseMs?: number
  readonly observers?: DispatcherOptions['observers']
  readonly onHealth?: DispatcherOptions['onHealth']
  readonly retryPolicy?: Partial<RetryPolicy>
  /** Changes what the dispatcher works with. */
  readonly queue?: (queue: DeliveryQueue) => DeliveryQueue
}

/** A dispatcher with connections of its own, as in a process of its own. */
export interface TestDispatcher extends Pick<Dispatcher, 'isHealthy' | 'stats'> {
  /** What it logged. */
  readonly log: readonly Row[]
  /** Stops it; once. */
  stop(graceMs?: number): Promise<void>
}

const healthPolicy = { disableAfterFailures: 20, disableAfterMs: 24 * 60 * 60 * 1000 }
const loopback = parseNetwork('127.0.0.0/8')

/** Starts a dispatcher that makes real attempts on the deliveries of a test's store. */
export function startDispatcher(store: TestStore, options: TestDispatcherOptions = {}): TestDispatcher {
  const log: Row[] = []
  const logger = pino({ level: 'debug' }, { write: (line) => log.push(JSON.parse(line)) })
  const limits = { maxInFlight: 64, maxInFlightPerSubscription: 16, ...options.limits }
  const database = openDatabase({ connectionString: store.connectionString, lockTimeoutMs: 200 })
  const queue = createDeliveryQueue(database.pool, store.encryptionKeys)
  const attempter = createAttempter({
    timeoutMs: options.attemptTimeoutMs ?? 5000,
    maxConnectionsPerOrigin: limits.maxInFlight,
    allowedNetworks: loopback === undefined ? [] : [loopback],
  })
  const dispatcher = createDispatcher({
    queue: options.queue?.(queue) ?? queue,
    attempter,
    retryPolicy: { baseMs: 50, factor: 2, capMs: 60_000, maxAttempts: 3, ...options.retryPolicy },
    limits,
    logger,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
    ...(options.observers === undefined ? {} : { observers: options.observers }),
    onHealth: options.onHealth ?? disableWhatIsGone,
  })
  const notifications = listenForDue(store.connectionString, (lanes) => dispatcher.wake(lanes), logger)

  async function disableWhatIsGone(health: readonly SubscriptionHealth[]): Promise<void> {
    for (const one of health) await applyHealth(database.db, one, healthPolicy)
  }

  let stopping: Promise<void> | undefined

  async function stop(graceMs: number): Promise<void> {
    const stopped = dispatcher.stop(graceMs)
    await notifications.close()
    await stopped
    await attempter.close()
    await database.close()
  }

  dispatcher.start()
  return {
    log,
    isHealthy: () => dispatcher.isHealthy(),
    stats: () => dispatcher.stats(),
    stop: (graceMs = 0) => (stopping ??= stop(graceMs)),
  }
}
