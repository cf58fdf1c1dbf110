import { createHash, createHmac } from 'node:crypto'
import type { ReceivedRequest } from '../../src/receive/request.ts'
import type { RequestHeaders } from '../../src/wire/headers.ts'
import { type Op, pick, type RequestPlan } from './plan.ts'
import {
  dayMs,
  examples,
  headerNames,
  mediaTypes,
  minuteMs,
  noon,
  oddBodies,
  oddHeaderNames,
  oddHeaderValues,
  oddTimes,
  oddValues,
  otherTenantUrl,
  type SecretSet,
  urls,
} from './world.ts'

/** A request, and what is known of how it was made. */
export interface BuiltRequest {
  readonly request: ReceivedRequest
  readonly now: number
  /** What the sender signed for it, and with what. */
  readonly signed: SignedBody
  readonly headers: readonly Header[]
}

/** A body and the secret that made its `X-ComplyWise-Signature`. */
export interface SignedBody {
  readonly body: Uint8Array
  readonly secret: string
}

type Header = readonly [name: string, value: string]
type Json = Record<string, unknown>

/** What a sender signs, and what becomes of it. */
interface Draft {
  method: string
  body: Buffer
  headers: Header[]
}

/** Builds the request of a plan, signed with some secrets of a set; `earlier` are those that the receiver got before. */
export function buildRequest(
  plan: RequestPlan,
  { signers: own, otherSigners }: SecretSet,
  earlier: readonly BuiltRequest[],
  index: number,
): BuiltRequest {
  const now = noon + pick(clocks, plan.clock)
  const url = pick(urls, plan.url)
  const signers = (url === otherTenantUrl ? otherSigners : undefined) ?? own
  const written = writeEnvelope(plan, index)
  const body = apply(plan.signed, bodyOps, { method: 'POST', body: written, headers: [] }, earlier).body
  const signing = pick(signings, plan.signing)
  const headers = signHeaders(body, eventIdOf(plan, index), signing, signers)
  const draft: Draft = { method: 'POST', body, headers }
  const { method, ...sent } = apply(
    plan.body,
    bodyOps,
    apply(plan.headers, headerOps, draft, earlier),
    earlier,
  )
  return {
    request: {
      method,
      headers: formHeaders(sent.headers, plan.form),
      body: formBody(sent.body, plan.form),
      ...(url !== undefined && { url }),
    },
    now,
    signed: { body, secret: pick(signers, signing.by) },
    headers: sent.headers,
  }
}

/** The receiver's clock, from the fuzzer's noon: mostly that, or around the limits. */
const clocks = [
  ...Array<number>(20).fill(0),
  -1,
  1,
  5 * minuteMs,
  5 * minuteMs + 1,
  -5 * minuteMs,
  -5 * minuteMs - 1,
  1000,
  1001,
  2 * dayMs,
  2 * dayMs + 1,
  7 * dayMs,
  7 * dayMs + 1,
  -dayMs,
  400 * dayMs,
]

interface Signing {
  /** Which of the signers makes the signature. */
  readonly by: number
  /** Which make that of the attempt; none leaves the trio out. */
  readonly attempt: readonly number[]
  readonly digest: boolean
  /** The time of the attempt, from the fuzzer's noon. */
  readonly delayMs?: number
  /** In place of the event's id, and of the time: signed as they are. */
  readonly id?: string
  readonly timestamp?: string
  /** What comes after the signatures of the attempt. */
  readonly more?: string
}

const plainly: Signing = { by: 0, attempt: [0], digest: true }

