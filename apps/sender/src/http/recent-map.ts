/** A map that forgets what has not been set for some time. Asking does not count. */
export interface RecentMap<Value> {
  get(key: string, now: number): Value | undefined
  set(key: string, value: Value, now: number): void
}

/**
 * Makes a map whose memory is bounded: a value is kept for `keepMs` at least and twice that at most, unless more than
 * `maxEntries` others are set meanwhile.
 *
 * It is two maps that take turns, so nothing is ever searched for what has expired.
 */
export function createRecentMap<Value>(keepMs: number, maxEntries: number): RecentMap<Value> {
  let newer = new Map<string, Value>()
  let older = new Map<string, Value>()
  let turnAt = -Infinity

  function takeTurns(now: number): void {
    if (now < turnAt && newer.size < maxEntries) return
    // After a pause that long, the newer one has expired as well.
    older = now < turnAt + keepMs ? newer : new Map()
    newer = new Map()
    turnAt = now + keepMs
  }

  return {
    get(key, now) {
      takeTurns(now)
      return newer.get(key) ?? older.get(key)
    },
    set(key, value, now) {
      takeTurns(now)
      newer.set(key, value)
    },
  }
}
