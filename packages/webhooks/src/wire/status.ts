/** What the sender makes of an attempt's HTTP status. */
export type StatusMeaning = 'accepted' | 'failed' | 'overloaded' | 'gone'

/**
 * The status contract, from the sender's side.
 *
 * - `accepted`: 2xx; the delivery has succeeded.
 * - `gone`: 410; the subscription is disabled at once.
 * - `overloaded`: 429 and 503; the whole endpoint waits, no shorter than `Retry-After`.
 * - `failed`: everything else, redirects included; the attempt is made again, for 409 no sooner than `Retry-After`.
 */
export function interpretStatus(status: number): StatusMeaning {
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 410) return 'gone'
  return status === 429 || status === 503 ? 'overloaded' : 'failed'
}
