import { type HmacKey, hmacKey } from '#crypto'
import { WebhookError } from '../errors.ts'
import { readKey } from './secret.ts'

/** The keys of one secret. */
export interface SecretKeys {
  /** For `X-ComplyWise-Signature`. */
  readonly signature: HmacKey
  /** For `webhook-signature`. */
  readonly attempt: HmacKey
}

/** More than a receiver has secrets. A sender has, and computes the keys of most attempts anew. */
const cacheLimit = 256
const cache = new Map<string, SecretKeys>()

/**
 * The keys of every secret, in order. They are kept, because checking and importing a secret takes twice as long as the
 * HMAC of a small body.
 *
 * @throws {WebhookError} with a `SecretErrorCode` when there is no secret or one is unusable.
 */
export function keysOf(secrets: readonly string[]): readonly SecretKeys[] {
  if (secrets.length === 0) throw new WebhookError('secret_empty', 'no secrets')
  return secrets.map((secret, index) => cache.get(secret) ?? importKeys(secret, index))
}

function importKeys(secret: string, index: number): SecretKeys {
  const bytes = readKey(secret)
  // The sentences are left to `inspectSecret`: they would be a tenth of a bundle of `verify`.
  if (typeof bytes === 'string') throw new WebhookError(bytes, `secrets[${index}]: ${bytes}`)
  const keys = { signature: hmacKey(bytes.signature), attempt: hmacKey(bytes.attempt) }
  if (cache.size === cacheLimit) cache.clear()
  cache.set(secret, keys)
  return keys
}
