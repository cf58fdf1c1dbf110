const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const

/** A span in words, exact, in the largest unit of which it is a whole number from two on: `24 hours`, `90 minutes`. */
export function formatDuration(ms: number): string {
  const [name, unit] = units.find(([, size]) => ms % size === 0 && ms >= 2 * size) ?? ['millisecond', 1]
  const count = ms / unit
  return `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`
}
