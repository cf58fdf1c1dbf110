import type { FastifySchema, RouteOptions } from 'fastify'
import { z } from 'zod'
import type { Role } from '../store/api-keys.ts'
import type { Access } from './access.ts'
import { problemSchema } from './problem-schema.ts'
import { PROBLEM_MEDIA_TYPE, type ProblemCode, problemType } from './problem.ts'
import { problems } from './problems.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Problems that this route answers with besides those that follow from its access and its schemas. */
    readonly problems?: readonly ProblemCode[]
    /** Headers of its answers besides those that all have, as OpenAPI describes them. */
    readonly answerHeaders?: Readonly<Record<string, object>>
  }
}

/** The name of the security scheme for keys and tokens in the document. */
export const SECURITY_SCHEME = 'api_key'

/** The name of the one for the session cookie. */
export const SESSION_SCHEME = 'session'

/**
 * Completes a route's schema, already in JSON Schema, by what its configuration implies: who may call it, and every
 * problem that it may answer with.
 */
export function describeOperation(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const access = route.config?.access ?? 'public'
  return {
    ...schema,
    description: [schema.description, describeAccess(access)].join('\n\n'),
    security: access === 'public' ? [] : access.flatMap(describeSecurity),
    response: {
      ...describeAnswers(schema.response, route.config?.answerHeaders),
      ...describeProblems(problemsOf(route, access)),
    },
  }
}

// Nobody publishes in a session.
function describeSecurity(role: Role): readonly Readonly<Record<string, readonly Role[]>>[] {
  const withKey = { [SECURITY_SCHEME]: [role] }
  return role === 'publisher' ? [withKey] : [withKey, { [SESSION_SCHEME]: [role] }]
}

function describeAccess(access: Access): string {
  return access === 'public' ? 'Needs no `Authorization`.' : `For keys with the role ${access.join(' or ')}.`
}

const requestIdHeader = {
  'x-request-id': { type: 'string', description: 'Names the request in the logs; as sent, or generated.' },
}

const locationHeader = { location: { type: 'string', description: 'The path of what was created.' } }

// The transform to JSON Schema keeps nothing but content and description.
function describeAnswers(response: unknown, answerHeaders: object = {}): object {
  return Object.fromEntries(
    Object.entries(response ?? {}).map(([status, answer]: [string, unknown]) => [
      status,
      Object.assign(
        { headers: { ...requestIdHeader, ...(status === '201' && locationHeader), ...answerHeaders } },
        answer,
      ),
    ]),
  )
}

function problemsOf({ method, schema, config }: RouteOptions, access: Access): readonly ProblemCode[] {
  return [
    'malformed_request',
    ...(access === 'public' ? [] : authenticationProblems),
    ...(access === 'public' || method === 'GET' ? [] : (['cross_site_request'] as const)),
    ...(schema?.params === undefined ? [] : (['not_found'] as const)),
    ...(method === 'GET' ? [] : (['malformed_json', 'body_too_large', 'unsupported_media_type'] as const)),
    ...(schema?.body === undefined && schema?.querystring === undefined
      ? []
      : (['validation_failed'] as const)),
    ...(config?.problems ?? []),
    'internal_error',
  ]
}

const authenticationProblems = [
  ...(['key_missing', 'key_unknown', 'token_invalid', 'token_expired', 'session_expired'] as const),
  ...(['token_forbidden', 'role_forbidden', 'rate_limited', 'unavailable'] as const),
]

function describeProblems(codes: readonly ProblemCode[]): object {
  const statuses = new Set(codes.map((code) => problems[code].status))
  return Object.fromEntries(
    Array.from(statuses, (status) => [
      status,
      describeProblem(codes.filter((code) => problems[code].status === status)),
    ]),
  )
}

function describeProblem(codes: readonly ProblemCode[]): object {
  return {
    description: codes
      .map((code) => `\`${code}\`: ${problems[code].title}. ${problems[code].remedy}`)
      .join('\n\n'),
    headers: Object.assign({}, requestIdHeader, ...codes.map((code) => headersOf[code] ?? {})),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: `#/components/schemas/${z.globalRegistry.get(problemSchema)?.id}` },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  }
}

function exampleOf(code: ProblemCode): object {
  const { title, status, remedy } = problems[code]
  return { type: problemType(code), title, status, code, detail: remedy }
}

const retryAfterHeader = { type: 'integer', description: 'Seconds to wait.' }

const headersOf: Partial<Readonly<Record<ProblemCode, object>>> = {
  key_missing: { 'www-authenticate': { type: 'string', description: '`Bearer`, see RFC 6750.' } },
  key_unknown: { 'www-authenticate': { type: 'string', description: '`Bearer`, see RFC 6750.' } },
  session_expired: { 'www-authenticate': { type: 'string', description: '`Bearer`, see RFC 6750.' } },
  idempotency_key_in_use: { 'retry-after': retryAfterHeader },
  secret_limit_reached: { 'retry-after': retryAfterHeader },
  checks_too_frequent: { 'retry-after': retryAfterHeader },
  tests_too_frequent: { 'retry-after': retryAfterHeader },
  token_invalid: { 'www-authenticate': { type: 'string', description: '`Bearer`, see RFC 6750.' } },
  token_expired: { 'www-authenticate': { type: 'string', description: '`Bearer`, see RFC 6750.' } },
  rate_limited: { 'retry-after': { type: 'integer', description: 'Seconds to wait.' } },
  unavailable: { 'retry-after': retryAfterHeader },
}
