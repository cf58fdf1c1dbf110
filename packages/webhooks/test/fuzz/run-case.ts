import type { diagnose } from '../../src/diagnose/diagnose.ts'
import type { ReceiverOptions } from '../../src/receive/options.ts'
import type { createReceiver, Receiver } from '../../src/receive/receiver.ts'
import type { Reply } from '../../src/receive/request.ts'
import type { verify } from '../../src/wire/verify.ts'
import { buildRequest, type BuiltRequest } from './build-request.ts'
import { type Expectation, type HandlerMode, handlerModes, handlerText } from './handler-modes.ts'
import { judge, type Limits, secretsFor, type Verdict } from './oracle.ts'
import { type CasePlan, pick } from './plan.ts'
import { dayMs, type KnownSecrets, allSecrets, minuteMs, secretSets, unknownSecret } from './world.ts'

/** What is tested. */
export interface Implementation {
  readonly createReceiver: typeof createReceiver
  readonly verify: typeof verify
  readonly diagnose: typeof diagnose
}

/** How many requests were answered how. */
export type Tally = Map<string, number>

/** A handler that was called. */
interface Run {
  readonly name: string
  readonly key: string
  readonly secretId: string
  readonly tenant: string | undefined
}

/** A receiver, what it was set up with, and what it did. */
interface Subject {
  readonly receiver: Receiver
  readonly secrets: KnownSecrets
  readonly limits: Limits
  readonly mode: HandlerMode
  readonly isRemembering: boolean
  readonly runs: Run[]
  readonly logged: string[]
  now: number
}

/**
 * Runs a case against a receiver of its own.
 *
 * @throws {Error} for the first answer that the oracle does not expect, and for whatever the implementation throws.
 */
export async function runCase(plan: CasePlan, implementation: Implementation, tally: Tally): Promise<void> {
  const secrets = pick(secretSets, plan.secrets)
  const subject = setUp(plan, secrets.known, implementation)
  const built: BuiltRequest[] = []
  for (const [index, request] of plan.requests.entries())
    built.push(buildRequest(request, secrets, built.slice(-4), index))
  if (plan.isConcurrent) await runTogether(subject, built, tally)
  else await runInTurn(subject, built, tally)
  await checkParts(subject, built, implementation)
  for (const text of subject.logged) {
    expectThat(!allSecrets.some((secret) => text.includes(secret)), 'a secret was logged')
    expectThat(!text.includes('itself failed') && !text.includes('diagnosis failed'), text)
  }
}

async function runInTurn(subject: Subject, built: readonly BuiltRequest[], tally: Tally): Promise<void> {
  const done = new Set<string>()
  const attempts = new Map<string, number>()
  for (const [index, each] of built.entries()) {
    subject.now = each.now
    const verdict = judge(each.request, subject.secrets, subject.limits, each.now)
    const expected = expectationOf(subject, verdict, done, attempts)
    const before = subject.runs.length
    const reply = await subject.receiver.receive(each.request)
    const answer = readAnswer(reply)
    tally.set(answer, (tally.get(answer) ?? 0) + 1)
    const ran = subject.runs.slice(before)
    const what = `request ${index} was answered ${answer}, and ran ${ran.map(({ name }) => name).join() || 'nothing'}`
    expectThat(
      expected.answers.includes(answer) && ran.map(({ name }) => name).join() === expected.ran.join(),
      `${what}; expected ${expected.answers.join(' or ')}, and ${expected.ran.join() || 'nothing'}`,
    )
    for (const run of ran) checkSigned(subject, run, [each], built)
  }
}

