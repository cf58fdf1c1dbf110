import { describeChange } from '../diagnose/describe-change.ts'
import { WebhookError } from '../errors.ts'
import { headerNames, readHeader } from '../wire/headers.ts'
import { sign } from '../wire/sign.ts'
import { type Canaries, canaryType } from './canary.ts'
import type { ReceivedRequest } from './request.ts'
import { activeSecrets, normalizeSecrets, type Secret, type SecretResolver } from './secrets.ts'

/** What a self-test needs of its receiver. */
export interface SelfTestInput {
  /** Where the sender's requests arrive: absolute. */
  readonly url: string | URL
  readonly send: (request: Request) => Response | Promise<Response>
  readonly secrets: readonly Secret[] | SecretResolver
  readonly maxBodyBytes: number
  readonly now: () => Date
  /** Where the receiver looks for canaries; see `takeCanary`. */
  readonly canaries: Canaries
  /** `receiver.verify`. */
  readonly verify: (
    request: ReceivedRequest,
  ) => Promise<{ readonly verified: boolean; readonly code?: string; readonly detail?: string | undefined }>
}

/**
 * Sends a signed canary through everything that is in front of the receiver, and looks at how it arrives: a small one
 * whose bytes no parser and no decoder would leave alone, then one of `maxBodyBytes`, up to 1 MiB. No handler runs, and
 * the store is not asked.
 *
 * @throws {WebhookError} `self_test_failed`, with what broke and what to do about it.
 */
export async function runSelfTest(input: SelfTestInput): Promise<void> {
  const url = parseUrl(input.url)
  const problem = (await findProblem(input, url, 0)) ?? (await findLimit(input, url))
  if (problem) throw failure(problem, url)
}

/** How long a canary may take. */
const timeoutMs = 10_000

interface Trip {
  /** The canary as it arrived, if it did. */
  readonly arrived: ReceivedRequest | undefined
  readonly response: Response | undefined
  /** Why there is no response. */
  readonly error: unknown
}

async function findProblem(input: SelfTestInput, url: URL, size: number): Promise<string | undefined> {
  const id = crypto.randomUUID()
  const canary = await signCanary(input, url, id, size)
  const { arrived, response, error } = await travel(input, url, id, canary)
  if (!arrived) return explainAbsence(response, error)
  const damage = findDamage(canary, arrived)
  if (damage) return damage
  const { verified, code, detail = 'see docs/errors.md' } = await input.verify(arrived)
  if (!verified) return `the canary arrived intact, and the receiver refused it: ${code} (${detail}).`
  if (response?.status === 200) return undefined
  const answer = response ? `${response.status} came back` : `no answer came back (${reasonOf(error)})`
  return `the receiver answered 200, but ${answer}. Return what webhookHandler returns, and answer nothing else.`
}

/** Whether something in front refuses what the receiver would accept. */
async function findLimit(input: SelfTestInput, url: URL): Promise<string | undefined> {
  const size = Math.min(input.maxBodyBytes, 1_048_576)
  const problem = await findProblem(input, url, size)
  return problem && `a body of ${size} bytes, which maxBodyBytes allows, does not arrive: ${problem}`
}