const signings: readonly Signing[] = [
  ...Array.from({ length: 24 }, () => plainly),
  { by: 0, attempt: [0, 1], digest: true },
  { by: 0, attempt: [2, 0], digest: true },
  { by: 0, attempt: [], digest: true },
  { by: 0, attempt: [], digest: false },
  { by: 1, attempt: [1], digest: true },
  { by: 1, attempt: [0], digest: false },
  { by: 1, attempt: [], digest: true },
  { by: 0, attempt: [0], digest: true, delayMs: 5 * minuteMs },
  { by: 0, attempt: [0], digest: true, delayMs: 5 * minuteMs + 1000 },
  { by: 0, attempt: [0], digest: true, delayMs: -5 * minuteMs - 1000 },
  { by: 0, attempt: [0], digest: true, delayMs: 400 * dayMs },
  { by: 0, attempt: [2], digest: true },
  { by: 2, attempt: [0], digest: true },
  { by: 3, attempt: [3], digest: true },
  ...['', 'evt_1', 'a.1', 'é', 'a b', '{"a":1}', 'x'.repeat(256), 'x'.repeat(257)].map(signedId),
  ...['0', '', '01772366400', '1772366400.5', '17723664e2', '-1', '1772366400000', ' 1772366400'].map(
    signedTimestamp,
  ),
  ...[' v2,AAAA', ' v1a,AAAA', ' v1,AAAA', ' ', '  v2,AAAA', ',', ' v0,', ' x,AAAA', ' v2,=-_/+'].map(
    signedWith,
  ),
]

function signedId(id: string): Signing {
  return { ...plainly, id }
}

function signedTimestamp(timestamp: string): Signing {
  return { ...plainly, timestamp }
}

function signedWith(more: string): Signing {
  return { ...plainly, more }
}

function signHeaders(body: Buffer, eventId: string, signing: Signing, signers: readonly string[]): Header[] {
  const { by, attempt, digest, delayMs = 0, id = eventId, more = '' } = signing
  const headers: Header[] = [
    ['content-type', 'application/json'],
    ['x-complywise-signature', `sha256=${hmac(pick(signers, by), body).toString('hex')}`],
    ['x-complywise-delivery', 'dlv_1'],
    ['x-complywise-attempt', '1'],
  ]
  if (digest) {
    headers.push(['content-digest', `sha-256=:${createHash('sha256').update(body).digest('base64')}:`])
  }
  if (attempt.length === 0) return headers
  const { timestamp = String((noon + delayMs) / 1000) } = signing
  const macs = attempt.map((signer) => {
    const secret = pick(signers, signer)
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
    return `v1,${hmac(key, Buffer.from(`${id}.${timestamp}.`), body).toString('base64')}`
  })
  headers.push(
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', macs.join(' ') + more],
  )
  return headers
}

