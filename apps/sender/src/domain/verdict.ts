import { interpretStatus } from '@complywise/webhooks/wire'
import { type RetryPolicy, retryWaitMs } from './backoff.ts'
import type { AttemptResult } from './outcome.ts'

/**
 * What becomes of a delivery, and of its endpoint, after an attempt. Times are spans, counted by the clock of the
 * database, which alone decides what is due: the clocks of several senders need not agree.
 */
export interface Verdict {
  readonly status: 'succeeded' | 'pending' | 'failed'
  /** After how long the next attempt is due; `null` unless `pending`. */
  readonly retryInMs: number | null
  /** Whether the attempt advances the retry schedule. What was not the endpoint's fault does not. */
  readonly isFailure: boolean
  /** The whole endpoint waits as long: it said that it is overloaded, or nothing can be signed for it. */
  readonly holdForMs?: number
  /** The endpoint is gone for good (410): its subscription is disabled. */
  readonly isGone?: true
}

/** No endpoint can park itself, or a delivery, for longer with Retry-After. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000

const INTERNAL_RETRY_MS = 10_000

/**
 * Decides what follows from `result` for a delivery that had failed `failures` times before.
 *
 * The meaning of each HTTP status is the wire contract's; see docs/wire-format.md#statuses.
 */
export function decide(
  result: AttemptResult,
  failures: number,
  policy: RetryPolicy,
  random: () => number,
): Verdict {
  switch (result.outcome) {
    case 'succeeded':
      return { status: 'succeeded', retryInMs: null, isFailure: false }
    case 'canceled':
    case 'lease_expired':
      return { status: 'pending', retryInMs: 0, isFailure: false }
    case 'internal':
      // What fails one delivery of the subscription fails all: without the hold, a backlog would be tried as fast as
      // it can be claimed, and each attempt be logged.
      return {
        status: 'pending',
        retryInMs: INTERNAL_RETRY_MS,
        isFailure: false,
        holdForMs: INTERNAL_RETRY_MS,
      }
    default:
      return decideFailure(result, failures + 1, policy, random)
  }
}

function decideFailure(
  result: AttemptResult,
  failures: number,
  policy: RetryPolicy,
  random: () => number,
): Verdict {
  const askedForMs = Math.min(result.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
  const scheduledMs = retryWaitMs(failures, random, policy)
  const next: Verdict =
    scheduledMs === null
      ? { status: 'failed', retryInMs: null, isFailure: true }
      : { status: 'pending', retryInMs: Math.max(scheduledMs, askedForMs), isFailure: true }
  const meaning = result.httpStatus === undefined ? 'failed' : interpretStatus(result.httpStatus)
  if (meaning === 'gone') return { ...next, isGone: true }
  if (meaning === 'overloaded' && askedForMs > 0) return { ...next, holdForMs: askedForMs }
  return next
}
