import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Principal, Role } from '../store/api-keys.ts'
import type { Api } from './api.ts'
import { type AuthenticationOptions, createAuthenticate } from './authenticate.ts'
import { ProblemError } from './problem.ts'
import { rateLimited, rateLimitHeaders } from './rate-limit.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** Who may call a route: everybody, or only keys with one of these roles. Stands in the route's `config.access`. */
export type Access = 'public' | readonly Role[]

/** How callers are told apart, and how much each may ask for. */
export interface AccessOptions extends AuthenticationOptions {
  /** Counts the requests of each key and each user. Without it, there may be any number. */
  readonly requestLimiter?: RateLimiter
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access
  }
  interface FastifyRequest {
    /** Who is calling; `undefined` on public routes. */
    principal: Principal | undefined
  }
}

/**
 * Authenticates every request before its body is read, and lets it pass if its caller has not made too many and its
 * route's `config.access` permits.
 *
 * A route without `config.access` is refused when it is added, so that none is open by accident.
 */
export function addAccessControl(app: Api, options: AccessOptions): void {
  const authenticate = createAuthenticate(options)
  app.decorateRequest('principal', undefined)
  app.addHook('onRoute', assertHasAccess)
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    const principal = await authenticate(request)
    // Set first, so that the log says who was refused.
    request.principal = principal
    if (options.requestLimiter !== undefined) countRequest(principal, options.requestLimiter, reply)
    if (!access.includes(principal.role)) throw roleForbidden(principal.role, access)
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

function roleForbidden(role: Role, access: readonly Role[]): ProblemError {
  return new ProblemError(
    'role_forbidden',
    `A key with the role ${access.join(' or ')} may do this; yours is ${role}.`,
  )
}
