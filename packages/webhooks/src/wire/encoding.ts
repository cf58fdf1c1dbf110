// Written once for both crypto builds: decoders that differ between runtimes are how two builds come to disagree.

const hexDigits = '0123456789abcdef'

/** Encodes bytes as standard base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/**
 * Decodes canonical base64, which is what encoding gives: the standard alphabet, padded, with zeros in the unused
 * bits, and nothing around. Every decoder agrees on the bytes of such text.
 *
 * @returns `undefined` for anything else, such as what `atob` is lenient about.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text)
    return btoa(binary) === text ? decodeLatin1(binary) : undefined
  } catch {
    return undefined
  }
}

/** Decodes text whose every character stands for the byte of the same number. */
export function decodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Encodes bytes as lowercase hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15)
  return text
}

/**
 * Decodes lowercase hexadecimal.
 *
 * @returns `undefined` for anything else.
 */
export function decodeHex(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length / 2)
  for (let index = 0; 2 * index < text.length; index++) {
    const byte = (hexDigit(text, 2 * index) << 4) | hexDigit(text, 2 * index + 1)
    if (byte < 0) return undefined
    bytes[index] = byte
  }
  return bytes
}

/** The value of one digit, or -1 for anything else or nothing, which makes every byte with it negative. */
function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index)
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}
