// The twin of `crypto.node.ts`: same names, same results. The `imports` of package.json choose one as `#crypto`.

/** A key in the form this build computes with. */
export interface HmacKey {
  readonly bytes: Uint8Array
  // Kept from the first use, and not as a promise: on Cloudflare Workers, awaiting one that another request made hangs.
  imported: ImportedKey | undefined
}

type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const hmac = { name: 'HMAC', hash: 'SHA-256' }

/** Makes a key of bytes; the bytes must not change afterwards. */
export function hmacKey(bytes: Uint8Array): HmacKey {
  return { bytes, imported: undefined }
}

/** HMAC-SHA256 (RFC 2104) over `prefix` followed by `body`, once with each key. */
export async function hmacSha256(
  keys: readonly HmacKey[],
  body: Uint8Array,
  prefix: Uint8Array = new Uint8Array(),
): Promise<readonly Uint8Array[]> {
  const data = new Uint8Array(prefix.length + body.length)
  data.set(prefix)
  data.set(body, prefix.length)
  return Promise.all(
    keys.map(async (key) => {
      key.imported ??= await crypto.subtle.importKey('raw', key.bytes, hmac, false, ['sign'])
      return new Uint8Array(await crypto.subtle.sign(hmac, key.imported, data))
    }),
  )
}

/** SHA-256 (FIPS 180-4) of `data`. */
export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data))
}

/** Compares two arrays of the same length in a time that does not depend on their contents. */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!
  return difference === 0
}
