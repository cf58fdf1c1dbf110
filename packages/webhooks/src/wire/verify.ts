import { hmacSha256, timingSafeEqual } from '#crypto'
import { type SignatureErrorCode, WebhookError } from '../errors.ts'
import { attemptPrefix, readAttempt } from './attempt.ts'
import { decodeHex } from './encoding.ts'
import { headerNames, readHeader, type RequestHeaders } from './headers.ts'
import { assertUsable, attemptKey, signatureKey } from './secret.ts'

/** What is verified. */
export interface VerifyInput {
  /** The body exactly as it arrived; signatures cover bytes, not JSON. */
  readonly body: Uint8Array
  readonly headers: RequestHeaders
  /** The secrets to accept, at least one; while a secret is being rotated, the new and the old one. */
  readonly secrets: readonly string[]
}

/** What {@link verify} found. */
export type Verification =
  | {
      readonly verified: true
      /** The index in `secrets` of the first one that made `X-ComplyWise-Signature`. */
      readonly secretIndex: number
      /** When the attempt was made, if a valid `webhook-signature` vouches for it. */
      readonly attemptedAt: Date | undefined
    }
  | { readonly verified: false; readonly code: SignatureErrorCode }

/**
 * Checks that `body` was signed with one of `secrets`.
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const { body, headers, secrets } = input
  assertUsable(secrets)
  if (!ArrayBuffer.isView(body)) {
    throw new WebhookError('body_not_bytes', 'Pass the exact bytes of the body, before any JSON parser.')
  }

  const presented = readHeader(headers, headerNames.signature)
  if (presented === undefined) return { verified: false, code: 'signature_missing' }
  const signature = parseSignature(presented)
  if (!signature) return { verified: false, code: 'signature_malformed' }
  const secretIndex = await findSigner(secrets.map(signatureKey), [body], [signature])
  if (secretIndex === -1) return { verified: false, code: 'signature_mismatch' }

  const attempt = readAttempt(headers)
  if (!attempt) return { verified: true, secretIndex, attemptedAt: undefined }
  if (attempt === 'malformed') return { verified: false, code: 'attempt_signature_malformed' }
  const data = [attemptPrefix(attempt.id, attempt.timestamp), body]
  if ((await findSigner(secrets.map(attemptKey), data, attempt.signatures)) === -1) {
    return { verified: false, code: 'attempt_signature_mismatch' }
  }
  return { verified: true, secretIndex, attemptedAt: new Date(Number(attempt.timestamp) * 1000) }
}

function parseSignature(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^sha256=[\da-f]{64}$/.test(value)) return undefined
  return decodeHex(value.slice(7))
}

/** The index of the first key that made one of `signatures`, or -1. */
async function findSigner(
  keys: readonly Uint8Array[],
  data: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
): Promise<number> {
  let signer = -1
  for (const [index, key] of keys.entries()) {
    const expected = await hmacSha256(key, ...data)
    for (const signature of signatures) {
      if (timingSafeEqual(expected, signature) && signer === -1) signer = index
    }
  }
  return signer
}
