import { type ConfigProblem, integer, list, type Settings } from '@complywise/service'
import { z } from 'zod'
import { parseNetwork } from '../domain/address.ts'

/** Who may call the API, and how often. */
export const accessSettings = {
  rateLimitPerMinute: {
    env: 'SENDER_RATE_LIMIT_PER_MINUTE',
    schema: integer({ min: 0, max: 10_000_000 }).default(6000),
    description:
      'Requests that one API key, or one user, may make in a minute to this process; 0 for any number.',
  },
  authFailuresPerMinute: {
    env: 'SENDER_AUTH_FAILURES_PER_MINUTE',
    schema: integer({ min: 0, max: 10_000_000 }).default(60),
    description:
      'Refused keys and tokens, and apart from them refused session cookies, in a minute from one address (of IPv6, one /64), after which credentials that are not known to be good are no longer looked at; 0 for any number.',
  },
  trustedProxies: {
    env: 'SENDER_TRUSTED_PROXIES',
    schema: list().transform(toNetworks).default([]),
    defaultText: 'none',
    description:
      'Networks of the proxies in front of the API, in CIDR notation, whose X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto are believed.',
  },
  jwtIssuer: {
    env: 'SENDER_JWT_ISSUER',
    schema: z.string().optional(),
    description:
      'Lets users in with JSON Web Tokens of this issuer (`iss`), together with SENDER_JWT_AUDIENCE and SENDER_JWKS_URL.',
  },
  jwtAudience: {
    env: 'SENDER_JWT_AUDIENCE',
    schema: z.string().optional(),
    description: 'The audience (`aud`) that tokens must be made for.',
  },
  jwksUrl: {
    env: 'SENDER_JWKS_URL',
    schema: z.string().transform(toJwksUrl).optional(),
    description: 'Where the issuer publishes its keys (JWKS): https:, or http: on this machine.',
  },
  jwtRoleClaim: {
    env: 'SENDER_JWT_ROLE_CLAIM',
    schema: z.string().default('role'),
    description: 'The claim with the user’s role, `admin` or `member`; it may be a list with one of them.',
  },
  jwtAccountClaim: {
    env: 'SENDER_JWT_ACCOUNT_CLAIM',
    schema: z.string().default('account_id'),
    description: 'The claim with the id or the name of the user’s account.',
  },
} as const satisfies Settings

/** Tokens can be verified with all three of these settings only. */
export function requireWholeJwt(
  config: Readonly<Record<'jwtIssuer' | 'jwtAudience' | 'jwksUrl', unknown>>,
): ConfigProblem | undefined {
  const settings = [
    { variable: 'SENDER_JWT_ISSUER', value: config.jwtIssuer },
    { variable: 'SENDER_JWT_AUDIENCE', value: config.jwtAudience },
    { variable: 'SENDER_JWKS_URL', value: config.jwksUrl },
  ]
  const missing = settings.find(({ value }) => value === undefined)
  if (missing === undefined || settings.every(({ value }) => value === undefined)) return undefined
  return {
    variable: missing.variable,
    problem: 'is missing',
    remedy: 'Set SENDER_JWT_ISSUER, SENDER_JWT_AUDIENCE and SENDER_JWKS_URL together, or none of them.',
  }
}

function toNetworks(cidrs: readonly string[], context: z.RefinementCtx): readonly string[] {
  const wrong = cidrs.find((cidr) => parseNetwork(cidr) === undefined)
  if (wrong === undefined) return cidrs
  context.addIssue({ code: 'custom', message: `must be networks in CIDR notation, and ${wrong} is none` })
  return z.NEVER
}

// Whoever can change the keys on their way can make tokens.
function toJwksUrl(text: string, context: z.RefinementCtx): URL {
  const url = URL.parse(text)
  const isLocal = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url
  context.addIssue({ code: 'custom', message: 'must be an https: URL, or an http: one on this machine' })
  return z.NEVER
}
