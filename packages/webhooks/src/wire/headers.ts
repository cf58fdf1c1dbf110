// `verify` spells out the names it reads: a bundle of it would carry all of these, and a tenth of it would be names.
/** The headers of the wire contract, in the lower case that every runtime hands over. */
export const headerNames = {
  /** `sha256=` and the HMAC of the body in lowercase hexadecimal; the one header that is always there. */
  signature: 'x-complywise-signature',
  /** Standard Webhooks: the `event_id`, the same on every attempt. */
  webhookId: 'webhook-id',
  /** Standard Webhooks: when this attempt was made, in Unix seconds. */
  webhookTimestamp: 'webhook-timestamp',
  /** Standard Webhooks: space-separated `v1,` signatures over `id.timestamp.body`. */
  webhookSignature: 'webhook-signature',
  /** RFC 9530; tells a modified body from a wrong secret, and never authenticates. */
  contentDigest: 'content-digest',
  /** The event type, to route by before the body is parsed. Not signed. */
  event: 'x-complywise-event',
  /** The delivery's id, to quote to support. Not signed. */
  delivery: 'x-complywise-delivery',
  /** The attempt's number, starting at 1. Not signed. */
  attempt: 'x-complywise-attempt',
} as const

/**
 * Incoming headers as runtimes hand them over: WHATWG `Headers`, or the record with lower-case keys of Node's
 * `request.headers` or `request.headersDistinct`.
 */
export type RequestHeaders = FetchHeaders | HeaderRecord

/** The part of WHATWG `Headers` that is read. */
export interface FetchHeaders {
  get(name: string): string | null
}

/** Header values by lower-case name; an array holds one value for each time the header was sent. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Reads one header.
 *
 * @param name in lower case, as in {@link headerNames}.
 * @returns its value, or `undefined` when it is absent. The values of a repeated header are joined with commas, as
 * WHATWG `Headers` and Node's `request.headers` have done already; what has one value in the wire contract never
 * contains a comma, so a repeated header is refused in whichever form it is handed over.
 */
export function readHeader(headers: RequestHeaders, name: string): string | undefined {
  const value = isFetchHeaders(headers) ? headers.get(name) : headers[name]
  return value === undefined || value === null ? undefined : String(value)
}

// A request may carry a header called `get`, so the key alone does not tell the two forms apart.
function isFetchHeaders(headers: RequestHeaders): headers is FetchHeaders {
  return typeof headers.get === 'function'
}
