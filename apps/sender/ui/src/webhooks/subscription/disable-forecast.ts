import type { Subscription } from '../../api/subscriptions.ts'

/** How close a subscription is to being disabled: both thresholds have to be reached. */
export interface DisableForecast {
  readonly failures: {
    /** Attempts in a row that failed. */
    readonly count: number
    /** How many more have to fail. */
    readonly remaining: number
    /** How many there may be; `null` once there are that many, since it is not told then. */
    readonly limit: number | null
  }
  readonly time: {
    readonly elapsedMs: number
    readonly remainingMs: number
    readonly totalMs: number
    /** RFC 3339: the earliest moment at which it can be disabled. */
    readonly disablesAt: string
  }
  /** Which of the thresholds have not been reached: what the next failure lacks to disable it. */
  readonly waitsFor: 'both' | 'failures' | 'time' | 'nothing'
}

/** What is known of when a subscription will be disabled; `undefined` while nothing fails, or nothing is attempted. */
export function forecastDisabling(
  { health }: Pick<Subscription, 'health'>,
  nowMs: number,
): DisableForecast | undefined {
  const { consecutive_failures: count, failing_since: since, disables_at: disablesAt } = health
  const remaining = health.failures_until_disabled
  if (since === null || disablesAt === null || remaining === null) return undefined
  const [from, to] = [Date.parse(since), Date.parse(disablesAt)]
  const totalMs = Math.max(0, to - from)
  const remainingMs = Math.max(0, to - nowMs)
  return {
    failures: { count, remaining, limit: remaining > 0 ? count + remaining : null },
    time: { elapsedMs: Math.min(totalMs, Math.max(0, nowMs - from)), remainingMs, totalMs, disablesAt },
    waitsFor: waitsFor(remaining > 0, remainingMs > 0),
  }
}

function waitsFor(forFailures: boolean, forTime: boolean): DisableForecast['waitsFor'] {
  if (forFailures) return forTime ? 'both' : 'failures'
  return forTime ? 'time' : 'nothing'
}
