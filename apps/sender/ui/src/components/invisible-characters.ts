/** A piece of a text: characters as they are, or one that is not seen. */
export interface TextPiece {
  readonly text: string
  /** `U+202E`; absent for what is seen. */
  readonly codePoint?: string
}

// Control characters other than line feed and tab, direction marks and overrides, zero-width characters, separators, and
// what Unicode has not assigned. A joiner within an emoji is a part of it.
const invisible =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F](?=\u200D))(?![\n\t])[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Takes a text apart so that what would be invisible, or turn what follows around, can be shown by its code point. */
export function findInvisible(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let end = 0
  for (const { 0: character, index } of text.matchAll(invisible)) {
    if (index > end) pieces.push({ text: text.slice(end, index) })
    pieces.push({ text: character, codePoint: nameOf(character) })
    end = index + character.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
