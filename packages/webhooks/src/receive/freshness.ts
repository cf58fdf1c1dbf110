import type { FreshnessErrorCode } from '../errors.ts'

/** The times that decide whether a verified request is a replay. */
export interface FreshnessInput {
  /** When the event happened, from the signed body. */
  readonly eventAt: Date
  /** When the attempt was made, where a valid `webhook-signature` vouches for it. */
  readonly attemptedAt: Date | undefined
  readonly now: Date
}

/** How old or early a request may be; see `ReceiverOptions`. */
export interface FreshnessLimits {
  readonly maxAgeMs: number
  readonly clockSkewMs: number
  readonly attemptWindowMs: number
  readonly requireAttemptSignature: boolean
}

/**
 * Decides whether a verified request is fresh enough to be no replay.
 *
 * A signed attempt time is exact, so it decides how old a request may be, and a redelivery of an old event passes.
 * Without one the event's own time does, with room for the sender's retries. Removing the attempt signature from a
 * captured request therefore gains nothing: the event's age is checked instead. An event far ahead of its time is refused
 * either way, because that could be done once it is due, and has been forgotten.
 *
 * @returns why the request is refused, or `undefined`.
 */
export function checkFreshness(
  input: FreshnessInput,
  limits: FreshnessLimits,
): FreshnessErrorCode | undefined {
  const { eventAt, attemptedAt, now } = input
  const ageMs = now.getTime() - eventAt.getTime()
  // The comparisons are negated so that a time that is not a number refuses.
  if (attemptedAt) {
    const attemptAgeMs = now.getTime() - attemptedAt.getTime()
    if (!(attemptAgeMs <= limits.attemptWindowMs)) return 'attempt_too_old'
    if (!(attemptAgeMs >= -limits.attemptWindowMs)) return 'attempt_in_future'
  } else {
    if (limits.requireAttemptSignature) return 'attempt_signature_missing'
    if (!(ageMs <= limits.maxAgeMs)) return 'event_too_old'
  }
  return !(ageMs >= -limits.clockSkewMs) ? 'event_in_future' : undefined
}
