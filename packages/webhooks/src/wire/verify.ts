import { hmacSha256, timingSafeEqual } from '#crypto'
import type { SignatureErrorCode } from '../errors.ts'
import { readAttempt } from './attempt.ts'
import { assertBytes } from './body.ts'
import { decodeHex } from './encoding.ts'
import { readHeader, type RequestHeaders } from './headers.ts'
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
 * Signatures are compared in constant time, and only after the HMACs of all secrets are computed: the time taken tells
 * how many secrets there are and how long the body is, not how close a forgery came or which secret was rotated out.
 *
 * @returns which secret signed, or the first of the codes that applies; never rejects for what came over the wire.
 * @throws {WebhookError} `body_not_bytes`, or a `SecretErrorCode` for a secret that is unusable.
 * @example
 * const result = await verify({ body, headers: request.headers, secrets: [secret] })
 * if (!result.verified) return new Response(result.code, { status: 401 })
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const { body, headers, secrets } = input
  const keys = keysOf(secrets)
  assertBytes(body)

  const presented = readHeader(headers, 'x-complywise-signature')
  if (presented === undefined) return { verified: false, code: 'signature_missing' }
  const signature = parseSignature(presented)
  if (!signature) return { verified: false, code: 'signature_malformed' }
  const signatureKeys = keys.map((key) => key.signature)
  const computed = hmacSha256(signatureKeys, body)
  // Awaiting what is already there would take a twentieth of the whole verification.
  const secretIndex = findSigner(computed instanceof Promise ? await computed : computed, [signature])
  if (secretIndex === -1) return { verified: false, code: 'signature_mismatch' }

  const attempt = readAttempt(headers)
  if (!attempt) return { verified: true, secretIndex, attemptedAt: undefined }
  if (attempt === 'malformed') return { verified: false, code: 'attempt_signature_malformed' }
  const attemptKeys = keys.map((key) => key.attempt)
  if (findSigner(await hmacSha256(attemptKeys, body, attempt.prefix), attempt.signatures) === -1) {
    return { verified: false, code: 'attempt_signature_mismatch' }
  }
  return { verified: true, secretIndex, attemptedAt: new Date(attempt.timestamp * 1000) }
}

function parseSignature(value: string): Uint8Array | undefined {
  return value.length === 71 && value.startsWith('sha256=') ? decodeHex(value.slice(7)) : undefined
}

/** The index of the first of `expected` that is among `presented`, or -1. */
function findSigner(expected: readonly Uint8Array[], presented: readonly Uint8Array[]): number {
  return expected.findIndex((mac) => presented.some((signature) => timingSafeEqual(mac, signature)))
}
