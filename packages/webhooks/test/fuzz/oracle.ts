// Decides what a receiver must answer, from docs/wire-format.md alone: nothing here comes from the implementation.
import { isUtf8 } from 'node:buffer'
import { createHmac } from 'node:crypto'
import type { ReceivedRequest } from '../../src/receive/request.ts'
import type { RequestHeaders } from '../../src/wire/headers.ts'
import type { KnownSecrets } from './world.ts'

/** The limits of a receiver. */
export interface Limits {
  readonly maxBodyBytes: number
  readonly maxAgeMs: number
  readonly clockSkewMs: number
  readonly attemptWindowMs: number
  readonly requireAttemptSignature: boolean
}

/** What the wire contract says of a request. */
export interface Verdict {
  /** The statuses of every reason to refuse it; none, if it must be accepted. */
  readonly refusals: ReadonlySet<number>
  /** Whether `verify` must accept its signatures; `undefined` where it cannot be asked. */
  readonly isVerified: boolean | undefined
  readonly event: OracleEvent | undefined
}

/** What handlers and the store go by. */
export interface OracleEvent {
  readonly type: string
  readonly key: string
  /** Whether a known type has other data than documented. */
  readonly isInvalid: boolean
}

/** Judges a request. `data` of a wrong shape is not among the refusals: handlers may take it. */
export function judge(
  request: ReceivedRequest,
  knownSecrets: KnownSecrets,
  limits: Limits,
  now: number,
): Verdict {
  const refusals = new Set<number>()
  const { method, headers, body, url } = request
  if (method !== 'POST') refusals.add(405)
  if (!isJson(headerOf(headers, 'content-type') ?? '')) refusals.add(415)
  if (!(body instanceof Uint8Array)) {
    refusals.add(body.unreadable === 'too_large' ? 413 : 500)
    return { refusals, isVerified: undefined, event: undefined }
  }
  if (body.length > limits.maxBodyBytes) refusals.add(413)
  const { secrets, tenant, status } = secretsFor(knownSecrets, url, now)
  if (status !== undefined) {
    refusals.add(status)
    return { refusals, isVerified: undefined, event: undefined }
  }

  const event = eventOf(body)
  if (!event) refusals.add(400)
  // All that can be wrong with either signature, or with the age, has one status.
  const attempt = isSigned(headers, body, secrets) ? attemptOf(headers, body, secrets) : 'invalid'
  const isVerified = attempt !== 'invalid'
  if (!isVerified || (event && !isFresh(event.at, attempt, limits, now))) refusals.add(401)
  return {
    refusals,
    isVerified: secrets.length === 0 ? undefined : isVerified,
    event: event && { ...event, key: `${tenant ?? ''}/${event.id}` },
  }
}

/** The secrets in force, or the status for want of them. */
export function secretsFor(
  known: KnownSecrets,
  url: string | undefined,
  now: number,
): { readonly secrets: readonly string[]; readonly tenant?: string; readonly status?: number } {
  if (typeof known !== 'function') {
    const inForce = known.filter(({ notAfter }) => notAfter === undefined || now <= notAfter.getTime())
    return { secrets: inForce.map(({ value }) => value) }
  }
  try {
    const found = known(url)
    if (!found) return { secrets: [], status: 401 }
    if (found.secret.trim() !== found.secret) return { secrets: [], status: 503 }
    return { secrets: [found.secret], tenant: found.tenant }
  } catch {
    return { secrets: [], status: 503 }
  }
}

function headerOf(headers: RequestHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  const value: unknown = Object.getOwnPropertyDescriptor(headers, name)?.value
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' ? value : undefined
}

function isJson(contentType: string): boolean {
  const mediaType = contentType.split(';', 1)[0] ?? ''
  return /^application\/json[ \t]*$/.test(mediaType.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()))
}

function isSigned(headers: RequestHeaders, body: Uint8Array, secrets: readonly string[]): boolean {
  const value = headerOf(headers, 'x-complywise-signature')
  return secrets.some(
    (secret) => value === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  )
}

/** The time of an attempt in milliseconds, if the request has any part of a Standard Webhooks trio. */
function attemptOf(
  headers: RequestHeaders,
  body: Uint8Array,
  secrets: readonly string[],
): number | 'invalid' | undefined {
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const value = headerOf(headers, 'webhook-signature')
  if (id === undefined && timestamp === undefined && value === undefined) return undefined
  if (id === undefined || timestamp === undefined || value === undefined) return 'invalid'
  if (id.length === 0 || id.length > 256 || /[^a-zA-Z0-9_-]/.test(id)) return 'invalid'
  const seconds = Number.parseInt(timestamp, 10)
  if (!(seconds >= 0) || String(seconds) !== timestamp || timestamp.length > 12) return 'invalid'

  const signatures: string[] = []
  for (const entry of value.split(' ')) {
    const comma = entry.indexOf(',')
    const [version, token] = [entry.slice(0, Math.max(comma, 0)), entry.slice(comma + 1)]
    if (!/^v[0-9]+[a-z]?$/.test(version) || token === '' || /[^a-zA-Z0-9+/=_-]/.test(token)) return 'invalid'
    if (version !== 'v1') continue
    const bytes = Buffer.from(token, 'base64')
    if (bytes.length !== 32 || bytes.toString('base64') !== token) return 'invalid'
    signatures.push(token)
  }
  const isValid = secrets.some((secret) => {
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
    return signatures.includes(mac)
  })
  return isValid ? seconds * 1000 : 'invalid'
}

