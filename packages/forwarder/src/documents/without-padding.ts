/** A text without what the formatter adds to it: the padding of tables, white space at the ends of lines. */
export function withoutPadding(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line.startsWith('|') ? line.replaceAll(/-+/g, '-').replaceAll(/ *\| */g, '|') : line.trimEnd(),
    )
    .join('\n')
}
