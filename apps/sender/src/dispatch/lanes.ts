import type { LaneRoom } from '../store/delivery-queue.ts'

/** What one dispatcher knows of the lanes: which may hold due deliveries, and how many attempts each has in flight. */
export interface Lanes {
  /**
   * The lane has, or from `readyAt` on will have, a due delivery. A later instant never replaces an earlier one.
   * Instants are of a clock that nobody sets: `performance.now()`.
   */
  expect(subscriptionId: string, readyAt: number): void
  /** An attempt of this lane began (+1) or ended (−1). */
  count(subscriptionId: string, change: 1 | -1): void
  /**
   * Picks lanes for one claim of at most `room` deliveries, least recently served first, with equal shares, and
   * forgets that they are ready: whoever claims a full share must {@link expect} the lane again.
   */
  take(room: number, now: number): readonly LaneRoom[]
  /** When the next sleeping lane gets ready; `Infinity` if none sleeps. */
  readonly nextReadyAt: number
}

/**
 * Lanes kept in this process's memory only. Nothing depends on them for correctness: what is forgotten here is
 * found again by {@link DeliveryQueue.findWaitingLanes}.
 *
 * @param maxInFlight attempts that one lane may have in flight from this process.
 */
export function createLanes(maxInFlight: number): Lanes {
  // Insertion order is service order: a lane that was served goes to the end when it is ready again.
  const ready = new Set<string>()
  const sleeping = new Map<string, number>()
  const inFlight = new Map<string, number>()
  let nextReadyAt = Infinity

  function expect(subscriptionId: string, readyAt: number): void {
    if (ready.has(subscriptionId)) return
    const known = sleeping.get(subscriptionId)
    if (known !== undefined && known <= readyAt) return
    sleeping.set(subscriptionId, readyAt)
    nextReadyAt = Math.min(nextReadyAt, readyAt)
  }

  function count(subscriptionId: string, change: 1 | -1): void {
    const next = (inFlight.get(subscriptionId) ?? 0) + change
    if (next > 0) inFlight.set(subscriptionId, next)
    else inFlight.delete(subscriptionId)
  }

  function wakeSleepers(now: number): void {
    if (now < nextReadyAt) return
    nextReadyAt = Infinity
    for (const [subscriptionId, readyAt] of sleeping) {
      if (readyAt <= now) {
        sleeping.delete(subscriptionId)
        ready.add(subscriptionId)
      } else {
        nextReadyAt = Math.min(nextReadyAt, readyAt)
      }
    }
  }

  function take(room: number, now: number): readonly LaneRoom[] {
    wakeSleepers(now)
    const open: LaneRoom[] = []
    for (const subscriptionId of ready) {
      if (open.length === room) break
      const free = maxInFlight - (inFlight.get(subscriptionId) ?? 0)
      if (free > 0) open.push({ subscriptionId, room: free })
    }
    const share = Math.floor(room / open.length)
    for (const lane of open) ready.delete(lane.subscriptionId)
    return open.map((lane) => ({ ...lane, room: Math.min(lane.room, share) }))
  }

  return {
    expect,
    count,
    take,
    get nextReadyAt() {
      return nextReadyAt
    },
  }
}
