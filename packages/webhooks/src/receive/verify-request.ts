import { type RejectionCode, WebhookError } from '../errors.ts'
import type { UnknownEvent, WebhookEvent } from '../events/event.ts'
import { assertBytes } from '../wire/body.ts'
import { headerNames, readHeader, type RequestHeaders } from '../wire/headers.ts'
import { verify } from '../wire/verify.ts'
import { checkFreshness } from './freshness.ts'
import type { RequestContext } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import { findDataProblems, parseEnvelope } from './parse-event.ts'
import type { ReceivedRequest, UnreadableBody } from './request.ts'
import {
  activeSecrets,
  assertSecrets,
  normalizeSecrets,
  type Secret,
  type SecretResolver,
} from './secrets.ts'
import type { TelemetryFacts } from './telemetry.ts'

/** An event that was signed and is fresh; `problems` is what is wrong with its data. */
export type ReceivedEvent =
  | { readonly event: WebhookEvent; readonly context: RequestContext; readonly problems: undefined }
  | { readonly event: UnknownEvent; readonly context: RequestContext; readonly problems: string }

/** What telemetry is told of it. */
export function factsOf({ event, context }: ReceivedEvent): TelemetryFacts {
  return { eventType: event.event, eventId: event.event_id, ...context }
}

/** Why a request has no event to handle. */
export interface Refusal {
  readonly event: undefined
  readonly code: RejectionCode
  /** More about it, for a log and never for the caller: names of fields, times, no secret and no other value. */
  readonly detail: string | undefined
  /** Why the secrets could not be had, for a log. */
  readonly cause?: unknown
  /** The secrets that were tried. */
  readonly secrets?: readonly Secret[]
}

/**
 * Takes a request from bytes to an event, in the order that costs least: method and media type, size, signature,
 * envelope, age, data. Never rejects for what came over the wire.
 *
 * @throws {WebhookError} `body_not_bytes`.
 */
export async function verifyRequest(
  request: ReceivedRequest,
  settings: ReceiverSettings,
): Promise<ReceivedEvent | Refusal> {
  const { method, headers, body } = request
  if (settings.signal?.aborted) return refuse('shutting_down')
  if (method !== 'POST') return refuse('method_not_allowed', method)
  if (!isJson(headers)) return refuse('content_type_unsupported')
  if (isUnreadable(body)) {
    return body.unreadable === 'too_large'
      ? refuse('body_too_large')
      : refuse('body_already_parsed', body.fix)
  }
  assertBytes(body)
  if (body.byteLength > settings.maxBodyBytes) return refuse('body_too_large')

  const found =
    typeof settings.secrets === 'function'
      ? await resolveSecrets(request, settings.secrets)
      : { tenant: undefined, secrets: settings.secrets }
  if ('code' in found) return found
  const now = settings.now()
  const secrets = activeSecrets(found.secrets, now)
  if (secrets.length === 0) return { ...refuse('signature_mismatch'), secrets: found.secrets }
  const verification = await verify({ body, headers, secrets: secrets.map(({ value }) => value) })
  if (!verification.verified) return { ...refuse(verification.code), secrets: found.secrets }
  const { secretIndex, attemptedAt } = verification

  const { event, problems } = parseEnvelope(body)
  if (!event) return refuse('envelope_invalid', problems)
  const stale = checkFreshness({ eventAt: new Date(event.timestamp), attemptedAt, now }, settings)
  if (stale) return refuse(stale, attemptedAt?.toISOString() ?? event.timestamp)

  const context = readContext(headers, secrets[secretIndex]!.id, found.tenant)
  return { event, context, problems: findDataProblems(event) }
}

function refuse(code: RejectionCode, detail?: string): Refusal {
  return { event: undefined, code, detail }
}

// What is neither bytes nor this is a mistake in an adapter, which `assertBytes` tells.
function isUnreadable(body: ReceivedRequest['body']): body is UnreadableBody {
  return typeof body === 'object' && body !== null && 'unreadable' in body
}

function isJson(headers: RequestHeaders): boolean {
  return /^application\/json[\t ]*(?:;|$)/i.test(readHeader(headers, 'content-type') ?? '')
}

interface FoundSecrets {
  readonly tenant: string | undefined
  readonly secrets: readonly Secret[]
}

async function resolveSecrets(
  { headers, url }: ReceivedRequest,
  resolve: SecretResolver,
): Promise<FoundSecrets | Refusal> {
  try {
    const resolved = await resolve({ headers, url })
    if (!resolved) return refuse('secret_not_found')
    // Without one, an event of one tenant would pass for the duplicate of another's.
    if (typeof resolved.tenant !== 'string')
      throw new WebhookError('option_invalid', 'The resolver gave no tenant.')
    const normalized = normalizeSecrets(resolved.secret)
    assertSecrets(normalized)
    return { tenant: resolved.tenant, secrets: normalized }
  } catch (cause) {
    return { ...refuse('secret_unavailable'), cause }
  }
}

function readContext(headers: RequestHeaders, secretId: string, tenant: string | undefined): RequestContext {
  const attempt = readHeader(headers, headerNames.attempt) ?? ''
  return {
    deliveryId: readHeader(headers, headerNames.delivery),
    attempt: /^[1-9]\d{0,8}$/.test(attempt) ? Number(attempt) : undefined,
    secretId,
    tenant,
  }
}
