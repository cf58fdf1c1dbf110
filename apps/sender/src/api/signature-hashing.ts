import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Hashing } from '../domain/check-signature-evidence.ts'

/** Node's cryptography, as the check of signatures needs it. */
export const signatureHashing: Hashing = {
  hash: (algorithm, ...data) => digest(createHash(algorithm), data),
  hmac: (algorithm, key, ...data) => digest(createHmac(algorithm, key), data),
  equal: timingSafeEqual,
  pause: () => setImmediate(),
}

function digest(hash: Hash | Hmac, data: readonly Uint8Array[]): Uint8Array {
  for (const part of data) hash.update(part)
  return hash.digest()
}
