/** All events, those of later versions included. */
export const ALL_EVENTS = '*'

/** Whether a pattern covers an event type or a narrower pattern. */
export function covers(pattern: string, narrower: string): boolean {
  if (pattern === narrower || pattern === ALL_EVENTS) return true
  return pattern.endsWith('.*') && narrower.startsWith(pattern.slice(0, -1))
}

/** Which of the chosen patterns covers another one besides itself; `undefined` when none does. */
export function coveredBy(chosen: readonly string[], pattern: string): string | undefined {
  return chosen.find((other) => other !== pattern && covers(other, pattern))
}

/** The patterns after one was chosen or given up. One that is chosen takes the place of those that it covers. */
export function toggle(chosen: readonly string[], pattern: string, isChosen: boolean): readonly string[] {
  if (!isChosen) return chosen.filter((other) => other !== pattern)
  return [...chosen.filter((other) => !covers(pattern, other)), pattern]
}

/** Event types whose names begin alike. */
export interface EventGroup<Type> {
  /** `compliance.*` */
  readonly pattern: string
  /** `compliance` */
  readonly name: string
  readonly types: readonly Type[]
}

/** The catalog by the first word of the names, in its order. */
export function groupEvents<Type extends { readonly event: string }>(
  catalog: readonly Type[],
): readonly EventGroup<Type>[] {
  const names = new Set(catalog.map(({ event }) => firstWord(event)))
  return [...names].map((name) => ({
    name,
    pattern: `${name}.*`,
    types: catalog.filter(({ event }) => firstWord(event) === name),
  }))
}

/** What is chosen and stands for nothing in the catalog or its groups, such as what an older version knew. */
export function strangersOf(
  chosen: readonly string[],
  catalog: readonly { readonly event: string }[],
): readonly string[] {
  const known = new Set([
    ALL_EVENTS,
    ...catalog.map(({ event }) => event),
    ...groupEvents(catalog).map(({ pattern }) => pattern),
  ])
  return chosen.filter((pattern) => !known.has(pattern))
}

function firstWord(event: string): string {
  return event.split('.', 1)[0] ?? event
}
