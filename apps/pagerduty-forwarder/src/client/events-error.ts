/**
 * Why PagerDuty does not have an event, or may not have it.
 *
 * | Code                    | What happened                                                              | Sending it again         |
 * | ----------------------- | -------------------------------------------------------------------------- | ------------------------ |
 * | `rate_limited`          | 429: too many events with this routing key                                  | after `retryAfterMs`     |
 * | `refused`               | 400 or 413: the event breaks a rule; `errors` has PagerDuty's own words     | never helps              |
 * | `unauthorized_key`      | 400: PagerDuty does not know the routing key                                | once the key is corrected |
 * | `unavailable`           | 5xx, or no connection                                                       | helps                    |
 * | `untrusted_certificate` | the server's certificate is not one that this process trusts                | once it is trusted       |
 * | `unexpected_answer`     | an answer PagerDuty never gives: something else listens there, or a proxy   | once that is corrected   |
 * | `no_answer`             | the connection broke, the time ran out, or the answer was not readable      | helps                    |
 * | `aborted`               | the caller gave up                                                          | helps                    |
 */
export type EventsErrorCode =
  | 'rate_limited'
  | 'refused'
  | 'unauthorized_key'
  | 'unavailable'
  | 'untrusted_certificate'
  | 'unexpected_answer'
  | 'no_answer'
  | 'aborted'

/** What is known about a failure. */
export interface EventsErrorDetails {
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly errors?: readonly string[]
  readonly isPossiblyAccepted?: boolean
  readonly cause?: unknown
}

/** An event that was not sent, or of which nobody knows. Its message never holds the routing key. */
export class EventsError extends Error {
  override readonly name = 'EventsError'
  readonly code: EventsErrorCode
  /** Of the answer; `undefined` when there was none. */
  readonly status: number | undefined
  /** How long to wait: always with `rate_limited`, with `unavailable` when the answer said so. */
  readonly retryAfterMs: number | undefined
  /** What PagerDuty said was wrong with the event. */
  readonly errors: readonly string[]
  /** Whether the event may have taken effect nevertheless; then a change event sent again may be shown twice. */
  readonly isPossiblyAccepted: boolean

  constructor(code: EventsErrorCode, message: string, details: EventsErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
    this.errors = details.errors ?? []
    this.isPossiblyAccepted = details.isPossiblyAccepted ?? false
  }
}
