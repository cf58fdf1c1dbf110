// The twin of `crypto.node.ts`; package.json's `#crypto` chooses between them.

const hmac = { name: 'HMAC', hash: 'SHA-256' }

/** HMAC-SHA256 (RFC 2104) over the concatenation of `data`. */
export async function hmacSha256(key: Uint8Array, ...data: readonly Uint8Array[]): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, hmac, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign(hmac, imported, concatenate(data)))
}

/** SHA-256 (FIPS 180-4) of `data`. */
export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data))
}

/** Compares two arrays of the same length in a time that does not depend on their contents. */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
