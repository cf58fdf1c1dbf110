import { hmacSha256, timingSafeEqual } from '#crypto'
import type { SignatureErrorCode } from '../errors.ts'
import { readAttempt, signedPrefix } from './attempt.ts'
import { assertBytes } from './body.ts'
import { decodeHex } from './encoding.ts'
import { headerNames, readHeader, type RequestHeaders } from './headers.ts'
import { keysOf } from './keys.ts'

/** What is to be verified. */
export interface VerifyInput {
  /** The body exactly as it arrived; signatures cover bytes, not JSON. */
  readonly body: Uint8Array
  readonly headers: RequestHeaders
  /** The secrets to accept, at least one; two while a secret is being rotated. */
  readonly secrets: readonly string[]
}

/** What {@link verify} found. */
export type Verification =
  | {
      readonly verified: true
      /** The index in `secrets` of the secret that made `X-ComplyWise-Signature`. */
      readonly secretIndex: number
      /**
       * When the attempt was made, if the request has a valid `webhook-signature`, which alone vouches for it.
       * Nothing is said about its age; compare it with the clock.
       */
      readonly attemptedAt: Date | undefined
    }
  | {
      readonly verified: false
      /**
       * - `signature_missing`: there is no `X-ComplyWise-Signature`.
       * - `signature_malformed`: it is not exactly `sha256=` and 64 lowercase hexadecimal digits, or was sent twice.
       * - `signature_mismatch`: no secret made it for this body.
       * - `attempt_signature_malformed`: of `webhook-id`, `webhook-timestamp` and `webhook-signature`, one is there
       *   and another is missing, or one is not strictly formed, or was sent twice.
       * - `attempt_signature_mismatch`: no secret made any `v1` signature in `webhook-signature`.
       */
      readonly code: SignatureErrorCode
    }

/**
 * Checks that `body` was signed with one of `secrets`.
 *
 * `X-ComplyWise-Signature` is required. The Standard Webhooks trio is optional, but where any of it is present it must
 * be valid too; the two may be made with different secrets. A pure function: whether an attempt is too old is for the
 * caller to decide.
 *
 * Signatures are compared in constant time and every secret is tried, also after one has matched, so the time taken
 * tells nothing but the number of secrets and the length of the body.
 *
 * @returns which secret signed, or the first of the codes that applies; never rejects for what came over the wire.
 * @throws {WebhookError} `body_not_bytes`, or a `SecretErrorCode` for a secret that is unusable.
 * @example
 * const result = await verify({ body, headers: request.headers, secrets: [secret] })
 * if (!result.verified) return new Response(result.code, { status: 401 })
 * @see docs/wire-format.md#signatures
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const { body, headers, secrets } = input
  const keys = keysOf(secrets)
  assertBytes(body)

  const presented = readHeader(headers, headerNames.signature)
  if (presented === undefined) return { verified: false, code: 'signature_missing' }
  const signature = parseSignature(presented)
  if (!signature) return { verified: false, code: 'signature_malformed' }
  const signatureKeys = keys.map((key) => key.signature)
  const computed = hmacSha256(signatureKeys, body)
  // Awaiting what is already there costs a twentieth of the whole verification.
  const secretIndex = findSigner(computed instanceof Promise ? await computed : computed, [signature])
  if (secretIndex === -1) return { verified: false, code: 'signature_mismatch' }

  const attempt = readAttempt(headers)
  if (!attempt) return { verified: true, secretIndex, attemptedAt: undefined }
  if (attempt === 'malformed') return { verified: false, code: 'attempt_signature_malformed' }
  const { id, timestamp, signatures } = attempt
  const attemptKeys = keys.map((key) => key.attempt)
  const prefix = signedPrefix(id, timestamp)
  if (findSigner(await hmacSha256(attemptKeys, prefix, body), signatures) === -1) {
    return { verified: false, code: 'attempt_signature_mismatch' }
  }
  return { verified: true, secretIndex, attemptedAt: new Date(Number(timestamp) * 1000) }
}

function parseSignature(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length !== 71 || !value.startsWith('sha256=')) return undefined
  return decodeHex(value.slice(7))
}

/** The index of the first of `expected` that one of `presented` equals, or -1. Compares every pair. */
function findSigner(expected: readonly Uint8Array[], presented: readonly Uint8Array[]): number {
  let signer = -1
  for (const [index, mac] of expected.entries()) {
    for (const signature of presented) {
      if (timingSafeEqual(mac, signature) && signer === -1) signer = index
    }
  }
  return signer
}
