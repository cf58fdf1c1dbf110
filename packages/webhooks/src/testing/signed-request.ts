import type { EventType, WebhookEvent } from '../events/event.ts'
import { headerNames } from '../wire/headers.ts'
import { generateSecret } from '../wire/secret.ts'
import { sign } from '../wire/sign.ts'
import { eventFixture } from './event-fixture.ts'

/** How a request is signed and sent. */
export interface SignedRequestOptions {
  /** The subscription's secret; several, newest first, as while it is being rotated. */
  readonly secret: string | readonly string[]
  /** The path and query of the endpoint. Default: `/webhooks`. */
  readonly url?: string
  /** When the attempt is made; an event that is given as its type happened then. Default: now. */
  readonly attemptedAt?: Date
  /** The attempt's number. Default: 1. */
  readonly attempt?: number
  /** Default: a new UUID. */
  readonly deliveryId?: string
  /** Leaves out the Standard Webhooks headers, so that the attempt's time is not signed. */
  readonly withoutAttemptSignature?: boolean
  /**
   * Spoils the request after it was signed. `body`: a line break is appended, which only a verifier of bytes can notice.
   * `signature`: another secret made the signatures.
   */
  readonly tamper?: 'body' | 'signature'
}

/** A request as ComplyWise would send it. Its fields have the names that test clients and frameworks expect. */
export interface SignedRequest {
  readonly method: 'POST'
  /** The path and query. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  /** The body as text, for clients that take no bytes: Fastify's `inject`, supertest's `send`. */
  readonly payload: string
  /**
   * A new WHATWG `Request`, for a handler that takes one.
   *
   * @param origin Default: `http://localhost`.
   */
  toRequest(origin?: string): Request
}

/**
 * Signs an event and makes the request that delivers it, with all headers of the wire contract.
 *
 * @param event the event, or a type in the catalog, of which {@link eventFixture} makes one.
 * @throws {WebhookError} with a `SecretErrorCode`, `attempt_invalid`, or `event_type_unknown`.
 * @example
 * const request = await signedRequest('scan.completed', { secret })
 *
 * await receiver.receive(request)
 * await fetch(origin + request.url, request)
 * await POST(request.toRequest()) // Next.js, SvelteKit, Workers, …
 * await hono.request(request.url, request)
 * await fastify.inject(request)
 * await supertest(express).post(request.url).set(request.headers).send(request.payload)
 */
export async function signedRequest(
  event: EventType | WebhookEvent,
  options: SignedRequestOptions,
): Promise<SignedRequest> {
  const { attemptedAt = new Date(), url = '/webhooks', tamper } = options
  const sent =
    typeof event === 'string' ? eventFixture(event, { timestamp: attemptedAt.toISOString() }) : event
  const signed = JSON.stringify(sent)
  const signatures = await sign({
    eventId: sent.event_id,
    body: new TextEncoder().encode(signed),
    attemptedAt,
    secrets: tamper === 'signature' ? [generateSecret()] : [options.secret].flat(),
  })
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'ComplyWise-Webhooks/testing',
    [headerNames.event]: sent.event,
    [headerNames.delivery]: options.deliveryId ?? crypto.randomUUID(),
    [headerNames.attempt]: String(options.attempt ?? 1),
    ...signatures,
  }
  if (options.withoutAttemptSignature) for (const name of attemptHeaders) delete headers[name]

  const payload = tamper === 'body' ? `${signed}\n` : signed
  const body = new TextEncoder().encode(payload)
  return {
    method: 'POST',
    url,
    headers,
    body,
    payload,
    toRequest: (origin = 'http://localhost') =>
      new Request(new URL(url, origin), { method: 'POST', headers, body }),
  }
}

const attemptHeaders = [headerNames.webhookId, headerNames.webhookTimestamp, headerNames.webhookSignature]
