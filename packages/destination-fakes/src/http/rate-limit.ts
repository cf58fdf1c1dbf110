/** Decides by key whether one more request is admitted. */
export interface RateLimit {
  /**
   * Admits a request of `key` at `now` (milliseconds) and counts it, or says in how many milliseconds one would be
   * admitted. Refused requests do not count.
   */
  take(key: string, now: number): number
}

/** Admits bursts of `burst`, refilled by one every `everyMs`. */
export function tokenBucket({
  burst,
  everyMs,
}: {
  readonly burst: number
  readonly everyMs: number
}): RateLimit {
  // When each key's bucket will be full again.
  const fullAt = new Map<string, number>()
  return {
    take(key, now) {
      const next = Math.max(fullAt.get(key) ?? now, now) + everyMs
      const waitMs = next - now - burst * everyMs
      // Less than a millisecond is what the sum of broken numbers has lost.
      if (waitMs >= 1) return waitMs
      fullAt.set(key, next)
      return 0
    },
  }
}

/** Admits `limit` requests in any `windowMs` milliseconds. */
export function slidingWindow({
  limit,
  windowMs,
}: {
  readonly limit: number
  readonly windowMs: number
}): RateLimit {
  const admitted = new Map<string, number[]>()
  return {
    take(key, now) {
      const recent = (admitted.get(key) ?? []).filter((at) => at > now - windowMs)
      admitted.set(key, recent)
      const oldest = recent[recent.length - limit]
      if (oldest !== undefined) return oldest + windowMs - now
      recent.push(now)
      return 0
    },
  }
}
