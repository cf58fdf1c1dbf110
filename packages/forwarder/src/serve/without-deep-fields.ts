/** Deeper than anybody nests what people are to read, and far from where programs run out of stack. */
export const maxDepth = 100

/** Data without the fields that are nested too deeply to be stored, and which they were. */
export interface ShallowData {
  readonly data: Readonly<Record<string, unknown>>
  readonly dropped: readonly string[]
}

/** Leaves out fields of `data` with more than {@link maxDepth} levels: an event is not to be refused for ever for one. */
export function withoutDeepFields(data: object): ShallowData {
  const fields = Object.entries(data).map(([name, value]: [string, unknown]) => {
    return { name, value, deep: isDeep(value) }
  })
  const kept = fields.filter(({ deep }) => !deep)
  return {
    data: Object.fromEntries(kept.map(({ name, value }) => [name, value])),
    dropped: fields.filter(({ deep }) => deep).map(({ name }) => name),
  }
}

/** Level by level instead of calling itself, which is what breaks. */
function isDeep(value: unknown): boolean {
  let level = [value].filter(isNested)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === maxDepth) return true
    level = level.flatMap((each) => Object.values(each)).filter(isNested)
  }
  return false
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
