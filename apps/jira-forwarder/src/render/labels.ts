import { createHash } from 'node:crypto'

/**
 * The label by which Jira's search finds the issues of a correlation key: `cw-` and 12 hexadecimal digits. Two keys may
 * share it; the property tells them apart.
 */
export function keyLabel(key: string): string {
  return `cw-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
}

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
