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
 * | `lease_expired` | the sender died during the attempt, so its outcome is unknown; attempted again |
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

/** One HTTP request for a delivery, done. */
export interface AttemptResult {
  readonly outcome: Outcome
  readonly startedAt: Date
  readonly durationMs: number
  readonly httpStatus?: number
  /** What the answer's Retry-After asked for. */
  readonly retryAfterMs?: number
  /** The start of the response's body, at most 16 KiB. */
  readonly responseBody?: Uint8Array
  /** What went wrong, for a person; never holds a secret. */
  readonly detail?: string
}
