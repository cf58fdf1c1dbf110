import { pino } from 'pino'
import { createAttempter } from '../../../src/dispatch/attempter.ts'
import { createDispatcher, type Dispatcher, type DispatchLimits } from '../../../src/dispatch/dispatcher.ts'
import { parseNetwork } from '../../../src/domain/address.ts'
import type { RetryPolicy } from '../../../src/domain/backoff.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { createDeliveryQueue, type DeliveryQueue } from '../../../src/store/delivery-queue.ts'
import { listenForDue } from '../../../src/store/due-notifications.ts'
import type { Row, TestStore } from '../../support/test-store.ts'

/** What a test wants otherwise. */
export interface TestDispatcherOptions {
  readonly limits?: Partial<DispatchLimits>
  readonly retryPolicy?: Partial<RetryPolicy>
  /** Changes what the dispatcher works with. */
  readonly queue?: (queue: DeliveryQueue) => DeliveryQueue
}

/** A dispatcher with connections of its own, as in a process of its own. */
export interface TestDispatcher extends Pick<Dispatcher, 'isHealthy'> {
  /** What it logged. */
  readonly log: readonly Row[]
  /** Stops it; once. */
  stop(graceMs?: number): Promise<void>
}

const loopback = parseNetwork('127.0.0.0/8')

/** Starts a dispatcher that makes real attempts on the deliveries of a test's store. */
export function startDispatcher(store: TestStore, options: TestDispatcherOptions = {}): TestDispatcher {
  const log: Row[] = []
  const logger = pino({ level: 'debug' }, { write: (line) => log.push(JSON.parse(line)) })
  const limits = {
    maxInFlight: 64,
    maxInFlightPerSubscription: 16,
    attemptTimeoutMs: 5000,
    ...options.limits,
  }
  const database = openDatabase({ connectionString: store.connectionString })
  const queue = createDeliveryQueue(database.pool, store.encryptionKey)
  const attempter = createAttempter({
    timeoutMs: limits.attemptTimeoutMs,
    maxConnectionsPerOrigin: limits.maxInFlight,
    allowedNetworks: loopback === undefined ? [] : [loopback],
  })
  const dispatcher = createDispatcher({
    queue: options.queue?.(queue) ?? queue,
    attempter,
    retryPolicy: { baseMs: 50, factor: 2, capMs: 60_000, maxAttempts: 3, ...options.retryPolicy },
    limits,
    logger,
  })
  const notifications = listenForDue(store.connectionString, (lanes) => dispatcher.wake(lanes), logger)
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
    stop: (graceMs = 0) => (stopping ??= stop(graceMs)),
  }
}
