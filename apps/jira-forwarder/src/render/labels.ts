/** Text as a label: lower case, without white space and punctuation, at most 255 characters; `undefined` when nothing is left. */
export function labelOf(value: string): string | undefined {
  const label = value
    .toWellFormed()
    .slice(0, 2_000)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .slice(0, 255)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replaceAll(/^-+|-+$/g, '')
  return label === '' ? undefined : label
}
