import { hmacSha256 } from '#crypto'
import { WebhookError } from '../errors.ts'
import { encodePrefix } from './attempt.ts'
import { assertBytes } from './body.ts'
import { contentDigest } from './digest.ts'
import { encodeBase64, encodeHex } from './encoding.ts'
import { headerNames } from './headers.ts'
import { keysOf } from './keys.ts'

/** One attempt, to be signed. */
export interface SignInput {
  /** The envelope's `event_id`, sent as `webhook-id`: at most 256 ASCII letters, digits, `-` and `_`. */
  readonly eventId: string
  /** The body exactly as it will be sent. */
  readonly body: Uint8Array
  /** When the attempt is made, sent as whole Unix seconds. */
  readonly attemptedAt: Date
  /**
   * The secrets in use, newest first, at least one. All sign `webhook-signature`; the newest alone signs
   * `X-ComplyWise-Signature`, which has one value because strict verifiers accept no more.
   */
  readonly secrets: readonly string[]
}

/** The headers that {@link sign} makes: exactly these, to be sent as they are. */
export type SignatureHeaders = Readonly<Record<SignatureHeaderName, string>>

type SignatureHeaderName = (typeof headerNames)[
  | 'signature'
  | 'webhookId'
  | 'webhookTimestamp'
  | 'webhookSignature'
  | 'contentDigest']

/**
 * Signs one attempt. What it makes, {@link verify} accepts with any of the secrets for `webhook-signature` and with
 * the newest for `X-ComplyWise-Signature`.
 *
 * @throws {WebhookError} `attempt_invalid` for an event id or a time that cannot be sent, `body_not_bytes`, or a
 * `SecretErrorCode` for a secret that is unusable.
 * @example
 * const signatures = await sign({ eventId, body, attemptedAt: new Date(), secrets: [subscription.secret] })
 * await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...signatures } })
 */
export async function sign(input: SignInput): Promise<SignatureHeaders> {
  const { eventId, body, attemptedAt, secrets } = input
  const keys = keysOf(secrets)
  assertBytes(body)
  const timestamp = String(Math.floor(attemptedAt.getTime() / 1000))
  const prefix = encodePrefix(eventId, timestamp)
  if (!prefix) {
    const message =
      '`eventId` must be up to 256 ASCII letters, digits, - and _, and `attemptedAt` a time since 1970'
    throw new WebhookError('attempt_invalid', message)
  }

  const signatureKeys = keys.slice(0, 1).map((key) => key.signature)
  const [signature] = await hmacSha256(signatureKeys, body)
  const attemptKeys = keys.map((key) => key.attempt)
  const attemptSignatures = await hmacSha256(attemptKeys, body, prefix)
  return {
    [headerNames.signature]: `sha256=${encodeHex(signature!)}`,
    [headerNames.webhookId]: eventId,
    [headerNames.webhookTimestamp]: timestamp,
    [headerNames.webhookSignature]: attemptSignatures.map((mac) => `v1,${encodeBase64(mac)}`).join(' '),
    [headerNames.contentDigest]: await contentDigest(body),
  }
}
