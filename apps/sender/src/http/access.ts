import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Principal, Role } from '../store/api-keys.ts'
import type { BegunSession } from '../store/sessions.ts'
import type { Api } from './api.ts'
import { type AuthenticationOptions, createAuthenticator, type Identity } from './authenticate.ts'
import { ProblemError } from './problem.ts'
import { rateLimited, rateLimitHeaders } from './rate-limit.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** Who may call a route: everybody, or only keys with one of these roles. Stands in the route's `config.access`. */
export type Access = 'public' | readonly Role[]

/** How callers are told apart, and how much each may ask for. */
export interface AccessOptions extends AuthenticationOptions {
  /** Counts the requests of each key and each user. Without it, there may be any number. */
  readonly requestLimiter?: RateLimiter
  /** Counts the sign-ins of each key, each of which is recorded for good. Without it, there may be any number. */
  readonly signInLimiter?: RateLimiter
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access
  }
  interface FastifyRequest {
    /** Who is calling; on public routes `undefined`, unless somebody signs in or out. */
    principal: Principal | undefined
    /** When the session ends in which the caller is; `undefined` outside of one, and on public routes. */
    sessionExpiresAt: Date | undefined
  }
  interface FastifyInstance {
    /**
     * Begins a session for whoever sent an API key elsewhere than in `Authorization`. The request counts, and is refused,
     * as if the key had been there. The session of the request's cookie, if any, ends.
     */
    signIn(request: FastifyRequest, reply: FastifyReply, key: string): Promise<SignedIn>
    /** Ends the session of the request's cookie; without one, nothing. */
    signOut(request: FastifyRequest): Promise<void>
  }
}

/** A session that just began, and whose it is. */
export interface SignedIn extends BegunSession {
  readonly principal: Principal
}

/** Nobody publishes in a session. */
const SESSION_ROLES = ['admin', 'member'] as const satisfies readonly Role[]

/**
 * Authenticates every request before its body is read, and lets it pass if its caller has not made too many and its
 * route's `config.access` permits.
 *
 * A route without `config.access` is refused when it is added, so that none is open by accident.
 */
export function addAccessControl(app: Api, options: AccessOptions): void {
  const authenticator = createAuthenticator(options)

  function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    { principal, sessionExpiresAt }: Identity,
    access: readonly Role[],
  ): void {
    // Set first, so that the log says who was refused.
    request.principal = principal
    request.sessionExpiresAt = sessionExpiresAt
    if (options.requestLimiter !== undefined) countRequest(principal, options.requestLimiter, reply)
    if (!access.includes(principal.role)) throw roleForbidden(principal.role, access)
  }

  app.decorateRequest('principal', undefined)
  app.decorateRequest('sessionExpiresAt', undefined)
  app.decorate('signIn', async (request: FastifyRequest, reply: FastifyReply, key: string) => {
    const identity = await authenticator.identifyKey(request, key)
    admit(request, reply, identity, SESSION_ROLES)
    const { principal } = identity
    if (options.signInLimiter !== undefined) countSignIn(principal, options.signInLimiter)
    return { principal, ...(await authenticator.beginSession(request, principal)) }
  })
  app.decorate('signOut', async (request: FastifyRequest) => {
    request.principal = await authenticator.endSession(request)
  })
  app.addHook('onRoute', assertHasAccess)
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    admit(request, reply, await authenticator.identifyRequest(request), access)
  })
}

/** Who is calling a route that is not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('A public route has no principal')
  return request.principal
}

function assertHasAccess({ method, url, config }: RouteOptions): void {
  if (config?.access === undefined) throw new TypeError(`${String(method)} ${url} has no config.access`)
}

// By account too: one user may act for several.
function countRequest({ accountId, actor }: Principal, limiter: RateLimiter, reply: FastifyReply): void {
  const allowance = limiter.take(`${accountId} ${actor}`, performance.now())
  reply.headers(rateLimitHeaders(limiter, allowance))
  if (allowance.isPermitted) return
  throw rateLimited(`More than ${limiter.limit} requests in ${limiter.windowMs / 1000} s.`, allowance)
}

function countSignIn({ actor }: Principal, limiter: RateLimiter): void {
  const allowance = limiter.take(actor, performance.now())
  if (allowance.isPermitted) return
  throw rateLimited(
    `A key may sign in ${limiter.limit} times in ${limiter.windowMs / 1000} s; programs send it in Authorization instead.`,
    allowance,
  )
}

function roleForbidden(role: Role, access: readonly Role[]): ProblemError {
  return new ProblemError(
    'role_forbidden',
    `A key with the role ${access.join(' or ')} may do this; yours is ${role}.`,
  )
}
