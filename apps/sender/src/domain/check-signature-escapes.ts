import type { CountedWork } from './check-signature-work.ts'

/** A way to write characters in JSON, in words and as a function of a text. Only characters within strings change. */
export type JsonEscape = readonly [words: string, escape: ((json: string) => string) | undefined]

/** What serializers escape, the most frequent first; without a function, no more than they must. */
export const jsonEscapes: readonly JsonEscape[] = [
  ['', undefined],
  ['non-ASCII characters as `\\u` escapes', escapeUnicode],
  ['slashes as `\\/`', escapeSlashes],
  [
    'non-ASCII characters and slashes escaped, as PHP’s `json_encode` does',
    (json) => escapeSlashes(escapeUnicode(json)),
  ],
  ['<, > and & as `\\u` escapes, as Go’s `json.Marshal` does', escapeHtml],
]

const CHARACTERS_AT_ONCE = 16 * 1024
/** What a character costs that is replaced, as bytes that are hashed. */
const BYTES_FOR_A_CHARACTER = 16

/** Escapes `json`, a part at a time. */
export async function escapeJson(
  json: string,
  escape: (part: string) => string,
  { spend }: Pick<CountedWork, 'spend'>,
): Promise<string> {
  const parts: string[] = []
  for (let start = 0; start < json.length; start += CHARACTERS_AT_ONCE) {
    // Each UTF-16 unit is escaped by itself, so any place is good to cut at.
    parts.push(escape(json.slice(start, start + CHARACTERS_AT_ONCE)))
    await spend(CHARACTERS_AT_ONCE * BYTES_FOR_A_CHARACTER)
  }
  return parts.join('')
}

function escapeUnicode(json: string): string {
  return json.replace(/[^\0-\x7f]/g, toEscape)
}

function escapeSlashes(json: string): string {
  return json.replaceAll('/', '\\/')
}

function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, toEscape)
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
