import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { ApiKeyStore, Principal } from '../store/api-keys.ts'
import type { BegunSession, SessionStore } from '../store/sessions.ts'
import type { JwtVerifier, TokenVerdict } from './jwt-verifier.ts'
import { ProblemError, unavailable } from './problem.ts'
import { originOf, rateLimited } from './rate-limit.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { createRecentMap } from './recent-map.ts'
import { assertSameOrigin } from './same-origin.ts'
import { readSessionCookie } from './session-cookie.ts'

/** What credentials are checked with. */
export interface AuthenticationOptions {
  readonly apiKeys: ApiKeyStore
  readonly sessions: SessionStore
  /** Without it, tokens are unknown keys. */
  readonly jwt?: JwtVerifier
  /** Counts refused credentials by where they come from. */
  readonly failureLimiter?: RateLimiter
}

/** Who is calling, and until when if it is in a session. */
export interface Identity {
  readonly principal: Principal
  readonly sessionExpiresAt?: Date
}

/** Finds out who is calling, or throws the problem that answers the request. */
export interface Authenticator {
  /** By the `Authorization` header or, where there is none, by the session cookie. */
  identifyRequest(request: FastifyRequest): Promise<Identity>
  /** By an API key that the request holds elsewhere. */
  identifyKey(request: FastifyRequest, key: string): Promise<Identity>
  /** Begins a session for somebody who was identified by a key, in place of that of the request's cookie. */
  beginSession(request: FastifyRequest, principal: Principal): Promise<BegunSession>
  /** Ends the session of the request's cookie, and says whose it was; `undefined` where there is none. */
  endSession(request: FastifyRequest): Promise<Principal | undefined>
}

/** What somebody shows to be let in. */
interface Credential {
  readonly kind: 'bearer' | 'key' | 'session'
  /** Empty if what came cannot be one. */
  readonly text: string
}

const HOUR_MS = 3_600_000
const MAX_KNOWN = 10_000

/**
 * Makes the check of credentials.
 *
 * From an address with too many refused credentials, only those are looked at that were good here within the last hour
 * or so: guessing goes on no faster, and others behind the same address are not shut out with whoever guesses. Sessions
 * count apart from keys, or pages that were left open could keep their readers from signing in again.
 */
export function createAuthenticator(options: AuthenticationOptions): Authenticator {
  const { failureLimiter } = options
  const knownGood = createRecentMap<true>(HOUR_MS, MAX_KNOWN)
  const underWay = new Map<string, Promise<Identity>>()

  /** One that was good here, which is never held up. */
  async function identifyKnown(credential: Credential, origin: string): Promise<Identity> {
    try {
      return await identify(credential, options)
    } catch (error) {
      if (isGuess(error) && credential.kind !== 'session') failureLimiter?.take(origin, performance.now())
      throw error
    }
  }

  /** Counts as refused until it turns out good, or any number of guesses could be made at once. */
  async function identifyUnknown(credential: Credential, origin: string): Promise<Identity> {
    const allowance = failureLimiter?.take(origin, performance.now())
    if (allowance?.isPermitted === false) {
      throw rateLimited('Too many refused credentials came from this address.', allowance)
    }
    try {
      const identity = await identify(credential, options)
      failureLimiter?.giveBack(origin, performance.now())
      return identity
    } catch (error) {
      if (!isGuess(error)) failureLimiter?.giveBack(origin, performance.now())
      throw error
    }
  }

  /** The same credential at the same time is one guess: all first requests of a publisher, for example. */
  async function once(key: string, begin: () => Promise<Identity>): Promise<Identity> {
    const current = underWay.get(key) ?? begin().finally(() => underWay.delete(key))
    underWay.set(key, current)
    return await current
  }

  async function identifyLimited(request: FastifyRequest, credential: Credential): Promise<Identity> {
    if (failureLimiter === undefined) return await identify(credential, options)
    const origin = credential.kind === 'session' ? `session ${originOf(request.ip)}` : originOf(request.ip)
    const fingerprint = fingerprintOf(credential)
    const isKnown = knownGood.get(fingerprint, performance.now()) !== undefined
    const identity = isKnown
      ? await identifyKnown(credential, origin)
      : await once(`${fingerprint} ${origin}`, async () => await identifyUnknown(credential, origin))
    knownGood.set(fingerprint, true, performance.now())
    return identity
  }

  return {
    identifyRequest: async (request) => await identifyLimited(request, readCredential(request)),
    identifyKey: async (request, key) => await identifyLimited(request, { kind: 'key', text: key }),
    async beginSession(request, principal) {
      const begun = await options.sessions.begin(principal)
      const earlier = readSessionCookie(request)
      if (earlier) await options.sessions.end(earlier)
      knownGood.set(fingerprintOf({ kind: 'session', text: begun.token }), true, performance.now())
      return begun
    },
    async endSession(request) {
      const text = readSessionCookie(request)
      if (text === undefined) return undefined
      try {
        const { principal } = await identifyLimited(request, { kind: 'session', text })
        await options.sessions.end(text)
        return principal
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'session_expired') return undefined
        throw error
      }
    },
  }
}

function fingerprintOf({ kind, text }: Credential): string {
  return `${kind} ${createHash('sha256').update(text).digest('base64')}`
}

// A token that has expired was not made up: a page that is left open goes on with one.
function isGuess(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401 && error.code !== 'token_expired'
}

// RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,8192}=*)$/i

function readCredential(request: FastifyRequest): Credential {
  const { authorization } = request.headers
  if (authorization !== undefined) return { kind: 'bearer', text: BEARER.exec(authorization)?.[1] ?? '' }
  const token = readSessionCookie(request)
  if (token === undefined) {
    throw new ProblemError('key_missing', 'Send an API key as Authorization: Bearer cwk_….', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  // Browsers add the cookie to whatever a page asks for, and no page needs to ask here for anything to be changed.
  if (request.method !== 'GET' && request.method !== 'HEAD') assertSameOrigin(request)
  return { kind: 'session', text: token }
}

// No API key has a dot in it.
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/

async function identify({ kind, text }: Credential, options: AuthenticationOptions): Promise<Identity> {
  const { apiKeys, sessions, jwt } = options
  if (kind === 'session') return await identifySession(text, sessions)
  if (kind === 'bearer' && jwt !== undefined && JWT.test(text)) return await identifyUser(text, jwt, apiKeys)
  const principal = text === '' ? undefined : await apiKeys.authenticate(text)
  if (principal === undefined) {
    const place = kind === 'key' ? 'The body' : 'The Authorization header'
    throw refused('key_unknown', `${place} holds no API key of this sender.`)
  }
  return { principal }
}

async function identifySession(token: string, sessions: SessionStore): Promise<Identity> {
  const session = token === '' ? undefined : await sessions.find(token)
  if (session === undefined) {
    throw new ProblemError('session_expired', 'The session has ended, or never was one of this sender.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  return { principal: session.principal, sessionExpiresAt: session.expiresAt }
}

async function identifyUser(token: string, jwt: JwtVerifier, apiKeys: ApiKeyStore): Promise<Identity> {
  const verdict = await jwt.verify(token)
  if (verdict.kind !== 'valid') throw toProblem(verdict)
  const accountId = await findAccount(verdict.account, apiKeys)
  if (accountId === undefined) {
    throw new ProblemError('token_forbidden', 'The token’s account is not known to this sender.')
  }
  return { principal: { actor: `user:${verdict.subject}`, accountId, role: verdict.role } }
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
