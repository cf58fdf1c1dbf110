/** Which of `names` was most likely meant by `name`, or `undefined` when none is close. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const related = names.find((other) => other.startsWith(`${name}_`) || name.startsWith(`${other}_`))
  if (related !== undefined) return related
  const [nearest] = names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)
  const tolerated = Math.max(2, Math.floor(name.length / 4))
  return nearest !== undefined && nearest.distance <= tolerated ? nearest.candidate : undefined
}

/** Levenshtein distance: how many characters must be inserted, deleted or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
