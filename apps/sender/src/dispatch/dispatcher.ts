import type { Logger } from '@complywise/service'
import type { RetryPolicy } from '../domain/backoff.ts'
import { decide } from '../domain/verdict.ts'
import type { Claimed, ClaimedDelivery, DeliveryQueue, LaneRoom } from '../store/delivery-queue.ts'
import type { Attempter } from './attempter.ts'
import { createLanes } from './lanes.ts'
import { createSettler } from './settler.ts'

/** How much a dispatcher does at once, and for how long it may hold what it claimed. */
export interface DispatchLimits {
  /** Attempts in flight in this process. Default 512. */
  readonly maxInFlight: number
  /** Attempts in flight for one subscription from this process. Default 64. */
  readonly maxInFlightPerSubscription: number
  /** Time for an attempt, from connecting to the last byte read. Default 15,000. */
  readonly attemptTimeoutMs: number
}

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly queue: DeliveryQueue
  readonly attempter: Attempter
  readonly retryPolicy: RetryPolicy
  readonly limits: DispatchLimits
  readonly logger: Logger
}

/** The loop that claims due deliveries and makes attempts. */
export interface Dispatcher {
  /** Begins to claim. */
  start(): void
  /** These lanes, or any if none is named, may have something due. */
  wake(subscriptionIds: readonly string[]): void
  /** Whether its loop gets through to the database: false before the first time, and 10 s after the last. */
  isHealthy(): boolean
  /**
   * Claims nothing more and waits for what is in flight; after `graceMs` the rest is canceled and put back.
   * Resolves when every outcome is stored.
   */
  stop(graceMs: number): Promise<void>
}

/** What a lease has beyond the time for the attempt itself: for writing its outcome while the database is slow. */
export const LEASE_MARGIN_MS = 15_000

// While attempts are in flight claims are spaced, so that under load each one fetches many deliveries instead of the
// one whose place has just been freed. A lone event never waits.
const CLAIM_SPACING_MS = 5
const SWEEP_MS = 1000
const RETRY_MS = 1000
const UNHEALTHY_AFTER_MS = 10_000

// Spans are counted by a clock that nobody sets.
const now = (): number => performance.now()

