const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const units = [
  [DAY_MS, 'd', HOUR_MS, 'h'],
  [HOUR_MS, 'h', MINUTE_MS, 'min'],
  [MINUTE_MS, 'min', SECOND_MS, 's'],
] as const

/** A duration in its two largest units, rounded down: `3 d 4 h`, `12 min`, `5 s`. */
export function durationWords(ms: number): string {
  const fit = units.find(([unitMs]) => ms >= unitMs)
  if (fit === undefined) return ms < SECOND_MS ? 'less than 1 s' : `${Math.floor(ms / SECOND_MS)} s`
  const [unitMs, unit, nextMs, next] = fit
  const rest = Math.floor((ms % unitMs) / nextMs)
  return `${Math.floor(ms / unitMs)} ${unit}${rest === 0 ? '' : ` ${rest} ${next}`}`
}

/** How long it is from one instant to another, in words; nothing less than no time. */
export function timeBetween(from: string, to: string): string {
  return durationWords(Math.max(0, Date.parse(to) - Date.parse(from)))
}

/** `2026-03-01 12:00 UTC`. */
export function instantWords(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `94.6 %`; no more than one decimal. */
export function percentWords(score: number): string {
  return `${roundedTo1(score)} %`
}

/** `+4`, `−12.8`, `±0`. */
export function changeWords(change: number): string {
  const rounded = roundedTo1(change)
  if (rounded === 0) return '±0'
  return rounded > 0 ? `+${rounded}` : `−${-rounded}`
}

/** `1 control`, `12 controls`. */
export function countWords(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`
}

/** `2nd`, `11th`. */
export function ordinalWords(count: number): string {
  const isTeen = count % 100 >= 11 && count % 100 <= 13
  return `${count}${isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')}`
}

/** `AWS production, Okta and 3 others`. */
export function listWords(names: readonly string[], most = 3): string {
  if (names.length <= most) return joinWithAnd(names)
  return joinWithAnd([...names.slice(0, most), countWords(names.length - most, 'other')])
}

/** `1.5 MB`, in decimal units. */
export function sizeWords(bytes: number): string {
  const fit = sizes.findIndex((_, step) => roundedTo1(bytes / 1000 ** step) < 1000)
  const step = fit === -1 ? sizes.length - 1 : fit
  return `${roundedTo1(bytes / 1000 ** step)} ${sizes[step] ?? ''}`
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB']

/** A bar for each value, as high as it lies between the lowest of them and the highest: `▅▅▆█▁`. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values)
  const span = Math.max(...values) - low
  return values
    .map((value) => bars[span === 0 ? 3 : Math.round(((value - low) / span) * (bars.length - 1))])
    .join('')
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

function joinWithAnd(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

function roundedTo1(number: number): number {
  return Math.round(number * 10) / 10
}
