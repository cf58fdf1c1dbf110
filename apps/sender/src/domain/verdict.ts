import { interpretStatus } from '@complywise/webhooks/wire'
import { nextAttemptAt, type RetryPolicy } from './backoff.ts'
import type { AttemptResult } from './outcome.ts'

/** What becomes of a delivery, and of its endpoint, after an attempt. */
export interface Verdict {
  readonly status: 'succeeded' | 'pending' | 'failed'
  /** When the next attempt is due; `null` unless `pending`. */
  readonly dueAt: Date | null
  /** Whether the attempt advances the retry schedule. What was not the endpoint's fault does not. */
  readonly isFailure: boolean
  /** The whole endpoint waits until then: it said that it is overloaded, or nothing can be signed for it. */
  readonly holdUntil?: Date
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
  now: Date,
  random: () => number,
): Verdict {
  switch (result.outcome) {
    case 'succeeded':
      return { status: 'succeeded', dueAt: null, isFailure: false }
    case 'canceled':
    case 'lease_expired':
      return { status: 'pending', dueAt: now, isFailure: false }
    case 'internal':
      return holdForInternal(new Date(now.getTime() + INTERNAL_RETRY_MS))
    default:
      return decideFailure(result, failures + 1, policy, now, random)
  }
}

// What fails one delivery of the subscription fails all: without the hold, a backlog would be tried as fast as it can
// be claimed, and each attempt be logged.
function holdForInternal(until: Date): Verdict {
  return { status: 'pending', dueAt: until, isFailure: false, holdUntil: until }
}

function decideFailure(
  result: AttemptResult,
  failures: number,
  policy: RetryPolicy,
  now: Date,
  random: () => number,
): Verdict {
  const askedUntil = new Date(now.getTime() + Math.min(result.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
  const scheduled = nextAttemptAt(failures, now, random, policy)
  const next: Verdict =
    scheduled === null
      ? { status: 'failed', dueAt: null, isFailure: true }
      : { status: 'pending', dueAt: later(scheduled, askedUntil), isFailure: true }
  const meaning = result.httpStatus === undefined ? 'failed' : interpretStatus(result.httpStatus)
  if (meaning === 'gone') return { ...next, isGone: true }
  if (meaning === 'overloaded' && askedUntil > now) return { ...next, holdUntil: askedUntil }
  return next
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b
}