/** A dispatcher. Several, in one process or many, may share a database. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { queue, attempter, retryPolicy, limits, logger } = options
  const leaseMs = limits.attemptTimeoutMs + LEASE_MARGIN_MS
  const lanes = createLanes(limits.maxInFlightPerSubscription)
  const settler = createSettler(queue, leaseMs, logger)
  const inFlight = new Set<Promise<void>>()
  const alarm = createAlarm()
  let isStopping = false
  let sweepAt = 0
  let healthyUntil = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!isStopping) {
      if (now() >= sweepAt) await sweep()
      const asked = lanes.take(limits.maxInFlight - inFlight.size, now())
      if (asked.length === 0) {
        await alarm.wait(Math.min(sweepAt, lanes.nextReadyAt) - now())
        continue
      }
      const startedAt = now()
      const isBusy = inFlight.size > 0
      await claim(asked)
      if (isBusy) await alarm.pause(startedAt + CLAIM_SPACING_MS - now())
    }
  }

  // Finds what no notification told of: work left by other processes, before a restart, or while disconnected.
  async function sweep(): Promise<void> {
    const startedAt = now()
    try {
      for (const lane of await queue.findWaitingLanes())
        lanes.expect(lane.subscriptionId, now() + lane.readyInMs)
    } catch (error) {
      logger.error({ err: error }, 'looking for due deliveries failed')
      sweepAt = now() + RETRY_MS
      return
    }
    // With very many lanes the search takes its time; it may cost 5 % of this loop's, not more.
    const tookMs = now() - startedAt
    sweepAt = now() + Math.max(SWEEP_MS, 20 * tookMs)
    healthyUntil = sweepAt + UNHEALTHY_AFTER_MS
  }

  async function claim(asked: readonly LaneRoom[]): Promise<void> {
    // The clock on the wall goes on while a machine sleeps, as does the lease.
    const askedAt = Date.now()
    let claimed: Claimed
    try {
      claimed = await queue.claim(asked, leaseMs)
    } catch (error) {
      logger.error({ err: error }, 'claiming failed')
      for (const lane of asked) lanes.expect(lane.subscriptionId, now() + RETRY_MS)
      return
    }
    const tookMs = Date.now() - askedAt
    if (tookMs > LEASE_MARGIN_MS && claimed.deliveries.length > 0) {
      // This process or the database stood still: an attempt begun now could outlast its lease and meet the next one.
      logger.warn({ deliveries: claimed.deliveries.length, tookMs }, 'claimed too late to attempt')
      for (const lane of asked) lanes.expect(lane.subscriptionId, now())
      return
    }
    const counts = new Map<string, number>()
    for (const delivery of claimed.deliveries) {
      counts.set(delivery.subscriptionId, (counts.get(delivery.subscriptionId) ?? 0) + 1)
      track(delivery)
    }
    for (const { subscriptionId, readyInMs } of claimed.waiting) {
      lanes.expect(subscriptionId, now() + readyInMs)
    }
    // A full share means that the lane may hold more; a smaller one emptied it.
    for (const lane of asked) {
      if (counts.get(lane.subscriptionId) === lane.room) lanes.expect(lane.subscriptionId, now())
    }
  }

  function track(delivery: ClaimedDelivery): void {
    lanes.count(delivery.subscriptionId, 1)
    const whole = deliver(delivery).finally(() => {
      inFlight.delete(whole)
      alarm.ring()
    })
    inFlight.add(whole)
  }

  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    const result = await attempter.attempt(delivery)
    const verdict = decide(result, delivery.failures, retryPolicy, Math.random)
    // The endpoint is free for its next attempt, unless this answer will keep others from it once it is stored.
    const closesLane = verdict.holdForMs !== undefined || verdict.isGone === true
    if (!closesLane) leaveLane(delivery)
    await settler.settle({ delivery, result, verdict })
    if (closesLane) leaveLane(delivery)
    logger.debug(
      {
        deliveryId: delivery.id,
        attempt: delivery.attempt,
        outcome: result.outcome,
        durationMs: result.durationMs,
      },
      'attempted',
    )
    if (verdict.retryInMs !== null) {
      lanes.expect(delivery.subscriptionId, now() + Math.max(verdict.retryInMs, verdict.holdForMs ?? 0))
    }
  }

  function leaveLane({ subscriptionId }: ClaimedDelivery): void {
    lanes.count(subscriptionId, -1)
    alarm.ring()
  }

  return {
    start() {
      running ??= run()
    },
    wake(subscriptionIds) {
      if (subscriptionIds.length === 0) sweepAt = 0
      for (const subscriptionId of subscriptionIds) lanes.expect(subscriptionId, now())
      alarm.ring()
    },
    isHealthy: () => now() < healthyUntil,
    async stop(graceMs) {
      isStopping = true
      alarm.ring()
      await running
      const cancel = setTimeout(() => attempter.cancelAll(), graceMs)
      await Promise.all(inFlight)
      clearTimeout(cancel)
    },
  }
}

interface Alarm {
  /** Ends the current {@link wait}, or the next one at once. */
  ring(): void
  /** Waits for {@link ring}, at most `ms`. */
  wait(ms: number): Promise<void>
  /** Waits for `ms`, whatever rings. */
  pause(ms: number): Promise<void>
}

function createAlarm(): Alarm {
  let isRinging = false
  let end: (() => void) | undefined
  return {
    ring() {
      isRinging = true
      end?.()
    },
    async wait(ms) {
      if (!isRinging && ms > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, 60_000))
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      isRinging = false
      end = undefined
    },
    async pause(ms) {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    },
  }
}