interface Canary {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

async function signCanary(input: SelfTestInput, url: URL, id: string, size: number): Promise<Canary> {
  const now = input.now()
  const named = {
    'content-type': 'application/json',
    [headerNames.event]: canaryType,
    [headerNames.delivery]: `selftest_${id}`,
    [headerNames.attempt]: '1',
  }
  const secret = await findSecret(input, url, named)
  const text = new TextEncoder().encode(canaryText(id, now))
  const body = new Uint8Array(Math.max(size, text.length)).fill(0x20)
  body.set(text)
  const signatures = await sign({ eventId: id, body, attemptedAt: now, secrets: [secret] })
  return { body, headers: { ...named, ...signatures } }
}

async function findSecret(
  { secrets, now }: SelfTestInput,
  url: URL,
  headers: Canary['headers'],
): Promise<string> {
  const resolve = typeof secrets === 'function' ? secrets : () => ({ secret: secrets })
  try {
    const found = await resolve({ headers, url: url.pathname + url.search })
    const [secret] = found ? activeSecrets(normalizeSecrets(found.secret), now()) : []
    if (secret) return secret.value
  } catch (cause) {
    throw failure('the secret resolver failed.', url, { cause })
  }
  throw failure('there is no secret in force for this path.', url)
}

// JSON that whatever parses, decodes or tidies it writes again in other bytes. It has no byte order mark, because no
// sender writes one, and a decoder that drops it does no other harm.
function canaryText(id: string, now: Date): string {
  return [
    `{ "event" : "${canaryType}","event_id":"${id}", "timestamp":"${now.toISOString()}",`,
    '\t"data": {"number": 1.0, "number": 1.0, "large": 12345678901234567890, "exponent": 1E2,',
    '  "text" : "\\u00e9 é \\/ / 漢 \\ud83d\\udee1 🛡 <&> ", "empty": [ ] } }',
    '',
  ].join('\r\n')
}

async function travel(
  { send, canaries }: SelfTestInput,
  url: URL,
  id: string,
  { body, headers }: Canary,
): Promise<Trip> {
  let arrived: ReceivedRequest | undefined
  canaries.set(id, (request) => {
    arrived = request
  })
  const controller = new AbortController()
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${timeoutMs / 1000} seconds`)
    reject(error)
    controller.abort(error)
  }, timeoutMs)
  try {
    const { signal } = controller
    const request = new Request(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    // What is called in place of `fetch` may not look at the signal.
    const response = await Promise.race([send(request), expired])
    // Nobody reads it, and the connection would stay open.
    await response.body?.cancel().catch(() => undefined)
    return { arrived, response, error: undefined }
  } catch (error) {
    return { arrived, response: undefined, error }
  } finally {
    clearTimeout(timer)
    canaries.delete(id)
  }
}

function findDamage(sent: Canary, arrived: ReceivedRequest): string | undefined {
  const { method, body, headers } = arrived
  if (method !== 'POST') return `the canary arrived as ${method}: a redirect or a proxy changes the method.`
  if ('unreadable' in body) {
    return body.unreadable === 'too_large'
      ? 'the canary is longer than maxBodyBytes.'
      : `the body was consumed. ${body.fix}`
  }
  const change = describeChange(sent.body, body)
  if (change !== undefined) return `the body was ${change}. ${keepBytes}`
  const altered = Object.entries(sent.headers)
    // That of the media type says nothing: a charset may have come with it.
    .filter(([name, value]) => name !== 'content-type' && readHeader(headers, name) !== value)
    .map(([name]) => `${name} was ${readHeader(headers, name) === undefined ? 'removed' : 'changed'}`)
  return altered.length === 0
    ? undefined
    : `${altered.join(', ')}. Let every proxy and middleware pass these headers on unchanged.`
}

const keepBytes = 'Give the receiver the bytes as they came: nothing may parse or decode the body before it.'

function explainAbsence(response: Response | undefined, error: unknown): string {
  if (!response) {
    const reason = reasonOf(error)
    const advice = /refused/i.test(reason) ? ' Call selfTest once the server listens.' : ''
    return `the canary did not reach the receiver: ${reason}.${advice}`
  }
  const { status } = response
  // What a browser makes of a redirect has no status.
  if (status === 0 || (status >= 300 && status < 400)) {
    const location = response.headers.get('location') ?? 'another URL'
    return `the canary was redirected to ${location}. The sender follows no redirects: give it that URL.`
  }
  const reason = reasons[status] ?? (status < 300 ? reasons[200] : reasons[500])
  return `the canary was answered ${status} before it reached the receiver: ${reason}.`
}

const reasons: Readonly<Record<number, string>> = {
  200: 'another route took it, or another process at the same address',
  400: 'something in front parses the body; keep it off this route',
  401: 'something in front wants credentials; exempt this route',
  403: 'something in front, such as CSRF protection, forbids it; exempt this route',
  404: 'no route has this path; check what the receiver is mounted under',
  405: 'the route takes no POST',
  413: 'something in front limits the size of a body; raise that limit, or lower maxBodyBytes',
  415: 'something in front does not take application/json; keep it off this route',
  429: 'something in front limits the rate; exempt this route',
  500: 'something in front failed; see its log',
}

/** The innermost cause says most: `fetch failed` has one, such as `connect ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return reasonOf(error.cause)
  const code = 'code' in error ? String(error.code) : ''
  return error.message || code || error.name
}

function parseUrl(url: string | URL): URL {
  try {
    return new URL(url)
  } catch {
    throw failure('the URL is not absolute; give one such as http://127.0.0.1:3000/webhooks.')
  }
}

function failure(problem: string, url?: URL, options?: ErrorOptions): WebhookError {
  const where = url ? ` of ${url.origin}${url.pathname}` : ''
  return new WebhookError('self_test_failed', `The self-test${where} failed: ${problem}`, options)
}
