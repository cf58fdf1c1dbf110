import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Role } from '../store/api-keys.ts'
import { createJwtKeys, KeysUnavailableError } from './jwt-keys.ts'

/** How ComplyWise's own login vouches for its users. */
export interface JwtOptions {
  readonly issuer: string
  readonly audience: string
  /** Where the issuer publishes its keys. */
  readonly jwksUrl: URL
  /** The claim with the role: a text, or a list of texts. */
  readonly roleClaim: string
  /** The claim with the account's id or name. */
  readonly accountClaim: string
  /** How soon an unknown key id may make the keys be fetched again. Default 30,000. */
  readonly cooldownMs?: number
}

/** What a token says, or why it counts for nothing. */
export type TokenVerdict =
  | { readonly kind: 'valid'; readonly subject: string; readonly role: Role; readonly account: string }
  /** It is not one of the issuer's for this sender, or not now. */
  | { readonly kind: 'invalid'; readonly detail: string }
  /** It was good, and is no longer. */
  | { readonly kind: 'expired' }
  /** It is genuine, and its user has nothing to do here. */
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly cause: Error }

/** Judges JSON Web Tokens (RFC 7519). */
export interface JwtVerifier {
  verify(token: string): Promise<TokenVerdict>
}

// Asymmetric ones only: with HS256, the public key would be the secret.
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

const CLOCK_TOLERANCE_SECONDS = 30

/** Roles that a token may give. Publishing is for services, which have keys. */
const userRoles = ['admin', 'member'] as const satisfies readonly Role[]

/** Makes a verifier. Nothing is fetched before the first token. */
export function createJwtVerifier(options: JwtOptions): JwtVerifier {
  const keys = createJwtKeys(options.jwksUrl, options.cooldownMs)
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: options.audience,
          algorithms,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ['exp', 'sub'],
        })
        return judge(payload, options)
      } catch (error) {
        return explain(error)
      }
    },
  }
}

// What a log line and an audit entry can hold.
const SUBJECT = /^[^\p{C}]{1,255}$/u

function judge(claims: JWTPayload, { roleClaim, accountClaim }: JwtOptions): TokenVerdict {
  const { sub } = claims
  if (sub === undefined || !SUBJECT.test(sub)) {
    return { kind: 'invalid', detail: 'The token’s `sub` must have 1 to 255 printable characters.' }
  }
  const granted = new Set([claims[roleClaim]].flat())
  const role = userRoles.find((role) => granted.has(role))
  if (role === undefined) {
    return {
      kind: 'forbidden',
      detail: `The token’s claim \`${roleClaim}\` has none of the roles ${userRoles.join(' and ')}.`,
    }
  }
  const account = claims[accountClaim]
  if (typeof account !== 'string' || account === '') {
    return { kind: 'forbidden', detail: `The token has no account in its claim \`${accountClaim}\`.` }
  }
  return { kind: 'valid', subject: sub, role, account }
}

function explain(error: unknown): TokenVerdict {
  if (error instanceof KeysUnavailableError || error instanceof errors.JWKSInvalid) {
    return { kind: 'unavailable', cause: error }
  }
  // Found last, when all else is as it should be.
  if (error instanceof errors.JWTExpired) return { kind: 'expired' }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { kind: 'invalid', detail: `The token’s \`${error.claim}\` is not what this sender accepts.` }
  }
  if (error instanceof errors.JOSEError) {
    return { kind: 'invalid', detail: 'The token is not signed with a key of the issuer.' }
  }
  throw error
}
