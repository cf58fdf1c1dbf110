/** How a duration looks in a file, as a regular expression. */
export const durationPattern = /^\d{1,9}(ms|s|m|h|d|w)$/

const unitsMs = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const

/** Milliseconds of `500ms`, `8s`, `15m`, `26h`, `7d`, `2w`; `undefined` when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9})(ms|s|m|h|d|w)$/.exec(text) ?? []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The expression accepts no other unit.
  return unit === undefined ? undefined : Number(number) * unitsMs[unit as keyof typeof unitsMs]
}

/** The shortest text for a duration, such as `26h`; 0 is `0s`. */
export function formatDuration(ms: number): string {
  const [unit, size] = Object.entries(unitsMs).findLast(([, size]) => ms >= size && ms % size === 0) ?? [
    's',
    1000,
  ]
  return `${ms / size}${unit}`
}
