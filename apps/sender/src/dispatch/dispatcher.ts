import type { Logger } from '@complywise/service'
import type { RetryPolicy } from '../domain/backoff.ts'
import type { SubscriptionHealth } from '../domain/health.ts'
import type { AttemptResult } from '../domain/outcome.ts'
import { decide } from '../domain/verdict.ts'
import type { Claimed, ClaimedDelivery, DeliveryQueue, LaneRoom } from '../store/delivery-queue.ts'
import { signalOf } from './adaptive-limit.ts'
import { createAlarm } from './alarm.ts'
import type { Attempter } from './attempter.ts'
import { combineObservers } from './combine-observers.ts'
import { elapsedMs, type Instant, markInstant } from './instant.ts'
import { createLanes, type LaneLimits, type LaneStats } from './lanes.ts'
import { createLeaseKeeper } from './lease-keeper.ts'
import type { DispatchObserver } from './observer.ts'
import { createSettler } from './settler.ts'

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly queue: DeliveryQueue
  readonly attempter: Attempter
  readonly retryPolicy: RetryPolicy
  readonly limits: LaneLimits
  readonly logger: Logger
  readonly observers?: readonly DispatchObserver[]
  /**
   * Acts on the health of subscriptions that failed or recovered. An endpoint that is gone gets nothing more before it
   * resolves; a rejection is logged.
   */
  readonly onHealth?: (health: readonly SubscriptionHealth[]) => Promise<void>
  /** After so long, others take over what a process that was killed had claimed. Default 30,000. */
  readonly leaseMs?: number
}

/** The loop that claims due deliveries and makes attempts. */
export interface Dispatcher {
  /** Begins to claim. */
  start(): void
  /** These lanes, or any if none is named, may have something due. Looking at all of them keeps to its share of time. */
  wake(subscriptionIds: readonly string[]): void
  /** Whether its loop gets through to the database: false before the first time, and 10 s after the last. */
  isHealthy(): boolean
  stats(): DispatcherStats
  /**
   * Claims nothing more and waits for what is in flight; after `graceMs` the rest is canceled and put back.
   * Resolves when every outcome is stored, or could not be.
   */
  stop(graceMs: number): Promise<void>
}

/** What a dispatcher has to do at the moment. */
export interface DispatcherStats {
  /** Attempts under way, and those whose outcome is not stored yet. */
  readonly inFlight: number
  /** How many there may be. */
  readonly maxInFlight: number
  readonly lanes: LaneStats
}

