/** What the sender makes of an attempt's HTTP status. */
export type StatusMeaning = 'accepted' | 'failed' | 'overloaded' | 'gone'

/**
 * The status contract, from the sender's side.
 *
 * - `accepted`: 2xx; the delivery has succeeded.
 * - `gone`: 410; the subscription is disabled at once.
 * - `overloaded`: 429 and 503; tried again, and the whole endpoint waits for as long as `Retry-After` says.
 * - `failed`: everything else, redirects included; tried again, no sooner than `Retry-After` says.
 *
 * The sender heeds `Retry-After` for at most one hour.
 *
 * @see docs/wire-format.md#statuses
 */
export function interpretStatus(status: number): StatusMeaning {
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 410) return 'gone'
  return status === 429 || status === 503 ? 'overloaded' : 'failed'
}
