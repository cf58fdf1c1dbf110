import ipaddr from 'ipaddr.js'
import { ProblemError } from './problem.ts'
import type { Allowance, RateLimiter } from './rate-limiter.ts'

/**
 * The headers that tell a caller where it stands.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/
 */
export function rateLimitHeaders(
  { limit, windowMs }: RateLimiter,
  { remaining, resetMs }: Allowance,
): Readonly<Record<string, string>> {
  return {
    'ratelimit-policy': `"default";q=${limit};w=${seconds(windowMs)}`,
    ratelimit: `"default";r=${remaining};t=${seconds(resetMs)}`,
  }
}

/** The answer to a request that is one too many. */
export function rateLimited(detail: string, { retryAfterMs }: Allowance): ProblemError {
  return new ProblemError('rate_limited', detail, {
    headers: { 'retry-after': String(Math.max(1, seconds(retryAfterMs))) },
  })
}

/**
 * By what requests from an address are counted: an IPv4 address, or the /64 of an IPv6 one, because whoever has one
 * address there has all of them.
 */
export function originOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  // An IPv4 address in IPv6 form becomes what it stands for.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}/64`
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
