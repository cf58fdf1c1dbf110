import { type HmacKey, hmacKey } from '#crypto'
import { assertUsable, readUsableKey } from './secret.ts'

/** The keys of one secret. */
export interface SecretKeys {
  /** For `X-ComplyWise-Signature`. */
  readonly signature: HmacKey
  /** For `webhook-signature`. */
  readonly attempt: HmacKey
}

/** More subscriptions than one process usually receives for; a secret beyond them costs its import again. */
const cacheLimit = 256
const cache = new Map<string, SecretKeys>()

/**
 * The keys of every secret, in order. The latest are kept: checking and importing a secret takes about as long as the
 * HMAC of a small body.
 *
 * @throws {WebhookError} with a `SecretErrorCode` when there is no secret or one is unusable.
 */
export function keysOf(secrets: readonly string[]): readonly SecretKeys[] {
  if (secrets.length === 0) assertUsable(secrets)
  return secrets.map((secret, index) => cache.get(secret) ?? importKeys(secret, index))
}

function importKeys(secret: string, index: number): SecretKeys {
  const bytes = readUsableKey(secret, index)
  const keys = { signature: hmacKey(bytes.signature), attempt: hmacKey(bytes.attempt) }
  const [oldest] = cache.size < cacheLimit ? [] : cache.keys()
  if (oldest !== undefined) cache.delete(oldest)
  cache.set(secret, keys)
  return keys
}
