/** A clock that stands still until it is told otherwise. */
export interface FakeClock {
  /** What time it is, a new `Date` each time: the `now` of a receiver. */
  readonly now: () => Date
  /** How many milliseconds have passed, however often the clock was set: the `now` of `memoryStore`. */
  readonly elapsedMs: () => number
  /** Lets time pass. */
  advance(ms: number): void
  /** Sets the clock, forward or back, as people and NTP do. No time passes. */
  set(to: Date): void
}

/**
 * Makes a clock for tests. It moves no timers: a lease is still renewed, and a store still waited for, in real time.
 *
 * @param start what time it is at first. Default: what the machine's clock says.
 * @example
 * const clock = fakeClock()
 * const receiver = createReceiver({ secret, now: clock.now, store: memoryStore({ now: clock.elapsedMs }) })
 * const request = await signedRequest('scan.completed', { secret, attemptedAt: clock.now() })
 * clock.advance(10 * 60_000)
 * await receiver.receive(request) // 401: the attempt is ten minutes old
 */
export function fakeClock(start: Date = new Date()): FakeClock {
  let nowMs = start.getTime()
  let elapsedMs = 0
  return {
    now: () => new Date(nowMs),
    elapsedMs: () => elapsedMs,
    advance(ms) {
      nowMs += ms
      elapsedMs += ms
    },
    set(to) {
      nowMs = to.getTime()
    },
  }
}
