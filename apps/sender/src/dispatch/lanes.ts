import type { ClaimedDelivery, LaneRoom } from '../store/delivery-queue.ts'
import type { Answer } from './adaptive-limit.ts'
import { beginProbing, freeIn, type Lane, learn, newLane, refresh, riskOf } from './lane.ts'
import { canTake, freeSlots, shareSlots } from './share-slots.ts'

/**
 * What one dispatcher knows of the lanes: which may hold due deliveries, and what each has in flight. Instants are of a
 * clock that nobody sets: `performance.now()`.
 */
export interface Lanes {
  /** The lane has, or from `readyAt` on will have, a due delivery. A later instant never replaces an earlier one. */
  expect(subscriptionId: string, readyAt: number): void
  /**
   * Picks lanes for one claim, least recently served first, with equal shares of the slots that are left when `used`
   * are taken, and forgets that they are ready until {@link took} or {@link expect} says so again.
   */
  take(used: number, now: number): readonly LaneRoom[]
  /** A claim brought these: they are in flight now, and lanes that may hold more are ready again. */
  took(asked: readonly LaneRoom[], deliveries: readonly ClaimedDelivery[], now: number): void
  /** The endpoint answered an attempt. */
  answered(subscriptionId: string, answer: Omit<Answer, 'isLimitUsed'>, now: number): void
  /** An attempt no longer counts as in flight. */
  left(delivery: ClaimedDelivery, now: number): void
  /** Forgets what is known of lanes that were not used for long. */
  forgetIdle(now: number): void
  stats(now: number): LaneStats
  /** When the next sleeping lane gets ready; `Infinity` if none sleeps. */
  readonly nextReadyAt: number
}

/** A summary of the lanes that a dispatcher knows. */
export interface LaneStats {
  readonly known: number
  /** May hold due deliveries and wait for a claim, or for slots. */
  readonly ready: number
  /** Hold deliveries that are due later. */
  readonly sleeping: number
  /** Answered badly or slowly last time. */
  readonly troubled: number
  /** Slots held by retries and by lanes that are not known to be healthy. */
  readonly riskyInFlight: number
  /** Of the lanes that have something in flight: the lowest, the mean and the highest limit. */
  readonly limits: { readonly lowest: number; readonly mean: number; readonly highest: number }
}

/** How much may be in flight from this process. */
export interface LaneLimits {
  readonly maxInFlight: number
  /** For one lane, however well it answers. */
  readonly maxInFlightPerSubscription: number
}

const FORGET_AFTER_MS = 10 * 60_000

/**
 * Lanes kept in this process's memory only. Nothing depends on them for correctness: what is forgotten here is
 * found again by {@link DeliveryQueue.findWaitingLanes}.
 *
 * Ready lanes stand in one of two lines. In the risky one are those that can use risky slots only: troubled lanes, and
 * healthy ones of which only retries are left. So a thousand of them cost nothing while no such slot is free.
 */