/** All requests at once: who comes first is open, and that handlers run once is not. */
async function runTogether(subject: Subject, built: readonly BuiltRequest[], tally: Tally): Promise<void> {
  subject.now = built[0]?.now ?? 0
  const verdicts = built.map(({ request }) => judge(request, subject.secrets, subject.limits, subject.now))
  const replies = await Promise.all(built.map(({ request }) => subject.receiver.receive(request)))
  const processed = new Map<string, number>()
  for (const [index, verdict] of verdicts.entries()) {
    const answer = readAnswer(replies[index]!)
    tally.set(answer, (tally.get(answer) ?? 0) + 1)
    const answers = [
      ...expectationOf(subject, verdict, new Set(), new Map()).answers,
      ...laterAnswers(subject, verdict),
    ]
    expectThat(
      answers.includes(answer),
      `request ${index} of many was answered ${answer}; expected ${answers.join(' or ')}`,
    )
    const key = verdict.event?.key
    if (answer === '200 processed' && key !== undefined) processed.set(key, (processed.get(key) ?? 0) + 1)
  }
  for (const [key, count] of processed) {
    expectThat(!subject.isRemembering || count === 1, `${key} was processed ${count} times`)
  }
  for (const run of subject.runs) {
    const candidates = built.filter((_each, index) => verdicts[index]?.event?.key === run.key)
    checkSigned(subject, run, candidates, built)
  }
}

/** What else an accepted request may be answered that comes at the same time as others. */
function laterAnswers({ mode, isRemembering }: Subject, { refusals, event }: Verdict): readonly string[] {
  const later = refusals.size === 0 && event ? mode.expect(event, 2, isRemembering) : undefined
  if (!later) return []
  return isRemembering ? [later.answer, '409 in_progress', '200 duplicate'] : [later.answer]
}

interface Expected {
  readonly answers: readonly string[]
  readonly ran: readonly string[]
}

/** What a request must be answered, given what came before it. */
function expectationOf(
  { mode, isRemembering }: Subject,
  { refusals, event }: Verdict,
  done: Set<string>,
  attempts: Map<string, number>,
): Expected {
  const nth = (event ? (attempts.get(event.key) ?? 0) : 0) + 1
  const expected = event && mode.expect(event, nth, isRemembering)
  // No handler takes data of another shape.
  const isRefused = event?.isInvalid === true && !expected
  const statuses = [...refusals, ...(isRefused ? [422] : [])]
  if (statuses.length > 0) return { answers: statuses.map((status) => refusalAnswers[status]!), ran: [] }
  if (!expected || !event) return { answers: ['200 ignored'], ran: [] }
  if (done.has(event.key)) return { answers: ['200 duplicate'], ran: [] }
  attempts.set(event.key, nth)
  if (expected.isDone && isRemembering) done.add(event.key)
  return answerOf(expected)
}

function answerOf({ answer, ran }: Expectation): Expected {
  return { answers: [answer], ran }
}

const refusalAnswers: Readonly<Record<number, string>> = {
  400: '400 malformed',
  401: '401 unauthorized',
  405: '405 method_not_allowed',
  413: '413 too_large',
  415: '415 unsupported_media_type',
  422: '422 invalid',
  500: '500 misconfigured',
  503: '503 unavailable',
}

/** Checks what every reply has, and names it by its status and word. */
function readAnswer({ status, headers, body }: Reply): string {
  const word = /^\{"status":"(\w+)"\}$/.exec(body)?.[1]
  expectThat(word !== undefined && !body.includes(handlerText), `the reply has the body ${body}`)
  const { 'content-type': type, 'retry-after': wait, allow, ...rest } = headers
  expectThat(type === 'application/json' && Object.keys(rest).length === 0, 'the reply has other headers')
  const waits = status === 409 || status === 503
  expectThat(waits ? /^[1-9]\d*$/.test(wait ?? '') : wait === undefined, `${status} has Retry-After ${wait}`)
  expectThat((status === 405) === (allow === 'POST'), `${status} has Allow ${allow}`)
  return `${status} ${word}`
}

