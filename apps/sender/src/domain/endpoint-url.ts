/** Why a text cannot be an endpoint; each comes with what to do in {@link describeUrlProblem}. */
export type UrlProblem = 'not_a_url' | 'scheme_not_http' | 'has_credentials' | 'has_fragment' | 'too_long'

/** A URL that requests may be sent to, as far as its text tells. */
export type EndpointUrl =
  | { readonly valid: true; readonly url: URL }
  | { readonly valid: false; readonly problem: UrlProblem }

const MAX_LENGTH = 2048

/**
 * Parses an endpoint by the WHATWG URL standard, which turns every spelling of an IPv4 address (decimal, octal,
 * hexadecimal, short, full-width, percent-encoded) into the usual one. Which addresses and ports it may have is decided
 * apart, see address.ts and ports.ts.
 */
export function parseEndpointUrl(text: string): EndpointUrl {
  if (text.length > MAX_LENGTH) return { valid: false, problem: 'too_long' }
  const url = URL.parse(text)
  if (url === null) return { valid: false, problem: 'not_a_url' }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { valid: false, problem: 'scheme_not_http' }
  if (url.username !== '' || url.password !== '') return { valid: false, problem: 'has_credentials' }
  if (url.hash !== '') return { valid: false, problem: 'has_fragment' }
  return { valid: true, url }
}

/** What is wrong with an endpoint and what to do, in a sentence for the person who typed it. */
export function describeUrlProblem(problem: UrlProblem): string {
  return descriptions[problem]
}

const descriptions: Readonly<Record<UrlProblem, string>> = {
  not_a_url: 'Not an absolute URL. Write it as https://example.com/webhooks.',
  scheme_not_http: 'Only https: and http: URLs can receive webhooks.',
  has_credentials:
    'Remove the user name and password from the URL; the signature authenticates each request.',
  has_fragment: 'Remove the part after #; it is never sent to a server.',
  too_long: `Longer than ${MAX_LENGTH} characters.`,
}

/** The URL's host as a name or bare IP address, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}
