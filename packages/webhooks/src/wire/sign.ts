import { hmacSha256 } from '#crypto'
import { WebhookError } from '../errors.ts'
import { attemptPrefix, isAttemptId, isAttemptTimestamp } from './attempt.ts'
import { contentDigest } from './digest.ts'
import { encodeBase64, encodeHex } from './encoding.ts'
import { headerNames } from './headers.ts'
import { assertUsable, attemptKey, signatureKey } from './secret.ts'

/** What is signed for one attempt. */
export interface SignInput {
  /** The envelope's `event_id`; becomes `webhook-id`. Visible ASCII without a full stop, at most 256 characters. */
  readonly eventId: string
  /** The body exactly as it will be sent. */
  readonly body: Uint8Array
  /** When this attempt is made; sent in whole seconds. */
  readonly attemptedAt: Date
  /**
   * Newest first, at least one. All of them sign `webhook-signature`; the first alone signs
   * `X-ComplyWise-Signature`, which holds one value because strict verifiers exist.
   */
  readonly secrets: readonly string[]
}

/** The headers that {@link sign} makes, ready to be sent. */
export type SignatureHeaders = Readonly<
  Record<
    (typeof headerNames)[
      | 'signature'
      | 'webhookId'
      | 'webhookTimestamp'
      | 'webhookSignature'
      | 'contentDigest'],
    string
  >
>

/** Signs one attempt. */
export async function sign(input: SignInput): Promise<SignatureHeaders> {
  const { eventId, body, attemptedAt, secrets } = input
  assertUsable(secrets)
  const timestamp = String(Math.floor(attemptedAt.getTime() / 1000))
  if (!isAttemptId(eventId) || !isAttemptTimestamp(timestamp)) {
    throw new WebhookError('attempt_invalid', 'The event id or the time of the attempt cannot be signed.')
  }
  const prefix = attemptPrefix(eventId, timestamp)
  const signatures: string[] = []
  for (const secret of secrets) {
    signatures.push(`v1,${encodeBase64(await hmacSha256(attemptKey(secret), prefix, body))}`)
  }
  return {
    [headerNames.signature]: `sha256=${encodeHex(await hmacSha256(signatureKey(secrets[0] ?? ''), body))}`,
    [headerNames.webhookId]: eventId,
    [headerNames.webhookTimestamp]: timestamp,
    [headerNames.webhookSignature]: signatures.join(' '),
    [headerNames.contentDigest]: await contentDigest(body),
  }
}