export function createLanes({ maxInFlight, maxInFlightPerSubscription: max }: LaneLimits): Lanes {
  const lanes = new Map<string, Lane>()
  // Insertion order is service order: a lane that was served goes to the end when it is ready again.
  const lines = { ordinary: new Set<Lane>(), risky: new Set<Lane>() }
  const sleeping = new Map<string, number>()
  let nextReadyAt = Infinity
  let riskyInFlight = 0
  // At the last claim.
  let isRiskyFirst = true

  function laneOf(subscriptionId: string, now: number): Lane {
    const known = lanes.get(subscriptionId)
    if (known !== undefined) return known
    const lane = newLane(subscriptionId, max, now)
    lanes.set(subscriptionId, lane)
    return lane
  }

  function change(lane: Lane, apply: () => void): void {
    const before = riskOf(lane)
    const standing = lane.limit.standing
    apply()
    riskyInFlight += riskOf(lane) - before
    if (lane.line !== undefined && lane.limit.standing !== standing) standIn(lane, lineOf(lane))
  }

  function standIn(lane: Lane, line: Lane['line']): void {
    if (lane.line === line) return
    if (lane.line !== undefined) lines[lane.line].delete(lane)
    if (line !== undefined) lines[line].add(lane)
    lane.line = line
  }

  function expect(subscriptionId: string, readyAt: number): void {
    const lane = lanes.get(subscriptionId)
    if (lane?.line === 'ordinary' || (lane?.line === 'risky' && lineOf(lane) === 'risky')) return
    const known = sleeping.get(subscriptionId)
    if (known !== undefined && known <= readyAt) return
    sleeping.set(subscriptionId, readyAt)
    nextReadyAt = Math.min(nextReadyAt, readyAt)
  }

  function wakeSleepers(now: number): void {
    if (now < nextReadyAt) return
    nextReadyAt = Infinity
    for (const [subscriptionId, readyAt] of sleeping) {
      if (readyAt <= now) {
        sleeping.delete(subscriptionId)
        const lane = laneOf(subscriptionId, now)
        refresh(lane, now)
        standIn(lane, lineOf(lane))
      } else {
        nextReadyAt = Math.min(nextReadyAt, readyAt)
      }
    }
  }

  function take(used: number, now: number): readonly LaneRoom[] {
    wakeSleepers(now)
    const free = freeSlots(maxInFlight, used, riskyInFlight)
    const open = { ordinary: [] as Lane[], risky: [] as Lane[] }
    const risky = free.risky > 0 ? lines.risky : []
    isRiskyFirst = !isRiskyFirst
    for (const lane of isRiskyFirst ? inTurn(risky, lines.ordinary) : inTurn(lines.ordinary, risky)) {
      if (open.ordinary.length + open.risky.length >= free.any) break
      if (canTake(lane, free)) open[lane.line ?? 'ordinary'].push(lane)
    }
    // First those that have no use for other slots than risky ones.
    const asked = shareSlots([...open.risky, ...open.ordinary], free)
    for (const { subscriptionId } of asked) standIn(laneOf(subscriptionId, now), undefined)
    return asked
  }

  function took(asked: readonly LaneRoom[], deliveries: readonly ClaimedDelivery[], now: number): void {
    const brought = Map.groupBy(deliveries, (delivery) => delivery.subscriptionId)
    for (const { subscriptionId, room, retryRoom } of asked) {
      const lane = laneOf(subscriptionId, now)
      const own = brought.get(subscriptionId) ?? []
      const retries = own.filter(isRetry).length
      const head = own[0]
      change(lane, () => {
        lane.inFlight += own.length
        lane.retriesInFlight += retries
        if (head?.isProbe === true) beginProbing(lane, now, max)
        lane.isLimitUsed = freeIn(lane) <= 0
      })
      // These give one at a time, and the next only once it is settled.
      if (head?.isProbe === true || head?.isOrdered === true) continue
      if (own.length >= room) expect(subscriptionId, now)
      else if (retries >= retryRoom && retryRoom < room) standIn(lane, 'risky')
    }
  }

  function forgetIdle(now: number): void {
    for (const [subscriptionId, lane] of lanes) {
      const isIdle = lane.inFlight === 0 && lane.line === undefined && !sleeping.has(subscriptionId)
      if (isIdle && now - lane.lastUsedAt > FORGET_AFTER_MS) lanes.delete(subscriptionId)
    }
  }

  return {
    expect,
    take,
    took,
    answered(subscriptionId, answer, now) {
      const lane = laneOf(subscriptionId, now)
      change(lane, () => learn(lane, answer, now, max))
    },
    left(delivery, now) {
      const lane = laneOf(delivery.subscriptionId, now)
      lane.lastUsedAt = now
      change(lane, () => {
        lane.inFlight -= 1
        if (isRetry(delivery)) lane.retriesInFlight -= 1
      })
    },
    forgetIdle,
    stats(now) {
      const due = [...sleeping.values()].filter((readyAt) => readyAt <= now).length
      const all = [...lanes.values()]
      const limits = all.filter((lane) => lane.inFlight > 0).map((lane) => Math.floor(lane.limit.allowed))
      return {
        known: all.length,
        ready: lines.ordinary.size + lines.risky.size + due,
        sleeping: sleeping.size - due,
        troubled: all.filter((lane) => lane.limit.standing === 'troubled').length,
        riskyInFlight,
        limits: summarize(limits),
      }
    },
    get nextReadyAt() {
      return nextReadyAt
    },
  }
}

function isRetry(delivery: ClaimedDelivery): boolean {
  return delivery.failures > 0
}

function lineOf(lane: Lane): 'ordinary' | 'risky' {
  return lane.limit.standing === 'troubled' ? 'risky' : 'ordinary'
}

// One of each by turns, so that neither line waits for the other to end. Which is first makes a difference only when a
// single slot is free; that is taken in turns too.
function* inTurn<Item>(first: Iterable<Item>, second: Iterable<Item>): Generator<Item> {
  const others = second[Symbol.iterator]()
  for (const item of first) {
    yield item
    const other = others.next()
    if (other.done !== true) yield other.value
  }
  for (let other = others.next(); other.done !== true; other = others.next()) yield other.value
}

function summarize(limits: readonly number[]): LaneStats['limits'] {
  if (limits.length === 0) return { lowest: 0, mean: 0, highest: 0 }
  return {
    lowest: Math.min(...limits),
    mean: limits.reduce((sum, limit) => sum + limit, 0) / limits.length,
    highest: Math.max(...limits),
  }
}
