import type { FastifyRequest, RouteOptions } from 'fastify'
import type { ApiKeyStore, Principal, Role } from '../store/api-keys.ts'
import type { Api } from './api.ts'
import { ProblemError } from './problem.ts'

/** Who may call a route: everybody, or only keys with one of these roles. Stands in the route's `config.access`. */
export type Access = 'public' | readonly Role[]

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
 * Authenticates every request before its body is read, and lets it pass if its route's `config.access` permits.
 *
 * A route without `config.access` is refused when it is added, so that none is open by accident.
 */
export function addAccessControl(app: Api, apiKeys: ApiKeyStore): void {
  app.decorateRequest('principal', undefined)
  app.addHook('onRoute', assertHasAccess)
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    const principal = await authenticate(request, apiKeys)
    if (!access.includes(principal.role)) throw roleForbidden(principal.role, access)
    request.principal = principal
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

// RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).
const BEARER = /^bearer +([A-Za-z0-9._~+/-]{1,256}=*)$/i

async function authenticate(request: FastifyRequest, apiKeys: ApiKeyStore): Promise<Principal> {
  const { authorization } = request.headers
  if (authorization === undefined) {
    throw new ProblemError('key_missing', 'Send an API key as Authorization: Bearer cwk_….', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  const key = BEARER.exec(authorization)?.[1]
  const principal = key === undefined ? undefined : await apiKeys.authenticate(key)
  if (principal === undefined) {
    throw new ProblemError('key_unknown', 'The Authorization header holds no API key of this sender.', {
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    })
  }
  return principal
}

function roleForbidden(role: Role, access: readonly Role[]): ProblemError {
  return new ProblemError(
    'role_forbidden',
    `A key with the role ${access.join(' or ')} may do this; yours is ${role}.`,
  )
}
