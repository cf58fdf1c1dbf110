import type { ApiKeyStore } from '../store/api-keys.ts'
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
export function createAccessOptions(apiKeys: ApiKeyStore, config: AccessConfig): AccessOptions {
  const { jwtIssuer: issuer, jwtAudience: audience, jwksUrl } = config
  const requestLimiter = perMinute(config.rateLimitPerMinute)
  const failureLimiter = perMinute(config.authFailuresPerMinute)
  const hasIssuer = issuer !== undefined && audience !== undefined && jwksUrl !== undefined
  const claims = { roleClaim: config.jwtRoleClaim, accountClaim: config.jwtAccountClaim }
  return {
    apiKeys,
    ...(requestLimiter && { requestLimiter }),
    ...(failureLimiter && { failureLimiter }),
    ...(hasIssuer && { jwt: createJwtVerifier({ issuer, audience, jwksUrl, ...claims }) }),
  }
}

const MINUTE_MS = 60_000

function perMinute(limit: number): RateLimiter | undefined {
  return limit === 0 ? undefined : createRateLimiter(limit, MINUTE_MS)
}
