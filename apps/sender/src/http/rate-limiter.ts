import { createRecentMap } from './recent-map.ts'

/** What is left to whoever was asked about. */
export interface Allowance {
  readonly isPermitted: boolean
  /** Requests that may follow at once. */
  readonly remaining: number
  /** Until nothing counts any more, in milliseconds. */
  readonly resetMs: number
  /** Until the next request is permitted, in milliseconds; 0 if it is already. */
  readonly retryAfterMs: number
}

/** Counts requests by who makes them. */
export interface RateLimiter {
  readonly limit: number
  readonly windowMs: number
  /** Counts a request if it is permitted. */
  take(key: string, now: number): Allowance
  /** Makes up for a {@link take} that was permitted: that request does not count. */
  giveBack(key: string, now: number): void
  /** What {@link take} would answer; counts nothing. */
  peek(key: string, now: number): Allowance
}

/** Of this many callers at least the counts are known; with more at once, some start afresh. */
const MAX_KEYS = 10_000

/**
 * A token bucket: `limit` requests at once, refilled evenly, all of them within `windowMs`. It has no windows with
 * edges, around which twice as many would pass.
 *
 * Of each caller one number is kept: when its bucket is full again (the generic cell rate algorithm).
 */
export function createRateLimiter(limit: number, windowMs: number): RateLimiter {
  const fullAgainAt = createRecentMap<number>(windowMs, MAX_KEYS)
  const costMs = windowMs / limit

  function peek(key: string, now: number): Allowance {
    const resetMs = Math.max(0, (fullAgainAt.get(key, now) ?? now) - now)
    const retryAfterMs = Math.max(0, resetMs + costMs - windowMs)
    // Rounded first: thirds of a window add up to slightly more than one.
    const remaining = Math.floor(round((windowMs - resetMs) / costMs))
    return { isPermitted: round(retryAfterMs) === 0, remaining, resetMs, retryAfterMs }
  }

  return {
    limit,
    windowMs,
    peek,
    take(key, now) {
      const before = peek(key, now)
      if (!before.isPermitted) return before
      const resetMs = before.resetMs + costMs
      fullAgainAt.set(key, now + resetMs, now)
      return { ...before, remaining: before.remaining - 1, resetMs }
    },
    giveBack(key, now) {
      fullAgainAt.set(key, now + Math.max(0, peek(key, now).resetMs - costMs), now)
    },
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