/** Checks that one of the requests a handler may have run for has bytes that were signed with the secret it was told. */
function checkSigned(
  { secrets }: Subject,
  { name, secretId, tenant }: Run,
  candidates: readonly BuiltRequest[],
  built: readonly BuiltRequest[],
): void {
  const isSigned = candidates.some(({ request: { body, url } }) => {
    const known =
      typeof secrets === 'function'
        ? [secrets(url)].map((found) => ({ id: '0', value: found?.secret, of: found?.tenant }))
        : secrets.map((each) => ({ ...each, of: undefined }))
    const value = known.find(({ id, of }) => id === secretId && of === tenant)?.value
    // The signature may have been taken from another request.
    return built.some(
      ({ signed }) =>
        signed.secret === value && body instanceof Uint8Array && Buffer.compare(signed.body, body) === 0,
    )
  })
  expectThat(isSigned, `${name} ran for what nobody signed`)
}

/** Asks `verify` and `diagnose` themselves, for some. */
async function checkParts(
  { secrets: known, limits, runs }: Subject,
  built: readonly BuiltRequest[],
  { verify, diagnose }: Implementation,
): Promise<void> {
  const count = runs.length
  for (const [index, { request, now }] of built.entries()) {
    if (index % 16 > 0 || !(request.body instanceof Uint8Array)) continue
    const { headers, body, url } = request
    const { secrets } = secretsFor(known, url, now)
    if (secrets.length === 0) continue
    const { isVerified } = judge(request, known, limits, now)
    const { verified } = await verify({ body, headers, secrets })
    expectThat(verified === isVerified, `request ${index} was ${verified ? '' : 'not '}verified`)
    if (verified) continue
    const { code, detail, fix, confidence } = await diagnose({
      body,
      headers,
      secrets: secrets.map((value, id) => ({ id: String(id), value })),
      expiredSecrets: [{ id: 'expired', value: unknownSecret }],
    })
    const text = `${code} ${confidence} ${detail} ${fix}`
    expectThat(/^[a-z_]+ (?:certain|likely) [^\n]+\.$/.test(text), text)
    expectThat(!allSecrets.some((secret) => text.includes(secret)), 'a finding has a secret')
  }
  expectThat(runs.length === count, 'verify or diagnose ran a handler')
}

function setUp(plan: CasePlan, secrets: KnownSecrets, { createReceiver }: Implementation): Subject {
  // Each with one chance in four.
  const bits = plan.options & (plan.options >> 8)
  const has = (bit: number): boolean => (bits & (1 << bit)) > 0
  const limits = {
    maxBodyBytes: has(0) ? 450 : 1_048_576,
    maxAgeMs: has(1) ? 2 * dayMs : 7 * dayMs,
    clockSkewMs: has(2) ? 0 : 5 * minuteMs,
    attemptWindowMs: has(3) ? 1000 : 5 * minuteMs,
    requireAttemptSignature: has(4),
  }
  const mode = pick(handlerModes, plan.handlers)
  const runs: Run[] = []
  const logged: string[] = []
  const isHostile = has(6)
  const tell = (text: string): void => {
    logged.push(text)
    if (isHostile) throw new Error('The log is full.')
  }
  const hooks: Partial<ReceiverOptions> = {
    onRejected: ({ detail, finding }) => tell(`${detail} ${finding?.detail}`),
    onDrift: ({ fields }) => tell(fields.join()),
    telemetry: { record: ({ name }) => tell(name) },
  }
  const store: { readonly store?: false } = has(5) ? { store: false } : {}
  const receiver = createReceiver({
    secret: typeof secrets === 'function' ? async ({ url }) => secrets(url) : secrets,
    now: () => new Date(subject.now),
    log: { warn: tell, error: tell },
    ...limits,
    ...store,
    ...hooks,
  })
  const subject: Subject = { receiver, secrets, limits, mode, isRemembering: !has(5), runs, logged, now: 0 }
  const calls = new Map<string, number>()
  mode.register(receiver, (name, { event_id: id }, { secretId, tenant }) => {
    const key = `${tenant ?? ''}/${id.toLowerCase()}`
    runs.push({ name, key, secretId, tenant })
    const count = (calls.get(`${name} ${key}`) ?? 0) + 1
    calls.set(`${name} ${key}`, count)
    return count
  })
  return subject
}

function expectThat(isSo: boolean, message: string): asserts isSo {
  if (!isSo) throw new Error(message)
}
