/** When a failed delivery is attempted again. */
export interface RetryPolicy {
  /** Wait after the first failure. Default 10 s. */
  readonly baseMs: number
  /** Each wait is this many times the one before. Default 4. */
  readonly factor: number
  /** No wait is longer, jitter aside. Default 12 h. */
  readonly capMs: number
  /** Failed attempts after which the delivery is `failed`. Default 10. */
  readonly maxAttempts: number
}

/** 10 s, 40 s, 160 s, ~11 min, ~43 min, ~3 h, ~11 h, 12 h, 12 h: ten attempts in about 39 hours. */
export const defaultRetryPolicy: RetryPolicy = {
  baseMs: 10_000,
  factor: 4,
  capMs: 12 * 60 * 60 * 1000,
  maxAttempts: 10,
}

const JITTER = 0.1

/**
 * How long to wait after failure number `failures`, in whole milliseconds, or `null` once the schedule is exhausted.
 *
 * The wait is `min(base × factor^(failures − 1), cap)` plus up to 10 % of itself: jitter only adds, so a retry is
 * never earlier than promised, and deliveries that failed together do not return together.
 *
 * @param failures failed attempts so far, this one included; at least 1.
 * @param random uniform in [0, 1).
 */
export function retryWaitMs(failures: number, random: () => number, policy: RetryPolicy): number | null {
  if (failures >= policy.maxAttempts) return null
  const waitMs = Math.min(policy.baseMs * policy.factor ** (failures - 1), policy.capMs)
  return Math.round(waitMs * (1 + JITTER * random()))
}

/** How long after the first attempt the last can be due, at most. The time that attempts take is not in it. */
export function retryHorizonMs(policy: RetryPolicy): number {
  let horizonMs = 0
  for (let failures = 1; failures < policy.maxAttempts; failures += 1) {
    horizonMs += retryWaitMs(failures, () => 1, policy) ?? 0
  }
  return horizonMs
}