function isFresh(eventAt: number, attemptAt: number | undefined, limits: Limits, now: number): boolean {
  if (!(eventAt <= now + limits.clockSkewMs)) return false
  if (attemptAt !== undefined) return Math.abs(now - attemptAt) <= limits.attemptWindowMs
  return !limits.requireAttemptSignature && eventAt >= now - limits.maxAgeMs
}

interface ParsedEvent {
  readonly type: string
  readonly id: string
  readonly at: number
  readonly isInvalid: boolean
}

function eventOf(body: Uint8Array): ParsedEvent | undefined {
  if (!isUtf8(body)) return undefined
  let envelope: unknown
  try {
    envelope = JSON.parse(
      Buffer.from(body)
        .toString()
        .replace(/^\uFEFF/, ''),
    )
  } catch {
    return undefined
  }
  if (!isObject(envelope)) return undefined
  const { event, event_id: id, timestamp, data } = envelope
  if (typeof event !== 'string' || !isUuid(id) || !isInstant(timestamp) || !isObject(data)) return undefined
  const shape = Object.hasOwn(shapes, event) ? shapes[event] : undefined
  return {
    type: event,
    id: id.toLowerCase(),
    at: instantMs(timestamp),
    isInvalid: shape !== undefined && !shape(data),
  }
}

type Check = (value: unknown) => boolean

/** The documented shapes; only the product page's own two are required in full. */
const shapes: Readonly<Record<string, Check>> = {
  'scan.completed': fields({
    scan_job_id: isUuid,
    total_controls: isInteger,
    passed: isInteger,
    failed: isInteger,
    score: isNumber,
  }),
  'compliance.control_failed': fields({
    control_id: isString,
    framework: isString,
    previous_status: isString,
    new_status: isString,
  }),
  'scan.failed': optionalFields({
    scan_job_id: isUuid,
    error: optionalFields({ code: isString, message: isString }),
    started_at: isInstant,
  }),
  'compliance.score_changed': optionalFields({
    framework: orNull(isString),
    previous_score: isNumber,
    new_score: isNumber,
    scan_job_id: orNull(isUuid),
  }),
  'evidence.uploaded': optionalFields({
    evidence_id: isString,
    control_id: orNull(isString),
    framework: orNull(isString),
    file_name: isString,
    content_type: isString,
    size_bytes: isInteger,
    sha256: isString,
    uploaded_by: isString,
  }),
  'integration.disconnected': optionalFields({
    integration_id: isString,
    provider: isString,
    name: isString,
    reason: optionalFields({ code: isString, message: isString }),
    last_connected_at: orNull(isInstant),
    affected_controls: (value) =>
      Array.isArray(value) && value.every(optionalFields({ control_id: isString, framework: isString })),
  }),
}

function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Object.entries(checks).every(([name, check]) => check(value[name]))
}

function optionalFields(checks: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isObject(value) &&
    Object.entries(checks).every(([name, check]) => !Object.hasOwn(value, name) || check(value[name]))
}

function orNull(check: Check): Check {
  return (value) => value === null || check(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value)
}

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

function isUuid(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 36) return false
  const groups = value.split('-')
  return (
    groups.map(({ length }) => length).join() === '8,4,4,4,12' &&
    groups.every((group) => /^[0-9a-fA-F]*$/.test(group))
  )
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(instantMs(value))
}

/** RFC 3339 with capitals and no leap seconds, whose days exist. */
function instantMs(text: string): number {
  const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/
  const [
    ,
    years,
    months,
    days,
    hours,
    minutes,
    seconds,
    fraction = '',
    sign,
    offsetHours = '0',
    offsetMinutes = '0',
  ] = form.exec(text) ?? []
  const [year, month, day] = [Number(years), Number(months), Number(days)]
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const longest = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60
  if (!(day >= 1 && day <= longest && isTime && Number(offsetHours) < 24 && Number(offsetMinutes) < 60)) {
    return Number.NaN
  }
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  // `Date.UTC` takes years below 100 for those of the last century.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return date.getTime() + ((Number(hours) * 60 + Number(minutes) - offset) * 60 + Number(seconds)) * 1000 + ms
}
