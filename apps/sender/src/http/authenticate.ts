import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { ApiKeyStore, Principal } from '../store/api-keys.ts'
import type { JwtVerifier, TokenVerdict } from './jwt-verifier.ts'
import { ProblemError, unavailable } from './problem.ts'
import { originOf, rateLimited } from './rate-limit.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { createRecentMap } from './recent-map.ts'

/** What credentials are checked with. */
export interface AuthenticationOptions {
  readonly apiKeys: ApiKeyStore
  /** Without it, tokens are unknown keys. */
  readonly jwt?: JwtVerifier
  /** Counts refused credentials by where they come from. */
  readonly failureLimiter?: RateLimiter
}

/** Finds out who is calling, or throws the problem that answers the request. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal>

const HOUR_MS = 3_600_000
const MAX_KNOWN = 10_000

/**
 * Makes the check of the `Authorization` header.
 *
 * From an address with too many refused credentials, only those are looked at that were good here within the last hour
 * or so: guessing goes on no faster, and others behind the same address are not shut out with whoever guesses.
 */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  const { failureLimiter } = options
  const knownGood = createRecentMap<true>(HOUR_MS, MAX_KNOWN)
  const underWay = new Map<string, Promise<Principal>>()

  /** One that was good here, which is never held up. */
  async function identifyKnown(credential: string, origin: string): Promise<Principal> {
    try {
      return await identify(credential, options)
    } catch (error) {
      if (isGuess(error)) failureLimiter?.take(origin, performance.now())
      throw error
    }
  }

  /** Counts as refused until it turns out good, or any number of guesses could be made at once. */
  async function identifyUnknown(credential: string, origin: string): Promise<Principal> {
    const allowance = failureLimiter?.take(origin, performance.now())
    if (allowance?.isPermitted === false) {
      throw rateLimited('Too many refused credentials came from this address.', allowance)
    }
    try {
      const principal = await identify(credential, options)
      failureLimiter?.giveBack(origin, performance.now())
      return principal
    } catch (error) {
      if (!isGuess(error)) failureLimiter?.giveBack(origin, performance.now())
      throw error
    }
  }

  /** The same credential at the same time is one guess: all first requests of a publisher, for example. */
  async function once(key: string, begin: () => Promise<Principal>): Promise<Principal> {
    const current = underWay.get(key) ?? begin().finally(() => underWay.delete(key))
    underWay.set(key, current)
    return await current
  }

  return async (request) => {
    const credential = readCredential(request)
    if (failureLimiter === undefined) return await identify(credential, options)
    const origin = originOf(request.ip)
    const fingerprint = createHash('sha256').update(credential).digest('base64')
    const isKnown = knownGood.get(fingerprint, performance.now()) !== undefined
    const principal = isKnown
      ? await identifyKnown(credential, origin)
      : await once(`${fingerprint} ${origin}`, async () => await identifyUnknown(credential, origin))
    knownGood.set(fingerprint, true, performance.now())
    return principal
  }
}

// A token that has expired was not made up: a page that is left open goes on with one.
function isGuess(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401 && error.code !== 'token_expired'
}

// RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,8192}=*)$/i

function readCredential({ headers: { authorization } }: FastifyRequest): string {
  if (authorization === undefined) {
    throw new ProblemError('key_missing', 'Send an API key as Authorization: Bearer cwk_….', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  return BEARER.exec(authorization)?.[1] ?? ''
}

// No API key has a dot in it.
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/

async function identify(credential: string, options: AuthenticationOptions): Promise<Principal> {
  const { apiKeys, jwt } = options
  if (jwt !== undefined && JWT.test(credential)) return await identifyUser(credential, jwt, apiKeys)
  const principal = credential === '' ? undefined : await apiKeys.authenticate(credential)
  if (principal === undefined) {
    throw refused('key_unknown', 'The Authorization header holds no API key of this sender.')
  }
  return principal
}

async function identifyUser(token: string, jwt: JwtVerifier, apiKeys: ApiKeyStore): Promise<Principal> {
  const verdict = await jwt.verify(token)
  if (verdict.kind !== 'valid') throw toProblem(verdict)
  const accountId = await findAccount(verdict.account, apiKeys)
  if (accountId === undefined) {
    throw new ProblemError('token_forbidden', 'The token’s account is not known to this sender.')
  }
  return { actor: `user:${verdict.subject}`, accountId, role: verdict.role }
}

function toProblem(verdict: Exclude<TokenVerdict, { readonly kind: 'valid' }>): ProblemError {
  if (verdict.kind === 'unavailable') {
    return unavailable('The keys of the tokens’ issuer cannot be fetched.', verdict.cause)
  }
  if (verdict.kind === 'expired') return refused('token_expired', 'The token has expired.')
  return verdict.kind === 'invalid'
    ? refused('token_invalid', verdict.detail)
    : new ProblemError('token_forbidden', verdict.detail)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

// What looks like an id is never a name, or an account could be named after another's id.
async function findAccount(account: string, apiKeys: ApiKeyStore): Promise<string | undefined> {
  if (!UUID.test(account)) return await apiKeys.findAccount(account)
  return (await apiKeys.hasAccount(account)) ? account.toLowerCase() : undefined
}

function refused(code: 'key_unknown' | 'token_invalid' | 'token_expired', detail: string): ProblemError {
  return new ProblemError(code, detail, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
}
