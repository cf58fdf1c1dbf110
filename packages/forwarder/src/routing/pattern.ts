import { canonical } from '../domain/correlation-key.ts'

/**
 * Whether any of `patterns` matches `text`: `*` stands for anything, nothing included; case, Unicode form and runs of
 * white space make no difference. A text that is absent matches no pattern, not even `*`. Time grows with the product of
 * the two lengths at most, whatever the pattern.
 *
 * @example
 * matchesAny(['CC6.*', 'CC7.1'], 'cc6.12') // 'CC6.*'
 *
 * @returns the pattern as it was written, or `undefined`.
 */
export function matchesAny(patterns: readonly string[], text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const whole = canonical(text)
  return patterns.find((pattern) => matchesGlob(canonical(pattern), whole))
}

/** Whether everything that `narrow` matches is matched by `wide` too, as far as comparing them as texts can tell. */
export function coversPattern(wide: string, narrow: string): boolean {
  return matchesGlob(canonical(wide), canonical(narrow))
}

/** Goes back to the last `*` only, which suffices: whatever an earlier one could take, the last one can take too. */
function matchesGlob(pattern: string, text: string): boolean {
  let inPattern = 0
  let inText = 0
  let star = -1
  let resumeAt = 0
  while (inText < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++
      resumeAt = inText
    } else if (pattern[inPattern] === text[inText]) {
      inPattern++
      inText++
    } else if (star >= 0) {
      inPattern = star + 1
      inText = ++resumeAt
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}
