/** What terminals and editors act on instead of showing it: controls, separators of lines, marks of direction. */
export const unprintable = /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu

/** `value` as JSON on one line, in which everything shows that texts of others hold: what would not is written as `\\u202e`. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(unprintable, (each) =>
    each === '\n' ? each : `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
