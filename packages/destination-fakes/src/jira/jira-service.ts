import type { FakeReply, FakeRequest, FakeService } from '../http/fake-service.ts'
import { authenticate, type Authentication, type RevokedAs } from './authenticate.ts'
import type { JiraCall, JiraRoute } from './call.ts'
import { findRoute } from './find-route.ts'
import type { JiraRates } from './jira-limits.ts'
import { JqlError } from './jql/jql-error.ts'
import { JiraRefusal } from './refusal.ts'
import type { JiraSite } from './site.ts'

export interface JiraServiceOptions {
  readonly site: JiraSite
  readonly routes: readonly JiraRoute[]
  readonly rates: JiraRates
  readonly revoked: ReadonlyMap<string, RevokedAs>
  readonly now: () => number
}

/** Jira's REST API over a site. */
export function jiraService(options: JiraServiceOptions): FakeService {
  const { routes, now } = options
  return {
    operation: ({ method, path }) => findRoute(routes, method, path)?.route.operation ?? `${method} ${path}`,
    parse(request) {
      if (request.body.length === 0) return Object.fromEntries(request.query)
      return parseJson(request.body)?.value ?? request.body.toString()
    },
    handle(request) {
      try {
        return answer(request, options)
      } catch (error) {
        return refuse(error)
      }
    },
    rateLimited: (retryAfterSeconds) =>
      tooManyRequests({ reason: 'jira-burst-based', retryAfterSeconds, now: now() }),
    unavailable: (retryAfterSeconds) => ({
      status: 503,
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      body: { errorMessages: ['Service Unavailable'], errors: {} },
      error: 'Service Unavailable',
    }),
  }
}

function answer(request: FakeRequest, options: JiraServiceOptions): FakeReply {
  const { site, rates, revoked, routes } = options
  const now = options.now()
  const found = findRoute(routes, request.method, request.path)
  if (found === undefined) return noSuchPath(request)
  const { route, params } = found
  const caller = authenticate(request.headers, site.users, revoked)
  const problem = authenticationProblem(caller, route)
  if (problem !== undefined) return problem
  if (request.method !== 'GET' && (request.headers['user-agent'] ?? '').startsWith('Mozilla')) {
    return {
      status: 403,
      body: 'XSRF check failed',
      error: 'XSRF check failed',
      refusedBecause: 'the User-Agent of a browser',
    }
  }
  const issueId = route.writesIssue ? site.findIssue(params['issue'] ?? '')?.id : undefined
  const tooSoon = rates.take(route, issueId, now)
  if (tooSoon !== undefined) {
    const retryAfterSeconds = Math.max(1, Math.ceil(tooSoon.waitMs / 1000))
    return tooManyRequests({ reason: tooSoon.reason, retryAfterSeconds, now })
  }
  const user = caller.kind === 'user' ? caller.user : undefined
  const call: JiraCall = { site, user, params, query: request.query, body: bodyOf(request), now }
  const reply = replyOf(route, call)
  const isVisitor = caller.kind === 'anonymous' && caller.hasFailed
  return isVisitor ? { ...reply, headers: { ...reply.headers, ...loginFailed } } : reply
}

// Visitors are refused with the same headers as they are answered.
function replyOf(route: JiraRoute, call: JiraCall): FakeReply {
  try {
    return route.handle(call)
  } catch (error) {
    return refuse(error)
  }
}

const loginFailed = { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' }

function authenticationProblem(caller: Authentication, route: JiraRoute): FakeReply | undefined {
  const isAdmitted = caller.kind === 'user' || (caller.kind === 'anonymous' && route.isPublic)
  if (isAdmitted) return undefined
  const message = 'Client must be authenticated to access this resource.'
  return {
    status: 401,
    headers: {
      'www-authenticate': 'OAuth realm="https%3A%2F%2Ffake.invalid"',
      ...(caller.kind === 'anonymous' && !caller.hasFailed ? {} : loginFailed),
    },
    body: message,
    error: message,
  }
}

function bodyOf(request: FakeRequest): unknown {
  if (request.body.length === 0) return undefined
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('application/json')) {
    throw new JiraRefusal(415, 'Unsupported Media Type', { isMalformed: true, why: `content-type '${type}'` })
  }
  const parsed = parseJson(request.body)
  if (parsed !== undefined) return parsed.value
  throw new JiraRefusal(400, 'There was an error parsing JSON. Check that your request body is valid.', {
    isMalformed: true,
  })
}

function parseJson(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return undefined
  }
}

function refuse(error: unknown): FakeReply {
  if (error instanceof JqlError) {
    return refuse(new JiraRefusal(400, error.message, { isMalformed: error.isMalformed }))
  }
  if (!(error instanceof JiraRefusal)) throw error
  return {
    status: error.status,
    body: { errorMessages: error.errorMessages, errors: error.errors },
    error: error.message,
    ...(error.isMalformed ? { refusedBecause: error.why } : {}),
  }
}

function noSuchPath({ method, path }: FakeRequest): FakeReply {
  return {
    status: 404,
    body: { message: `null for uri: ${path}`, 'status-code': 404 },
    error: 'no such path',
    refusedBecause: `${method} ${path} is no operation of the API that this fake serves`,
  }
}

function tooManyRequests({
  reason,
  retryAfterSeconds,
  now,
}: {
  readonly reason: string
  readonly retryAfterSeconds: number | undefined
  readonly now: number
}): FakeReply {
  return {
    status: 429,
    headers: {
      'ratelimit-reason': reason,
      'x-ratelimit-remaining': '0',
      ...(retryAfterSeconds === undefined
        ? {}
        : {
            'retry-after': String(retryAfterSeconds),
            'x-ratelimit-reset': new Date(now + retryAfterSeconds * 1000).toISOString(),
          }),
    },
    body: { errorMessages: ['Rate limit exceeded. Please try again later.'], errors: {} },
    error: reason,
  }
}
