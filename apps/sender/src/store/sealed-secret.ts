import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** The keys, each 32 bytes, under which secrets are at rest. */
export interface EncryptionKeys {
  /** Seals, and opens what it sealed. */
  readonly current: Uint8Array
  /** Open what was sealed before the current one took over; see `sender reencrypt`. */
  readonly previous: readonly Uint8Array[]
}

const FORMAT = 2
const KEY_ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16

const NONCE_AT = 1 + KEY_ID_BYTES
const TAG_AT = NONCE_AT + NONCE_BYTES
const CIPHERTEXT_AT = TAG_AT + TAG_BYTES

/**
 * Encrypts a secret for storage with the current key: AES-256-GCM (NIST SP 800-38D), bound to what it belongs to, so
 * that a row copied elsewhere does not open.
 *
 * @param owner what the secret belongs to: the subscription's id, for secrets and headers of one.
 * @returns format (1 byte), id of the key (4), nonce (12), tag (16), ciphertext.
 */
export function sealSecret(secret: string, owner: string, { current }: EncryptionKeys): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', current, nonce).setAAD(Buffer.from(owner))
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(FORMAT), keyId(current), nonce, cipher.getAuthTag(), ciphertext])
}

/**
 * The secret that {@link sealSecret} stored.
 *
 * @throws {Error} when none of the keys is the one, the row belongs to another owner, or the bytes were changed.
 */
export function openSecret(sealed: Uint8Array, owner: string, keys: EncryptionKeys): string {
  if (sealed[0] !== FORMAT)
    throw new Error(`What is sealed for ${owner} has format ${sealed[0]}, not ${FORMAT}`)
  const key = [keys.current, ...keys.previous].find((candidate) => isSealedWith(sealed, candidate))
  if (key === undefined) {
    throw new Error(
      `What is sealed for ${owner} does not open: its key is neither SENDER_ENCRYPTION_KEY nor one of SENDER_PREVIOUS_ENCRYPTION_KEYS`,
    )
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(NONCE_AT, TAG_AT), {
    authTagLength: TAG_BYTES,
  })
  try {
    decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(TAG_AT, CIPHERTEXT_AT))
    const ciphertext = sealed.subarray(CIPHERTEXT_AT)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error(
      `What is sealed for ${owner} does not open: it was changed, or belongs to another owner`,
      { cause },
    )
  }
}

/** Whether `key` sealed it, by the id of the key alone. */
export function isSealedWith(sealed: Uint8Array, key: Uint8Array): boolean {
  return keyId(key).equals(sealed.subarray(1, NONCE_AT))
}

/** How sealed bytes begin that `key` made. */
export function sealPrefix(key: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(FORMAT), keyId(key)])
}

// Tells keys apart and nothing about them. What has been asked for once is remembered as long as the key lives.
function keyId(key: Uint8Array): Buffer {
  const known = keyIds.get(key)
  if (known !== undefined) return known
  const id = createHmac('sha256', key).update('complywise-webhooks key id').digest().subarray(0, KEY_ID_BYTES)
  keyIds.set(key, id)
  return id
}

const keyIds = new WeakMap<Uint8Array, Buffer>()

/** {@link openSecret} with one set of keys. */
export type SecretOpener = (sealed: Uint8Array, owner: string) => string

const MAX_REMEMBERED = 1000

/**
 * Opens secrets and remembers up to 1,000: a claim needs those of each of its lanes, and opening one takes longer than
 * to make a signature with it.
 */
export function createSecretOpener(keys: EncryptionKeys): SecretOpener {
  const opened = new Map<string, string>()
  return (sealed, owner) => {
    const name = `${owner} ${Buffer.from(sealed).toString('latin1')}`
    const known = opened.get(name)
    if (known !== undefined) return known
    const secret = openSecret(sealed, owner, keys)
    if (opened.size === MAX_REMEMBERED) opened.clear()
    opened.set(name, secret)
    return secret
  }
}
