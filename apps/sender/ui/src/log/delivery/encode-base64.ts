const CHUNK = 0x2000

/** Base64 (RFC 4648 §4, padded). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  // As arguments, all at once would be too many.
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCodePoint(...bytes.subarray(start, start + CHUNK))
  }
  return btoa(binary)
}
