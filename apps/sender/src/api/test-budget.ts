import { createRecentMap } from '../http/recent-map.ts'

/** How many tests one subscription may have. */
export interface TestBudget {
  /** Takes one test from a subscription's budget; else, in how many seconds the next one is free. */
  take(
    subscriptionId: string,
  ): { readonly granted: true } | { readonly granted: false; retryAfterSeconds: number }
}

const PERIOD_MS = 60_000
const MAX_REMEMBERED = 10_000

/**
 * Tests per minute for each subscription, in this process: a test is a request that this server makes to somebody
 * else's because a third one asked for it.
 *
 * @param now a clock that nobody sets, in milliseconds.
 */
export function createTestBudget(perMinute: number, now: () => number = () => performance.now()): TestBudget {
  const taken = createRecentMap<readonly number[]>(PERIOD_MS, MAX_REMEMBERED)
  return {
    take(subscriptionId) {
      const at = now()
      const recent = (taken.get(subscriptionId, at) ?? []).filter((before) => at - before < PERIOD_MS)
      const [oldest = at] = recent
      if (recent.length >= perMinute) {
        return { granted: false, retryAfterSeconds: Math.ceil((oldest + PERIOD_MS - at) / 1000) }
      }
      taken.set(subscriptionId, [...recent, at], at)
      return { granted: true }
    },
  }
}
