import type { ApiKeyStore } from '../store/api-keys.ts'
import type { SessionStore } from '../store/sessions.ts'
import type { AccessOptions } from './access.ts'
import { createJwtVerifier } from './jwt-verifier.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'

/** What the configuration says about access; see config/access-settings.ts. */
export interface AccessConfig {
  readonly rateLimitPerMinute: number
  readonly authFailuresPerMinute: number
  readonly jwtIssuer?: string | undefined
  readonly jwtAudience?: string | undefined
  readonly jwksUrl?: URL | undefined
  readonly jwtRoleClaim: string
  readonly jwtAccountClaim: string
}

/** Access control as it is configured. */
export function createAccessOptions(
  stores: { readonly apiKeys: ApiKeyStore; readonly sessions: SessionStore },
  config: AccessConfig,
): AccessOptions {
  const { jwtIssuer: issuer, jwtAudience: audience, jwksUrl } = config
  const requestLimiter = perMinute(config.rateLimitPerMinute)
  const failureLimiter = perMinute(config.authFailuresPerMinute)
  // Where requests are not to be counted, neither are these.
  const signInLimiter = requestLimiter && perMinute(SIGN_INS_PER_MINUTE)
  const hasIssuer = issuer !== undefined && audience !== undefined && jwksUrl !== undefined
  const claims = { roleClaim: config.jwtRoleClaim, accountClaim: config.jwtAccountClaim }
  return {
    ...stores,
    ...(requestLimiter && { requestLimiter }),
    ...(failureLimiter && { failureLimiter }),
    ...(signInLimiter && { signInLimiter }),
    ...(hasIssuer && { jwt: createJwtVerifier({ issuer, audience, jwksUrl, ...claims }) }),
  }
}

const MINUTE_MS = 60_000
const SIGN_INS_PER_MINUTE = 10

function perMinute(limit: number): RateLimiter | undefined {
  return limit === 0 ? undefined : createRateLimiter(limit, MINUTE_MS)
}
