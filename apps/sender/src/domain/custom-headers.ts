/** Why a header of the customer's own cannot be sent. */
export interface CustomHeaderProblem {
  /** JSON pointer into the object of headers: `/x-api-key`; empty for the object itself. */
  readonly pointer: string
  readonly code:
    | 'header_name_invalid'
    | 'header_reserved'
    | 'header_duplicate'
    | 'header_value_invalid'
    | 'header_value_masked'
    | 'headers_too_many'
    | 'headers_too_long'
  /** What is wrong and what to do, for a person; never holds a value. */
  readonly detail: string
}

/** Headers of the customer's own, with names in lower case, or all that is wrong with them. */
export type CheckedHeaders =
  | { readonly valid: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly valid: false; readonly problems: readonly CustomHeaderProblem[] }

const MAX_HEADERS = 20
const MAX_NAME_LENGTH = 128
// With the sender's own headers this stays below the 8 KiB that common servers and load balancers accept.
const MAX_TOTAL_LENGTH = 6 * 1024

/**
 * Checks the headers that a subscription adds to each request. Names are tokens and values visible ASCII, spaces and
 * tabs (RFC 9110 §5); at most 20 headers of together 6,144 characters; none that the sender itself, the connection or
 * a proxy on the way has to set; and no value that is {@link MASK}, which was copied from an answer.
 */
export function checkCustomHeaders(headers: Readonly<Record<string, string>>): CheckedHeaders {
  const entries = Object.entries(headers)
  const seen = new Set<string>()
  const problems = entries.flatMap(([name, value]) => checkHeader(name, value, seen))
  if (entries.length > MAX_HEADERS)
    problems.push(overall('headers_too_many', `At most ${MAX_HEADERS} headers.`))
  const total = entries.reduce((length, [name, value]) => length + name.length + value.length, 0)
  if (total > MAX_TOTAL_LENGTH) {
    const detail = `Names and values have ${total} characters together; at most ${MAX_TOTAL_LENGTH} can be sent.`
    problems.push(overall('headers_too_long', detail))
  }
  if (problems.length > 0) return { valid: false, problems }
  return {
    valid: true,
    headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])),
  }
}

/** Whether a header's value is a credential, as far as its name tells. */
export function isSensitiveHeader(name: string): boolean {
  return sensitiveName.test(name)
}

/**
 * A header's value as it may be shown and logged: all of it, or {@link MASK} if its name or its form is that of a
 * credential. Nothing of a masked value is left, neither its scheme nor its last characters nor its length.
 */
export function maskHeaderValue(name: string, value: string): string {
  return isSensitiveHeader(name) || credentialValue.test(value) ? MASK : value
}

/** What is shown instead of a credential. */
export const MASK = '********'

const sensitiveName =
  /auth|bearer|cookie|credential|jwt|key|passphrase|passwd|password|pwd|secret|session|signature|token/i
// An authentication scheme with what follows it, a JSON Web Token, a URL with a password.
const credentialValue = /^(?:basic|bearer|digest|token|apikey) +\S|^eyJ[\w-]+\.|:\/\/[^/\s]+@/i

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i
// No space at either end: RFC 9110 says that it is not part of the value, so it would be lost.
const fieldValue = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/

const reservedNames: ReadonlySet<string> = new Set(
  [
    // The request's own form, and that of its connection.
    'connection expect host http2-settings keep-alive te trailer transfer-encoding upgrade',
    // What identifies the sender and its traces.
    'baggage traceparent tracestate user-agent',
    // What endpoints believe of a proxy in front of them.
    'forwarded via x-real-ip',
  ].flatMap((names) => names.split(' ')),
)

const reservedPrefixes = ['content-', 'proxy-', 'webhook-', 'x-complywise-', 'x-forwarded-'] as const

function checkHeader(name: string, value: string, seen: Set<string>): CustomHeaderProblem[] {
  const lowerCase = name.toLowerCase()
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  if (!token.test(name) || name.length > MAX_NAME_LENGTH) {
    const detail = `A header's name has 1 to ${MAX_NAME_LENGTH} letters, digits and characters of !#$%&'*+-.^_\`|~.`
    return [{ pointer, code: 'header_name_invalid', detail }]
  }
  if (reservedNames.has(lowerCase) || reservedPrefixes.some((prefix) => lowerCase.startsWith(prefix))) {
    const detail = `${name} is set by the sender itself, or on the way. Choose another name.`
    return [{ pointer, code: 'header_reserved', detail }]
  }
  if (seen.has(lowerCase)) {
    const detail = `${name} is there already; upper and lower case are the same in names of headers.`
    return [{ pointer, code: 'header_duplicate', detail }]
  }
  seen.add(lowerCase)
  if (value === MASK) {
    const detail = `${MASK} is what is shown in place of a credential. Send the value itself.`
    return [{ pointer, code: 'header_value_masked', detail }]
  }
  if (fieldValue.test(value)) return []
  const detail =
    'A value is one line of ASCII, not empty, and has no space at its ends. Percent-encode other characters.'
  return [{ pointer, code: 'header_value_invalid', detail }]
}

function overall(code: CustomHeaderProblem['code'], detail: string): CustomHeaderProblem {
  return { pointer: '', code, detail }
}
