import { LedgerError } from '../ledger/ledger-error.ts'
import type { DestinationError, DestinationErrorKind } from './destination-error.ts'

/** Why something is to be tried again. */
export interface Failure {
  readonly kind: DestinationErrorKind | 'ledger' | 'aborted' | 'locked'
  /** Stable; tells nothing internal. */
  readonly reason: string
  readonly retryAfterMs: number
}

/** The request's time is over, or the process stops. */
export const aborted: Failure = { kind: 'aborted', reason: 'deadline_exceeded', retryAfterMs: 2000 }

/** Somebody else is working on the same key. */
export const locked: Failure = { kind: 'locked', reason: 'key_locked', retryAfterMs: 2000 }

const defaultRetryAfterMs = 5000
const operatorRetryAfterMs = 60_000
/** Nothing waits longer to be tried again, whatever the destination asks for. */
export const longestRetryAfterMs = 3_600_000

/** What a failed operation means for its event. */
export function failureOf({ kind, code, retryAfterMs }: DestinationError): Failure {
  const fallback = kind === 'operator' ? operatorRetryAfterMs : defaultRetryAfterMs
  return { kind, reason: code, retryAfterMs: bounded(retryAfterMs ?? fallback) }
}

/** What it means that the ledger could not be read or written. */
export function ledgerFailure(error: unknown): Failure {
  const reason = error instanceof LedgerError ? error.code : 'ledger_unavailable'
  return { kind: 'ledger', reason, retryAfterMs: defaultRetryAfterMs }
}

/** What it means that an operation that is looked for cannot be found yet. */
export function unsettled(reason: string, retryAfterMs: number): Failure {
  return { kind: 'ambiguous', reason, retryAfterMs: bounded(retryAfterMs) }
}

/** What it means that an earlier step, which has failed, is to be tried again only later. */
export function waiting(reason: string, retryAfterMs: number): Failure {
  return { kind: 'retry', reason, retryAfterMs: bounded(retryAfterMs) }
}

function bounded(retryAfterMs: number): number {
  return Math.min(Math.max(Math.ceil(retryAfterMs), 0), longestRetryAfterMs)
}