function hmac(key: string | Buffer, ...parts: readonly Buffer[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

function eventIdOf({ url }: RequestPlan, index: number): string {
  // One in four repeats an event that came before, or one of another tenant.
  const number = url % 4 === 0 ? index >> 2 : index
  return `0f4c2c4e-7c8d-4c56-8e0f-${number.toString(16).padStart(12, '0')}`
}

function writeEnvelope(plan: RequestPlan, index: number): Buffer {
  const [event, data] = pick(examples, plan.type)
  const eventId = eventIdOf(plan, index)
  const envelope: Json = {
    event,
    event_id: plan.style % 16 === 0 ? eventId.toUpperCase() : eventId,
    timestamp: new Date(noon).toISOString(),
    data: { ...data },
  }
  for (const [kind, a, b] of plan.envelope) pick(envelopeOps, kind)(envelope, a, b)
  return Buffer.from(pick(styles, plan.style)(envelope))
}

const styles: readonly ((envelope: Json) => string)[] = [
  ...Array<(envelope: Json) => string>(8).fill((envelope) => JSON.stringify(envelope)),
  (envelope) => JSON.stringify(envelope, null, 2),
  (envelope) => JSON.stringify(envelope, null, '\t').replaceAll('\n', '\r\n'),
  (envelope) => `\uFEFF${JSON.stringify(envelope)}\n`,
  (envelope) =>
    JSON.stringify(envelope)
      .replaceAll(/[^ -~]/g, escapeUnit)
      .replaceAll('/', '\\/'),
  (envelope) => JSON.stringify(envelope).replaceAll(/:(\d+)([,}])/g, ':$1.0$2'),
  (envelope) => JSON.stringify(envelope).replace('{', '{"event":"scan.completed","__proto__":{"event":1},'),
  (envelope) => JSON.stringify(envelope).replace('"data":{', '"data":{"__proto__":{"x":1},"constructor":{},'),
  (envelope) => JSON.stringify(Object.fromEntries(Object.entries(envelope).toReversed())),
]

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Changes of the envelope that a sender might sign. */
const envelopeOps: readonly ((envelope: Json, a: number, b: number) => void)[] = [
  (envelope, a, b) => define(envelope, pick(Object.keys(envelope), a), odd(b)),
  (envelope, a, b) => define(dataOf(envelope), pick(Object.keys(dataOf(envelope)), a), odd(b)),
  (envelope, a) => void delete envelope[pick(Object.keys(envelope), a)],
  (envelope, a) => void delete dataOf(envelope)[pick(Object.keys(dataOf(envelope)), a)],
  (envelope, a) => void (envelope['event'] = pick(examples, a)[0]),
  (envelope, a) => void (envelope['data'] = { ...pick(examples, a)[1] }),
  (envelope, a) => void (envelope['timestamp'] = pick(oddTimes, a)),
  (envelope, a, b) =>
    void (envelope['timestamp'] = new Date(noon + pick(clocks, a) * (b % 2 ? 1 : -1)).toISOString()),
  (envelope, a, b) => define(envelope, pick(oddFieldNames, a), odd(b)),
  (envelope, a, b) => define(dataOf(envelope), pick(oddFieldNames, a), odd(b)),
  (envelope, a, b) => {
    const data = dataOf(envelope)
    const name = Object.keys(data).find((name) => typeof data[name] === 'object' && data[name] !== null)
    if (name === undefined) return
    const field = structuredClone(data[name])
    if (isJson(field)) define(field, pick(Object.keys(field), a), odd(b))
    define(data, name, field)
  },
]

const oddFieldNames = [
  '__proto__',
  'constructor',
  'toJSON',
  'then',
  'length',
  '',
  'Event',
  'event\u0000',
  'score',
]

/** A copy, because another operation may change it. */
function odd(b: number): unknown {
  return structuredClone(pick(oddValues, b))
}

function define(object: Json, name: string, value: unknown): void {
  // An array has a length of its own.
  if (Array.isArray(object)) return
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

function dataOf(envelope: Json): Json {
  const { data } = envelope
  return isJson(data) ? data : {}
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

type DraftOp = (draft: Draft, a: number, b: number, earlier: readonly BuiltRequest[]) => Partial<Draft>

/** Changes of a body. */
const bodyOps: readonly DraftOp[] = [
  ({ body }, a, b) => ({ body: withByte(body, a, (byte) => byte ^ (1 << (b % 8))) }),
  ({ body }, a, b) => ({ body: withByte(body, a, () => b % 256) }),
  ({ body }, a) => ({ body: body.subarray(0, at(body, a)) }),
  ({ body }, a, b) => ({
    body: Buffer.concat([body.subarray(0, at(body, a)), body.subarray(at(body, a) + (b % 8))]),
  }),
  ({ body }, a, b) => ({ body: insert(body, a, pick(oddBodies, b)) }),
  ({ body }, a, b) => ({
    body: insert(body, a, Buffer.from(pick(['\n', ' ', '\uFEFF', '\0', '\r\n', '"', '\\'], b))),
  }),
  ({ body }) => ({ body: Buffer.concat([body, body]) }),
  ({ body }) => ({ body: Buffer.concat([body, Buffer.from('\n')]) }),
  ({ body }, a) => ({ body: Buffer.concat([body.subarray(at(body, a)), body.subarray(0, at(body, a))]) }),
  ({ body }) => ({ body: Buffer.from(body.toString().replaceAll('\n', '\r\n')) }),
  ({ body }) => ({ body: Buffer.from(body.toString('latin1')) }),
  ({ body }) => ({ body: Buffer.from(body.toString().trim().toUpperCase()) }),
  ({ body }) => ({ body: reserialize(body) }),
  ({ body }, a) => ({ body: Buffer.concat([body, Buffer.alloc(a % 2000, ' ')]) }),
  (_draft, _a, b) => ({ body: Buffer.from(pick(oddBodies, b)) }),
  ({ body }, a, _b, earlier) => ({ body: Buffer.from(pick(earlier, a)?.signed.body ?? body) }),
]

/** Changes of the method and the headers on the way. */
const headerOps: readonly DraftOp[] = [
  ({ headers }, a) => ({ headers: headers.filter(([name]) => name !== pick(headerNames, a)) }),
  ({ headers }, a) => ({ headers: headers.concat([headers[a % headers.length] ?? ['x', 'x']]) }),
  ({ headers }, a, b) => ({ headers: headers.concat([[pick(headerNames, a), pick(oddHeaderValues, b)]]) }),
  ({ headers }, a, b) => ({ headers: [[pick(headerNames, a), pick(oddHeaderValues, b)], ...headers] }),
  ({ headers }, a, b) => ({ headers: change(headers, a, () => pick(oddHeaderValues, b)) }),
  // Both signatures, most often at the end, which a careless comparison misses.
  ({ headers }, a, b) => ({ headers: change(headers, a % 2, (value) => flip(value, b)) }),
  ({ headers }, a, b) => ({ headers: change(headers, a, (value) => flip(value, b)) }),
  ({ headers }, a, b) => ({
    headers: change(headers, a, (value) => value.slice(0, value.length - 1 - (b % 4))),
  }),
  ({ headers }, a, b) => ({
    headers: change(headers, a, (value) => value + pick([' ', '0', ',', '=', '\n', '\0', 'é'], b)),
  }),
  ({ headers }, a, b) => ({
    headers: change(headers, a, (value) => pick([' ', '\t', '"', '\u00a0'], b) + value),
  }),
  ({ headers }, a) => ({ headers: change(headers, a, (value) => value.toUpperCase()) }),
  ({ headers }, a) => ({
    headers: change(headers, a, (value) => value.replace(/=.*/s, (end) => end.toUpperCase())),
  }),
  ({ headers }, a) => ({ headers: change(headers, a, (value) => value.replace(/^[^=,]*[=,]/, '')) }),
  ({ headers }, a, b) => ({ headers: change(headers, a, () => headers[b % headers.length]?.[1] ?? '') }),
  ({ headers }, a, b) => ({ headers: rename(headers, a, pick(oddHeaderNames, b)) }),
  ({ headers }, _a, b) => ({
    headers: headers.concat([[pick(oddHeaderNames, b), pick(oddHeaderValues, b >> 4)]]),
  }),
  ({ headers }, a, _b, earlier) => ({ headers: steal(headers, pick(headerNames, a), earlier.at(-1)) }),
  ({ headers }, a, b) => {
    const nudge = (value: string): string => String(Number(value) + pick([1, -1, 300, -301, 1e12], b))
    return { headers: change(headers, headerNames.indexOf('webhook-timestamp') + 9 * a, nudge) }
  },
  ({ headers }) => ({
    headers: change(headers, 0, (value) => `sha256=${Buffer.from(value.slice(7), 'hex').toString('base64')}`),
  }),
  ({ headers }, a) => ({
    headers: headers.map(([name, value]) => [name, name === 'content-type' ? pick(mediaTypes, a) : value]),
  }),
  (_draft, a) => ({ method: pick(['GET', 'PUT', 'post', 'POST ', '', 'constructor', 'HEAD', 'OPTIONS'], a) }),
]

function apply(
  ops: readonly Op[],
  table: readonly DraftOp[],
  draft: Draft,
  earlier: readonly BuiltRequest[],
): Draft {
  for (const [kind, a, b] of ops) Object.assign(draft, pick(table, kind)(draft, a, b, earlier))
  return draft
}

function at(body: Buffer, a: number): number {
  return a % (body.length + 1)
}

function withByte(body: Buffer, a: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(body)
  const index = a % Math.max(1, copy.length)
  copy.set(copy.subarray(index, index + 1).map(change), index)
  return copy
}

function insert(body: Buffer, a: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([body.subarray(0, at(body, a)), bytes, body.subarray(at(body, a))])
}

function reserialize(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString())))
  } catch {
    return body
  }
}

