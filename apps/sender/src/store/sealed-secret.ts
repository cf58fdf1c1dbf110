import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a signing secret for storage: AES-256-GCM (NIST SP 800-38D), bound to the subscription's id, so that a
 * row copied to another subscription does not open.
 *
 * @param key 32 bytes.
 * @returns version (1 byte), nonce (12), tag (16), ciphertext.
 */
export function sealSecret(secret: string, subscriptionId: string, key: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(subscriptionId))
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext])
}

/**
 * The secret that {@link sealSecret} stored.
 *
 * @throws {Error} when the key is another one, the row belongs to another subscription, or the bytes were changed.
 */
export function openSecret(sealed: Uint8Array, subscriptionId: string, key: Uint8Array): string {
  if (sealed[0] !== VERSION) throw new Error(`A sealed secret has format ${sealed[0]}, not ${VERSION}`)
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const ciphertext = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(subscriptionId)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error(
      `The secret of subscription ${subscriptionId} does not open with SENDER_ENCRYPTION_KEY: is it the key it was stored with?`,
      { cause },
    )
  }
}

/** {@link openSecret} with one key. */
export type SecretOpener = (sealed: Uint8Array, subscriptionId: string) => string

const MAX_REMEMBERED = 1000

/**
 * Opens secrets and remembers up to 1,000: a claim needs those of each of its lanes, and opening one takes longer than
 * to make a signature with it.
 */
export function createSecretOpener(key: Uint8Array): SecretOpener {
  const opened = new Map<string, string>()
  return (sealed, subscriptionId) => {
    const name = `${subscriptionId} ${Buffer.from(sealed).toString('latin1')}`
    const known = opened.get(name)
    if (known !== undefined) return known
    const secret = openSecret(sealed, subscriptionId, key)
    if (opened.size === MAX_REMEMBERED) opened.clear()
    opened.set(name, secret)
    return secret
  }
}
