import type { FakeReply, FakeRequest, FakeService } from '../http/fake-service.ts'
import { type MethodArguments, optionalString, readArguments } from './method-arguments.ts'
import { authTest } from './methods/auth-test.ts'
import { info, join } from './methods/conversations.ts'
import { getPermalink } from './methods/get-permalink.ts'
import type { Method } from './methods/method.ts'
import { postMessage } from './methods/post-message.ts'
import { history, replies } from './methods/read-messages.ts'
import { update } from './methods/update.ts'
import { SlackProblem, SlackRateLimited } from './slack-problem.ts'
import type { SlackState } from './slack-state.ts'
import type { SlackToken } from './workspace.ts'

const methods: ReadonlyMap<string, Method> = new Map([
  ['auth.test', authTest],
  ['chat.postMessage', postMessage],
  ['chat.update', update],
  ['chat.getPermalink', getPermalink],
  ['conversations.history', history],
  ['conversations.replies', replies],
  ['conversations.info', info],
  ['conversations.join', join],
])

/** The Web API of Slack on `state`. Operations are called as Slack's methods are. */
export function slackService(state: SlackState): FakeService {
  return {
    operation: methodName,
    parse: parseLeniently,
    handle: (request) => handle(request, state),
    rateLimited,
    unavailable: (retryAfterSeconds) => ({
      status: 503,
      ...withRetryAfter(retryAfterSeconds),
      body: { ok: false, error: 'service_unavailable' },
      error: 'service_unavailable',
    }),
  }
}

function handle(request: FakeRequest, state: SlackState): FakeReply {
  try {
    const args = readArguments(request)
    const token = authenticate(request, args, state)
    const headers = { 'x-oauth-scopes': token.scopes.join(',') }
    const name = methodName(request)
    const method = methods.get(name)
    if (method === undefined) throw new SlackProblem('unknown_method', { req_method: name })
    const reply = answered(() => method({ args, token, state }))
    return { ...reply, headers: { ...headers, ...reply.headers } }
  } catch (error) {
    return refused(error)
  }
}

/** Slack answers 200 to nearly everything and says `ok` in the body. */
function answered(act: () => Readonly<Record<string, unknown>>): FakeReply {
  try {
    return { status: 200, body: { ok: true, ...act() } }
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): FakeReply {
  if (error instanceof SlackRateLimited) return rateLimited(error.retryAfterSeconds)
  if (!(error instanceof SlackProblem)) throw error
  return {
    status: 200,
    body: { ok: false, error: error.code, ...error.detail },
    error: error.code,
    ...(error.refusedBecause !== undefined && { refusedBecause: error.refusedBecause }),
  }
}

function rateLimited(retryAfterSeconds: number | undefined): FakeReply {
  return {
    status: 429,
    ...withRetryAfter(retryAfterSeconds),
    body: { ok: false, error: 'ratelimited' },
    error: 'ratelimited',
  }
}

function withRetryAfter(seconds: number | undefined): Pick<FakeReply, 'headers'> {
  return seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }
}

function authenticate(request: FakeRequest, args: MethodArguments, state: SlackState): SlackToken {
  const [scheme, bearer] = (request.headers.authorization ?? '').split(' ')
  const given = scheme === 'Bearer' ? bearer : optionalString(args, 'token')
  if (given === undefined) throw new SlackProblem('not_authed')
  const token = state.tokens.get(given)
  if (token === undefined) throw new SlackProblem('invalid_auth')
  if (token.revoked) throw new SlackProblem('token_revoked')
  return token
}

function methodName({ path }: FakeRequest): string {
  return path.replace(/^\/api\//, '')
}

/** Blocks, attachments and metadata are shown as what they mean, not as the strings that carry them. */
function parseLeniently(request: FakeRequest): unknown {
  try {
    const entries = Object.entries(readArguments(request)).filter(([name]) => name !== 'token')
    return Object.fromEntries(entries.map(([name, value]) => [name, parsed(value)]))
  } catch {
    return request.body.toString()
  }
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