/** How long a claim lasts unless it is renewed. */
export const LEASE_MS = 30_000

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
  const { queue, attempter, retryPolicy, limits, logger, leaseMs = LEASE_MS } = options
  const observer = combineObservers(options.observers ?? [], logger)
  const lanes = createLanes(limits)
  const leases = createLeaseKeeper({
    queue,
    leaseMs,
    logger,
    onLost: (delivery) => attempter.abort(delivery, 'The lease was lost during the attempt.'),
  })
  const settler = createSettler({ queue, logger, onHealth })
  const inFlight = new Set<Promise<void>>()
  const alarm = createAlarm()
  let isStopping = false
  let sweepAt = 0
  let sweepAllowedAt = 0
  let sweeping: Promise<void> | undefined
  let healthyUntil = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!isStopping) {
      if (now() >= sweepAt) sweeping ??= sweep().finally(sweepEnded)
      const asked = lanes.take(inFlight.size, now())
      if (asked.length === 0) {
        await alarm.wait(Math.min(sweeping === undefined ? sweepAt : Infinity, lanes.nextReadyAt) - now())
        continue
      }
      const startedAt = now()
      const isBusy = inFlight.size > 0
      await claim(asked)
      if (isBusy) await alarm.pause(startedAt + CLAIM_SPACING_MS - now())
    }
  }

  // Finds what no notification told of: work left by other processes, before a restart, or while disconnected, and
  // lanes whose hold has ended. Claims go on meanwhile.
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
    lanes.forgetIdle(now())
    // With very many lanes the search takes its time; it may cost 5 % of a connection's, whoever asks for it.
    sweepAllowedAt = now() + 20 * (now() - startedAt)
    sweepAt = Math.max(now() + SWEEP_MS, sweepAllowedAt)
    healthyUntil = sweepAt + UNHEALTHY_AFTER_MS
  }

  function sweepEnded(): void {
    sweeping = undefined
    alarm.ring()
  }

  async function claim(asked: readonly LaneRoom[]): Promise<void> {
    const askedAt = markInstant()
    let claimed: Claimed
    try {
      claimed = await queue.claim(asked, leaseMs)
    } catch (error) {
      logger.error({ err: error }, 'claiming failed')
      for (const lane of asked) lanes.expect(lane.subscriptionId, now() + RETRY_MS)
      return
    }
    const { deliveries, waiting } = claimed
    const tookMs = elapsedMs(askedAt)
    observer.claimed(deliveries.length, tookMs)
    // When this process or the database stood still, the leases may end before they can be renewed.
    if (deliveries.length > 0 && (isStopping || tookMs > leaseMs / 2)) return await putBack(asked, deliveries)
    lanes.took(asked, deliveries, now())
    for (const { subscriptionId, readyInMs } of waiting) lanes.expect(subscriptionId, now() + readyInMs)
    for (const delivery of deliveries) track(delivery, askedAt)
  }

  async function putBack(asked: readonly LaneRoom[], deliveries: readonly ClaimedDelivery[]): Promise<void> {
    logger.info({ deliveries: deliveries.length, isStopping }, 'claimed too late to attempt')
    for (const lane of asked) lanes.expect(lane.subscriptionId, now())
    try {
      await queue.release(deliveries)
    } catch (error) {
      logger.error({ err: error, deliveries: deliveries.length }, 'putting deliveries back failed')
    }
  }

  function track(delivery: ClaimedDelivery, claimedAt: Instant): void {
    leases.keep(delivery, claimedAt)
    const whole = deliver(delivery).finally(() => {
      inFlight.delete(whole)
      alarm.ring()
    })
    inFlight.add(whole)
  }

  async function deliver(delivery: ClaimedDelivery): Promise<void> {
    const { subscriptionId } = delivery
    const result = await attempt(delivery)
    const verdict = decide(result, delivery, retryPolicy, Math.random)
    // A success frees its place at once. What may keep others back once it is stored holds it until then: a failure
    // may be the one by which the endpoint counts as down.
    const isFreeAtOnce = verdict.status === 'succeeded' && !delivery.isProbe && !delivery.isOrdered
    if (isFreeAtOnce) leaveLane(delivery)
    const { isRecorded, afterwards } = await settler.settle({ delivery, result, verdict })
    if (verdict.isGone === true) await afterwards
    if (!isFreeAtOnce) leaveLane(delivery)
    report(delivery, result, isRecorded)
    if (isRecorded) observer.settled(delivery, result, verdict)
    else observer.leaseLost(delivery)
    if (verdict.retryInMs !== null) {
      lanes.expect(subscriptionId, now() + Math.max(verdict.retryInMs, verdict.holdForMs ?? 0))
    } else if (delivery.isOrdered) {
      lanes.expect(subscriptionId, now())
    }
  }

  async function attempt(delivery: ClaimedDelivery): Promise<AttemptResult> {
    const ended = observer.attempting(delivery)
    const beganAt = now()
    const result = await attempter.attempt(delivery, () => leases.isHeld(delivery))
    leases.drop(delivery)
    ended?.(result)
    const signal = signalOf(result.outcome)
    if (signal !== undefined) {
      lanes.answered(delivery.subscriptionId, { signal, beganAt, tookMs: result.durationMs }, now())
    }
    return result
  }

  function leaveLane(delivery: ClaimedDelivery): void {
    lanes.left(delivery, now())
    alarm.ring()
  }

  function report({ id, attempt }: ClaimedDelivery, result: AttemptResult, isRecorded: boolean): void {
    const facts = { deliveryId: id, attempt, outcome: result.outcome }
    if (isRecorded) logger.debug({ ...facts, durationMs: result.durationMs }, 'attempted')
    else logger.warn(facts, 'lease lost: the outcome was not recorded')
  }

  async function onHealth(health: readonly SubscriptionHealth[]): Promise<void> {
    observer.healthChanged(health)
    for (const { subscriptionId, state, consecutiveFailures } of health) {
      // A success lifts the hold of an endpoint that was down.
      if (state === 'active' && consecutiveFailures === 0) lanes.expect(subscriptionId, now())
    }
    alarm.ring()
    try {
      await options.onHealth?.(health)
    } catch (error) {
      logger.error({ err: error }, 'acting on the health of subscriptions failed')
    }
  }

  return {
    start() {
      running ??= run()
    },
    wake(subscriptionIds) {
      if (subscriptionIds.length === 0) sweepAt = Math.min(sweepAt, sweepAllowedAt)
      for (const subscriptionId of subscriptionIds) lanes.expect(subscriptionId, now())
      alarm.ring()
    },
    isHealthy: () => now() < healthyUntil,
    stats: () => ({ inFlight: inFlight.size, maxInFlight: limits.maxInFlight, lanes: lanes.stats(now()) }),
    async stop(graceMs) {
      isStopping = true
      alarm.ring()
      await running
      await sweeping
      const cancel = setTimeout(() => {
        attempter.cancelAll()
        settler.giveUp()
      }, graceMs)
      await Promise.all(inFlight)
      clearTimeout(cancel)
      leases.close()
    },
  }
}
