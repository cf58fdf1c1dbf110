// The twin of `crypto.web.ts`: same names, same results. The `imports` of package.json choose one as `#crypto`.
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { decodeLatin1 } from './encoding.ts'

/** A key in the form this build computes with. */
export type HmacKey = KeyObject

/** Makes a key of bytes; the bytes must not change afterwards. */
export function hmacKey(bytes: Uint8Array): HmacKey {
  // Node takes five times as long over a key of bytes as over this.
  return createSecretKey(bytes)
}

/** HMAC-SHA256 (RFC 2104) over `prefix` followed by `body`, once with each key. */
export function hmacSha256(
  keys: readonly HmacKey[],
  body: Uint8Array,
  prefix?: Uint8Array,
): readonly Uint8Array[] | Promise<readonly Uint8Array[]> {
  return keys.map((key) => {
    const hmac = createHmac('sha256', key)
    if (prefix) hmac.update(prefix)
    // A Buffer would bring its own backing store, which costs a fifth of the whole computation.
    return decodeLatin1(hmac.update(body).digest('binary'))
  })
}

/** SHA-256 (FIPS 180-4) of `data`. */
export function sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
  return createHash('sha256').update(data).digest()
}

/** Compares two arrays of the same length in a time that does not depend on their contents. */
export { timingSafeEqual }
