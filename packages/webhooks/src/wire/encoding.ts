// Written once for both crypto builds: decoders that differ between runtimes are how two builds come to disagree.

/** Encodes bytes as standard base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Decodes {@link isBase64 canonical base64}; anything else must not be passed. */
export function decodeBase64(text: string): Uint8Array {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/**
 * Whether `text` is canonical base64: the standard alphabet, padded, and with zeros in the unused bits, so that
 * every decoder agrees on the bytes and the bytes have this one spelling. Empty text is.
 */
export function isBase64(text: string): boolean {
  return /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/][AQgw]==|[A-Za-z\d+/]{2}[AEIMQUYcgkosw048]=)?$/.test(text)
}

/** Encodes bytes as lowercase hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** Decodes lowercase hexadecimal of even length; anything else must not be passed. */
export function decodeHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (nibble(hex.charCodeAt(2 * index)) << 4) | nibble(hex.charCodeAt(2 * index + 1))
  }
  return bytes
}

function nibble(charCode: number): number {
  // '0' to '9' are 48 to 57; 'a' is 97.
  return charCode < 58 ? charCode - 48 : charCode - 87
}
