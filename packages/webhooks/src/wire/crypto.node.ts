// The twin of `crypto.web.ts`; package.json's `#crypto` chooses between them.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 (RFC 2104) over the concatenation of `data`. */
export function hmacSha256(
  key: Uint8Array,
  ...data: readonly Uint8Array[]
): Uint8Array | Promise<Uint8Array> {
  const hmac = createHmac('sha256', key)
  for (const part of data) hmac.update(part)
  return hmac.digest()
}

/** SHA-256 (FIPS 180-4) of `data`. */
export function sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
  return createHash('sha256').update(data).digest()
}

/** Compares two arrays of the same length in a time that does not depend on their contents. */
export { timingSafeEqual }