/** Changes one of the headers that mean something. */
function change(headers: readonly Header[], a: number, change: (value: string) => string): Header[] {
  const target = pick(headerNames, a)
  return headers.map(([name, value]) => [name, name === target ? change(value) : value])
}

function rename(headers: readonly Header[], a: number, to: string): Header[] {
  return headers.map(([name, value]) => [name === pick(headerNames, a) ? to : name, value])
}

/** Takes a header's value from the request before. */
function steal(headers: readonly Header[], name: string, from: BuiltRequest | undefined): Header[] {
  const stolen = from?.headers.find((header) => header[0] === name)
  return stolen ? [...headers.filter((header) => header[0] !== name), stolen] : [...headers]
}

function flip(value: string, b: number): string {
  const index = b % 2 ? value.length - 1 : (b >> 1) % Math.max(1, value.length)
  const code = value.charCodeAt(index)
  return Number.isNaN(code)
    ? value
    : value.slice(0, index) + String.fromCharCode(code ^ 1) + value.slice(index + 1)
}

/** Hands headers over in one of the forms in which runtimes do. */
function formHeaders(headers: readonly Header[], form: number): RequestHeaders {
  return pick(headerForms, form)(headers)
}

const headerForms: readonly ((headers: readonly Header[]) => RequestHeaders)[] = [
  joined,
  joined,
  distinct,
  (headers) => {
    try {
      return new Headers(headers.map(([name, value]) => [name, value]))
    } catch {
      // Not every value fits; what HTTP itself refuses never gets here.
      return distinct(headers)
    }
  },
  (headers) => {
    const record = joined(headers)
    return { get: (name) => (Object.hasOwn(record, name) ? (record[name] ?? null) : null) }
  },
]

