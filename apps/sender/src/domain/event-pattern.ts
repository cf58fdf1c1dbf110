/** Whether a text can stand among a subscription's events. */
export type PatternCheck =
  | { readonly valid: true }
  | {
      readonly valid: false
      /** What was probably meant. */
      readonly nearest: string
    }

/**
 * Checks a pattern against the types of the catalog: a type, `compliance.*` for all types below a name, or `*` for all,
 * those of later versions included. One that matches no type is refused, because it is a mistake more often than a
 * plan, and nobody would notice that nothing comes.
 */
export function checkEventPattern(pattern: string, types: readonly string[]): PatternCheck {
  if (types.some((type) => matchesEvent(pattern, type))) return { valid: true }
  const whole = types.find((type) => type.endsWith(`.${pattern}`))
  if (whole !== undefined) return { valid: false, nearest: whole }
  const candidates = ['*', ...new Set(types.flatMap((type) => prefixesOf(type))), ...types]
  const distances = candidates.map((candidate) => editDistance(pattern, candidate))
  return { valid: false, nearest: candidates[distances.indexOf(Math.min(...distances))] ?? '*' }
}

/** Whether a pattern covers an event type, as `webhooks.publish` decides it. */
export function matchesEvent(pattern: string, type: string): boolean {
  if (pattern === type || pattern === '*') return true
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))
}

/** `a.b.c` is below `a.b.*` and `a.*`. */
function prefixesOf(type: string): readonly string[] {
  const names = type.split('.')
  return names.slice(1).map((_, index) => `${names.slice(0, index + 1).join('.')}.*`)
}

/** How many characters have to be added, removed or replaced (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [line, character] of Array.from(from.slice(0, MAX_COMPARED)).entries()) {
    const next = [line + 1]
    for (let column = 0; column < to.length; column += 1) {
      const replaced = (row[column] ?? 0) + (character === to[column] ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

// No pattern that is meant seriously is longer.
const MAX_COMPARED = 100
