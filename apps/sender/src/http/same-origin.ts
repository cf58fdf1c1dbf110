import type { FastifyRequest } from 'fastify'
import { ProblemError } from './problem.ts'

/**
 * Refuses a request that a page of another origin may have made its reader's browser send, with the reader's cookie.
 *
 * Browsers say where a request comes from in `Sec-Fetch-Site`; those that are older, and all of them over plain HTTP to
 * another machine, only in `Origin`. No page can change either.
 *
 * @throws {ProblemError} when neither is there, too.
 */
export function assertSameOrigin(request: FastifyRequest): void {
  const { 'sec-fetch-site': site, origin } = request.headers
  const isOwn =
    site === undefined ? origin !== undefined && isOriginOf(request, origin) : site === 'same-origin'
  if (isOwn) return
  throw new ProblemError(
    'cross_site_request',
    'Neither Sec-Fetch-Site nor Origin says that a page of this sender made it.',
  )
}

// Normalized first: a port that goes without saying may be said all the same.
function isOriginOf({ protocol, host }: FastifyRequest, origin: string): boolean {
  const own = URL.parse(`${protocol}://${host}`)
  return own !== null && URL.parse(origin)?.origin === own.origin
}
