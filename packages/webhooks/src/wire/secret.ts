import { type SecretErrorCode, WebhookError } from '../errors.ts'
import { decodeBase64, encodeBase64 } from './encoding.ts'

/** What {@link inspectSecret} found. `detail` is for a log or a form and never quotes the secret. */
export type SecretInspection =
  | { readonly usable: true; readonly weakness: undefined }
  | { readonly usable: true; readonly weakness: SecretWeakness; readonly detail: string }
  | { readonly usable: false; readonly code: SecretErrorCode; readonly detail: string }

/** Why a usable secret deserves a warning: whoever captures one request can guess it offline. */
export type SecretWeakness = 'secret_short' | 'secret_repetitive'

const prefix = 'whsec_'
/** Standard Webhooks asks for keys of 24 to 64 bytes. */
const minimumStrongBytes = 24
const minimumDistinctBytes = 8

const problems: Readonly<Record<SecretErrorCode, string>> = {
  secret_empty: 'The secret is empty; is the environment variable set?',
  secret_whitespace: 'The secret starts or ends with whitespace, often the line break at the end of a file.',
  secret_quoted: 'The secret is wrapped in quotes, which would be part of the key.',
  secret_not_unicode: 'The secret holds half a surrogate pair, which has no UTF-8 bytes.',
  secret_not_base64: 'What follows "whsec_" is not canonical base64, so there is no one key it stands for.',
}

/**
 * Makes a secret: `whsec_` and the base64 of 32 random bytes.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function generateSecret(): string {
  return prefix + encodeBase64(crypto.getRandomValues(new Uint8Array(32)))
}

/**
 * Tells whether a secret can be used, and if so whether it is weak. Both ends of the wire ask this, so what a
 * sender accepts for a subscription also works in its receiver.
 *
 * Any text is usable, except when it is empty, starts or ends with whitespace, is wrapped in quotes, holds half a
 * surrogate pair, or is `whsec_` followed by anything but the canonical base64 of at least one byte: of that,
 * different libraries would make different keys.
 *
 * @example
 * inspectSecret('your-secret') // { usable: true, weakness: 'secret_short', detail: 'The key has 11 bytes; …' }
 * inspectSecret('"hunter2"') // { usable: false, code: 'secret_quoted', detail: '…' }
 */
export function inspectSecret(secret: string): SecretInspection {
  const key = readKey(secret)
  if (typeof key === 'string') return { usable: false, code: key, detail: problems[key] }
  const { attempt } = key
  if (attempt.length < minimumStrongBytes) {
    const detail = `The key has ${attempt.length} bytes; at least ${minimumStrongBytes} are needed to resist guessing.`
    return { usable: true, weakness: 'secret_short', detail }
  }
  if (new Set(attempt).size < minimumDistinctBytes) {
    const detail = `The key has fewer than ${minimumDistinctBytes} different bytes, which is easy to guess.`
    return { usable: true, weakness: 'secret_repetitive', detail }
  }
  return { usable: true, weakness: undefined }
}

/**
 * Throws unless there is a secret and every one is usable.
 *
 * @throws {WebhookError} with a {@link SecretErrorCode}; the message gives the index, never the secret.
 */
export function assertUsable(secrets: readonly string[]): void {
  if (secrets.length === 0) throw new WebhookError('secret_empty', 'No secret is given: `secrets` is empty.')
  for (const [index, secret] of secrets.entries()) {
    const key = readKey(secret)
    if (typeof key === 'string') throw new WebhookError(key, `secrets[${index}]: ${problems[key]}`)
  }
}

/** The bytes that a secret stands for. */
export interface KeyBytes {
  /** Of `X-ComplyWise-Signature`: the UTF-8 bytes of the whole secret, `whsec_` included. */
  readonly signature: Uint8Array
  /** Of `webhook-signature`: what follows `whsec_`, decoded from base64; the same as `signature` without `whsec_`. */
  readonly attempt: Uint8Array
}

/** The keys that a secret stands for, or why it stands for none. */
export function readKey(secret: string): KeyBytes | SecretErrorCode {
  if (!secret || secret === prefix) return 'secret_empty'
  if (secret.trim() !== secret) return 'secret_whitespace'
  if (/^(["'`]).*\1$/s.test(secret)) return 'secret_quoted'
  if (/\p{Surrogate}/u.test(secret)) return 'secret_not_unicode'
  const signature = new TextEncoder().encode(secret)
  if (!secret.startsWith(prefix)) return { signature, attempt: signature }
  const attempt = decodeBase64(secret.slice(prefix.length))
  return attempt ? { signature, attempt } : 'secret_not_base64'
}
