/** The length of a text in UTF-8. Encoding it to find out costs more: bytes live outside the heap. */
export function byteLength(text: string): number {
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // Both halves of a surrogate pair together take four.
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return length
}
