import { interpretStatus } from '@complywise/webhooks/wire'

/**
 * How one attempt ended.
 *
 * | outcome | means |
 * |---|---|
 * | `succeeded` | a 2xx answer |
 * | `http_NNN` | any other answer |
 * | `redirect` | a 3xx answer; redirects are never followed |
 * | `dns` | the host's name did not resolve |
 * | `connect` | no connection: refused, unreachable |
 * | `tls` | the TLS handshake or the certificate failed |
 * | `reset` | the connection broke, or the answer was not HTTP |
 * | `timeout` | no whole answer within the attempt's time |
 * | `ssrf_blocked` | the host has an address that endpoints may not have |
 * | `canceled` | the sender stopped before an answer came; attempted again |
 * | `lease_expired` | the sender died during the attempt, so its outcome is unknown; attempted again unless it was a test |
 * | `internal` | the sender itself failed, for example a secret that does not decrypt; attempted again |
 */
export type Outcome =
  | 'succeeded'
  | `http_${number}`
  | 'redirect'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'ssrf_blocked'
  | 'canceled'
  | 'lease_expired'
  | 'internal'

/** The outcome of an attempt that got a whole answer. */
export function outcomeOf(httpStatus: number): Outcome {
  if (interpretStatus(httpStatus) === 'accepted') return 'succeeded'
  return httpStatus >= 300 && httpStatus < 400 ? 'redirect' : `http_${httpStatus}`
}

/** One HTTP request for a delivery, done. */
export interface AttemptResult {
  readonly outcome: Outcome
  readonly startedAt: Date
  readonly durationMs: number
  readonly httpStatus?: number
  /** What the answer's Retry-After asked for. */
  readonly retryAfterMs?: number
  /** Where the time went; absent when nothing was sent. */
  readonly phases?: Phases
  /** The address that was connected to. */
  readonly remoteAddress?: string
  /** As they were sent; values of the customer's own that look like credentials are masked. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /** The start of the response's body, at most 16 KiB. */
  readonly responseBody?: Uint8Array
  /** What went wrong, for the customer; never holds a secret. */
  readonly detail?: string
  /** The same for whoever operates the sender, with its network and settings; for log and trace, never stored. */
  readonly operatorDetail?: string
}

/**
 * Parts of an attempt's duration, in milliseconds with fractions. What was not reached is absent, and so are the first
 * three on a connection that was kept alive.
 */
export interface Phases {
  /** Looking up the name. */
  readonly dnsMs?: number
  /** The TCP connection. */
  readonly connectMs?: number
  /** The TLS handshake. */
  readonly tlsMs?: number
  /** From the start of the request to the first byte of the answer. */
  readonly firstByteMs?: number
  /** From the first byte of the answer to the last that was read. */
  readonly bodyMs?: number
}
