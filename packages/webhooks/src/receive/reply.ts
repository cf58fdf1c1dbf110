import type { RejectionCode } from '../errors.ts'
import type { Outcome } from './outcome.ts'
import type { Reply } from './request.ts'

/** The reply to an event that was verified. */
export function outcomeReply(outcome: Outcome): Reply {
  if (!('retryAfterMs' in outcome)) return replies[outcome.kind]
  return makeReply(statuses[outcome.kind], outcome.kind, retryAfter(outcome.retryAfterMs))
}

/**
 * The reply to a request that was refused. Its body says no more than its status does: which of several checks
 * failed is for the log.
 */
export function rejectionReply(code: RejectionCode): Reply {
  const [status, word] = rejections[code]
  const headers = status === 405 ? { allow: 'POST' } : status === 503 ? retryAfter(unavailableMs) : {}
  return makeReply(status, word, headers)
}

/** How long the sender is asked to wait for another process, or for the secrets of a tenant. */
const unavailableMs = 5000

const statuses: Readonly<Record<Outcome['kind'], number>> = {
  processed: 200,
  ignored: 200,
  duplicate: 200,
  failed: 500,
  in_progress: 409,
  unavailable: 503,
}

// Made once, because they are what most requests are answered.
const replies = {
  processed: makeReply(statuses.processed, 'processed'),
  ignored: makeReply(statuses.ignored, 'ignored'),
  duplicate: makeReply(statuses.duplicate, 'duplicate'),
  failed: makeReply(statuses.failed, 'failed'),
} as const

const unauthorized = [401, 'unauthorized'] as const
const unavailable = [503, 'unavailable'] as const

const rejections: Readonly<Record<RejectionCode, readonly [status: number, word: string]>> = {
  method_not_allowed: [405, 'method_not_allowed'],
  content_type_unsupported: [415, 'unsupported_media_type'],
  body_too_large: [413, 'too_large'],
  // Ours to repair, not the sender's, and a status that it retries.
  body_already_parsed: [500, 'misconfigured'],
  secret_not_found: unauthorized,
  secret_unavailable: unavailable,
  shutting_down: unavailable,
  signature_missing: unauthorized,
  signature_malformed: unauthorized,
  signature_mismatch: unauthorized,
  attempt_signature_missing: unauthorized,
  attempt_signature_malformed: unauthorized,
  attempt_signature_mismatch: unauthorized,
  attempt_too_old: unauthorized,
  attempt_in_future: unauthorized,
  event_too_old: unauthorized,
  event_in_future: unauthorized,
  envelope_invalid: [400, 'malformed'],
  data_invalid: [422, 'invalid'],
}

function makeReply(status: number, word: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = JSON.stringify({ status: word })
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

// Whole seconds, rounded up: `Retry-After: 0` would invite a retry at once.
function retryAfter(ms: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.min(Math.max(1, Math.ceil(ms / 1000)), 2 ** 31)) }
}
