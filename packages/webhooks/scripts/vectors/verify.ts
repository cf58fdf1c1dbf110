import type { VerifyVector } from './vector.ts'
import { acceptedVectors } from './verify-accepted.ts'
import { attemptVectors } from './verify-attempt.ts'
import { malformedVectors } from './verify-malformed.ts'
import { mismatchedVectors } from './verify-mismatched.ts'
import { trioVectors } from './verify-trio.ts'

/** Requests, and what verifying them gives. */
export function verifyVectors(): readonly VerifyVector[] {
  return [
    ...acceptedVectors(),
    ...malformedVectors(),
    ...mismatchedVectors(),
    ...attemptVectors(),
    ...trioVectors(),
  ]
}
