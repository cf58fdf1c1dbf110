import type { RejectionCode } from '../errors.ts'
import type { WebhookEvent } from '../events/event.ts'
import { headerNames, readHeader, type RequestHeaders } from '../wire/headers.ts'
import { verify } from '../wire/verify.ts'
import { checkFreshness } from './freshness.ts'
import type { HandlerContext } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import { parseEvent } from './parse-event.ts'
import { rejectionReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'

/** What a request turned out to be. */
export type RequestVerification =
  | { readonly verified: true; readonly event: WebhookEvent; readonly context: HandlerContext }
  | {
      readonly verified: false
      readonly code: RejectionCode
      /** More about it, for a log and never for the caller: names of fields, times, no secret and no other value. */
      readonly detail: string | undefined
      /** What to answer, if the answer is yours to send. */
      readonly reply: Reply
    }

/**
 * Takes a request from bytes to a typed event, in the order that costs least: method and media type, size, signature,
 * envelope, age. Never throws on what came over the wire.
 */
export async function verifyRequest(
  request: ReceivedRequest,
  settings: ReceiverSettings,
): Promise<RequestVerification> {
  const { method, headers, body, signal } = request
  if (method !== 'POST') return reject('method_not_allowed', method)
  if (!isJson(headers)) return reject('content_type_unsupported')
  if (!ArrayBuffer.isView(body)) {
    return body.unreadable === 'too_large'
      ? reject('body_too_large')
      : reject('body_already_parsed', body.fix)
  }
  if (body.byteLength > settings.maxBodyBytes) return reject('body_too_large')

  const verification = await verify({ body, headers, secrets: settings.secrets })
  if (!verification.verified) return reject(verification.code)
  const { secretIndex, attemptedAt } = verification

  const parsed = parseEvent(body)
  if (parsed.code) return reject(parsed.code, parsed.detail)
  const { event } = parsed
  const stale = checkFreshness(
    { eventAt: new Date(event.timestamp), attemptedAt, now: settings.now() },
    settings,
  )
  if (stale) return reject(stale, attemptedAt?.toISOString() ?? event.timestamp)

  return { verified: true, event, context: readContext(headers, secretIndex, signal) }
}

function reject(code: RejectionCode, detail?: string): RequestVerification {
  return { verified: false, code, detail, reply: rejectionReply(code) }
}

function isJson(headers: RequestHeaders): boolean {
  return /^application\/json[\t ]*(?:;|$)/i.test(readHeader(headers, 'content-type') ?? '')
}

function readContext(
  headers: RequestHeaders,
  secretIndex: number,
  signal = new AbortController().signal,
): HandlerContext {
  const attempt = readHeader(headers, headerNames.attempt) ?? ''
  return {
    deliveryId: readHeader(headers, headerNames.delivery),
    attempt: /^[1-9]\d{0,8}$/.test(attempt) ? Number(attempt) : undefined,
    secretIndex,
    signal,
  }
}
