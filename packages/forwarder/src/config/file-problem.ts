/** A place in a configuration file: `['routes', 0, 'to']`. */
export type FilePath = readonly (string | number)[]

/** One thing wrong with what a configuration file says, in words for the person who wrote it. Never holds a secret. */
export interface FileProblem {
  /** From 1; `undefined` where the configuration is no file. */
  readonly line?: number
  readonly column?: number
  readonly path: FilePath
  /** What is wrong; reads on from the path: `must be …, but is "…"`. */
  readonly problem: string
  /** What to do about it, as sentences. */
  readonly remedy: string
}

/** A path as people write it: `routes[0].match.event`; `the file` for all of it. */
export function formatPath(path: FilePath): string {
  if (path.length === 0) return 'the file'
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${shownKey(part)}`,
    )
    .join('')
}

/**
 * A value as a problem shows it; `undefined` when it looks like a secret that stands in the wrong place, which is not shown.
 */
export function shownValue(value: unknown): string | undefined {
  if (typeof value === 'string') return looksSecret(value) ? undefined : JSON.stringify(cut(value))
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : 'a section'
}

function shownKey(key: string): string {
  if (/^[A-Za-z_][\w-]{0,60}$/.test(key) && !looksSecret(key)) return key
  return looksSecret(key) ? '"…"' : JSON.stringify(cut(key))
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).replace(/\p{Surrogate}$/u, '')}…` : text
}

/** Tokens are long words of letters and digits, or begin as those of our destinations do; `customfield_10010` is none. */
function looksSecret(text: string): boolean {
  if (/whsec_|xox[a-z]-|xapp-|ATATT|Bearer |:\/\/[^/\s]*@/i.test(text)) return true
  if (/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i.test(text)) return true
  const words = text.split(/[\s,;"'()[\]{}=:/]+/)
  return (
    words.some((word) => word.length >= 20 && /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word)) ||
    words
      .flatMap((word) => word.split(/[-_.]/))
      .some((part) => part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part))
  )
}
