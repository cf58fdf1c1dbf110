import { interpretStatus } from '@complywise/webhooks/wire'
import { type RetryPolicy, retryWaitMs } from './backoff.ts'
import type { AttemptResult } from './outcome.ts'
import { decideTest } from './test-verdict.ts'

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
  /** What the attempt says of the endpoint. A refused address and our own faults say nothing. */
  readonly endpoint: 'ok' | 'failing' | 'unknown'
  /** Why the delivery is given up, as a code: `retries_exhausted`, `test_failed`. */
  readonly reason?: string
  /** The whole endpoint waits as long: it said that it is overloaded, or nothing can be signed for it or sent to it. */
  readonly holdForMs?: number
  /** The endpoint is gone for good (410): its subscription is disabled. */
  readonly isGone?: true
}

/** What a verdict depends on besides the attempt. */
export interface AttemptedDelivery {
  /** Failed attempts before this one. */
  readonly failures: number
  /** Attempted once, whatever comes of it. */
  readonly isTest: boolean
}

/** No endpoint can park itself, or a delivery, for longer with Retry-After. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000

const INTERNAL_RETRY_MS = 10_000
/** An endpoint whose address is refused is looked at again after as long, at the latest. */
const MAX_BLOCKED_HOLD_MS = 5 * 60 * 1000

/**
 * Decides what follows from an attempt for its delivery and for the endpoint.
 *
 * The meaning of each HTTP status is the wire contract's; see docs/wire-format.md#statuses.
 *
 * @param random uniform in [0, 1); see {@link retryWaitMs}.
 */
export function decide(
  result: AttemptResult,
  delivery: AttemptedDelivery,
  policy: RetryPolicy,
  random: () => number,
): Verdict {
  return delivery.isTest ? decideTest(result) : decideNext(result, delivery.failures, policy, random)
}

function decideNext(
  result: AttemptResult,
  failures: number,
  policy: RetryPolicy,
  random: () => number,
): Verdict {
  switch (result.outcome) {
    case 'succeeded':
      return { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' }
    case 'canceled':
    case 'lease_expired':
      return { status: 'pending', retryInMs: 0, isFailure: false, endpoint: 'unknown' }
    case 'internal':
      // What fails one delivery of the subscription fails all: without the hold, a backlog would be tried as fast as
      // it can be claimed, and each attempt be logged.
      return {
        status: 'pending',
        retryInMs: INTERNAL_RETRY_MS,
        isFailure: false,
        endpoint: 'unknown',
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
  const endpoint = result.outcome === 'ssrf_blocked' ? 'unknown' : 'failing'
  const scheduledMs = retryWaitMs(failures, random, policy)
  const next: Verdict =
    scheduledMs === null
      ? { status: 'failed', retryInMs: null, isFailure: true, endpoint, reason: 'retries_exhausted' }
      : { status: 'pending', retryInMs: Math.max(scheduledMs, askedForMs), isFailure: true, endpoint }
  // What is refused to one delivery of the subscription is refused to all; see `internal`.
  if (result.outcome === 'ssrf_blocked') {
    return { ...next, holdForMs: Math.min(scheduledMs ?? MAX_BLOCKED_HOLD_MS, MAX_BLOCKED_HOLD_MS) }
  }
  const meaning = result.httpStatus === undefined ? 'failed' : interpretStatus(result.httpStatus)
  if (meaning === 'gone') return { ...next, isGone: true }
  if (meaning === 'overloaded' && askedForMs > 0) return { ...next, holdForMs: askedForMs }
  return next
}
