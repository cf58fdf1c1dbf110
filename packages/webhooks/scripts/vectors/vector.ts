import type { Header } from './signatures.ts'

/** One request, and what verifying it gives. */
export interface VerifyVector {
  readonly name: string
  /** The body's bytes in base64. */
  readonly body: string
  readonly headers: readonly Header[]
  readonly secrets: readonly string[]
  readonly expected: Verified | Refused
}

interface Verified {
  readonly verified: true
  readonly secretIndex: number
  /** Unix seconds, or null where no `webhook-signature` vouches for the attempt's time. */
  readonly attemptedAtSeconds: number | null
}

interface Refused {
  readonly verified: false
  readonly code: string
}

/** A vector that verifies. */
export function accepted(
  name: string,
  body: Buffer,
  secrets: readonly string[],
  headers: readonly Header[],
  { secretIndex = 0, attemptedAtSeconds }: { secretIndex?: number; attemptedAtSeconds?: number } = {},
): VerifyVector {
  const expected = { verified: true, secretIndex, attemptedAtSeconds: attemptedAtSeconds ?? null } as const
  return { name: `accepts ${name}`, body: body.toString('base64'), headers, secrets, expected }
}

/** A vector that is refused with `code`. */
export function refused(
  code: string,
  name: string,
  body: Buffer,
  secrets: readonly string[],
  headers: readonly Header[],
): VerifyVector {
  const expected = { verified: false, code } as const
  return { name: `refuses ${name}`, body: body.toString('base64'), headers, secrets, expected }
}
