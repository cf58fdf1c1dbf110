import { WebhookError } from '../errors.ts'

/**
 * Throws unless `body` is bytes. Text and parsed JSON are refused rather than converted: the conversion back to
 * bytes is a guess, and a wrong guess looks like a wrong signature.
 *
 * @throws {WebhookError} `body_not_bytes`
 */
export function assertBytes(body: Uint8Array | undefined): void {
  // `instanceof` fails across realms, such as between a Jest environment and Node.
  if (body?.[Symbol.toStringTag] !== 'Uint8Array') {
    throw new WebhookError('body_not_bytes', '`body` must be a Uint8Array of its exact bytes')
  }
}
