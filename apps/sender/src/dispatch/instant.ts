/** An instant by two clocks: neither a machine that sleeps nor a person who sets the time makes a span look shorter. */
export interface Instant {
  readonly wallMs: number
  /** Of `performance.now()`. */
  readonly steadyMs: number
}

/** The instant it is. */
export function markInstant(): Instant {
  return { wallMs: Date.now(), steadyMs: performance.now() }
}

/** How long ago `since` was, by the clock that says longer. */
export function elapsedMs(since: Instant): number {
  return Math.max(Date.now() - since.wallMs, performance.now() - since.steadyMs)
}
