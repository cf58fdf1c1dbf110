import { type SecretErrorCode, WebhookError } from '../errors.ts'
import { decodeBase64, encodeBase64, isBase64 } from './encoding.ts'

/**
 * What {@link inspectSecret} found. `detail` is one English sentence for a log or a form; it never contains any
 * part of the secret.
 */
export type SecretInspection =
  | { readonly usable: true; readonly weakness: undefined }
  | { readonly usable: true; readonly weakness: SecretWeakness; readonly detail: string }
  | { readonly usable: false; readonly code: SecretErrorCode; readonly detail: string }

/** Why a usable secret deserves a warning: it can be guessed from one captured request, offline. */
export type SecretWeakness = 'secret_short' | 'secret_repetitive'

const prefix = 'whsec_'

/** Standard Webhooks asks for keys of 24 to 64 bytes. */
const shortestKeyBytes = 24
const fewestDifferentBytes = 8

const problems: Readonly<Record<SecretErrorCode, string>> = {
  secret_empty: 'The secret is empty; is the environment variable set?',
  secret_whitespace: 'The secret starts or ends with whitespace, often a line break read from a file.',
  secret_quoted: 'The secret is wrapped in quotes, which are part of the key; remove them.',
  secret_not_unicode: 'The secret contains half of a surrogate pair, which has no UTF-8 bytes.',
  secret_not_base64: 'What follows `whsec_` is not standard base64 with padding, so it has no key.',
}

/**
 * Makes a new secret: `whsec_` and the base64 of 32 bytes from the runtime's cryptographic random source.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function generateSecret(): string {
  return prefix + encodeBase64(crypto.getRandomValues(new Uint8Array(32)))
}

/**
 * Tells whether a secret can be used, and whether it is weak. Both ends refuse the same secrets, so a secret
 * accepted when a subscription is created also works in a receiver.
 *
 * Usable is any text other than: an empty one, one that starts or ends with whitespace, one wrapped in quotes,
 * one with half a surrogate pair, and `whsec_` followed by anything but canonical base64 of at least one byte
 * (two libraries would make two keys of it, or none).
 *
 * @example
 * inspectSecret('your-secret') // { usable: true, weakness: 'secret_short', detail: 'The key has 11 bytes; …' }
 */
export function inspectSecret(secret: string): SecretInspection {
  const code = findProblem(secret)
  if (code) return { usable: false, code, detail: problems[code] }
  const key = attemptKey(secret)
  if (key.length < shortestKeyBytes) {
    const detail = `The key has ${key.length} bytes; use at least ${shortestKeyBytes}, or a generated secret.`
    return { usable: true, weakness: 'secret_short', detail }
  }
  if (new Set(key).size < fewestDifferentBytes) {
    const detail = `The key has fewer than ${fewestDifferentBytes} different bytes; use a generated secret.`
    return { usable: true, weakness: 'secret_repetitive', detail }
  }
  return { usable: true, weakness: undefined }
}

/**
 * Throws unless there is at least one secret and all of them are usable.
 *
 * @throws {WebhookError} with a {@link SecretErrorCode}, naming the secret by its index.
 */
export function assertUsable(secrets: readonly string[]): void {
  if (secrets.length === 0) throw new WebhookError('secret_empty', '`secrets` is empty; one is needed.')
  for (const [index, secret] of secrets.entries()) {
    const code = findProblem(secret)
    if (code) throw new WebhookError(code, `secrets[${index}]: ${problems[code]}`)
  }
}

/** The key of `X-ComplyWise-Signature`: the UTF-8 bytes of the whole secret, also when it starts with `whsec_`. */
export function signatureKey(secret: string): Uint8Array {
  return new TextEncoder().encode(secret)
}

/** The key of `webhook-signature`: what follows `whsec_` decoded from base64, or else the secret's UTF-8 bytes. */
export function attemptKey(secret: string): Uint8Array {
  return secret.startsWith(prefix) ? decodeBase64(secret.slice(prefix.length)) : signatureKey(secret)
}

function findProblem(secret: string): SecretErrorCode | undefined {
  if (!secret || secret === prefix) return 'secret_empty'
  if (secret.trim() !== secret) return 'secret_whitespace'
  if (/^(["'`]).*\1$/s.test(secret)) return 'secret_quoted'
  if (/\p{Surrogate}/u.test(secret)) return 'secret_not_unicode'
  if (secret.startsWith(prefix) && !isBase64(secret.slice(prefix.length))) return 'secret_not_base64'
  return undefined
}