/** As Node has them in `request.headers`, in an object with or without a prototype. */
function joined(headers: readonly Header[]): Record<string, string> {
  const record: Record<string, string> = headers.length % 2 ? {} : Object.create(null)
  for (const [name, value] of headers) {
    const known = Object.hasOwn(record, name) ? record[name] : undefined
    // Node keeps the first media type, and joins most others.
    const next = known === undefined || name === 'content-type' ? (known ?? value) : `${known}, ${value}`
    define(record, name, next)
  }
  return record
}

/** As Node has them in `request.headersDistinct`. */
function distinct(headers: readonly Header[]): Record<string, string[]> {
  const record: Record<string, string[]> = Object.create(null)
  for (const [name, value] of headers) define(record, name, [...(record[name] ?? []), value])
  return record
}

/** Hands a body over in one of the forms in which adapters do. */
function formBody(body: Buffer, form: number): ReceivedRequest['body'] {
  if (form % 41 === 0) return { unreadable: 'too_large' }
  if (form % 43 === 0) return { unreadable: 'already_parsed', fix: 'Mount it first.' }
  if (form % 3 === 0) return body
  if (form % 3 === 1) return new Uint8Array(body)
  // A part of a larger buffer, as pools give it.
  const pool = new Uint8Array(body.length + 7).fill(0x22)
  pool.set(body, 3)
  return pool.subarray(3, 3 + body.length)
}
