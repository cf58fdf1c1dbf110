const instant = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const milliseconds = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })

/** In the viewer's time zone and the order of their language. */
export function formatInstant(date: Date, format: 'instant' | 'milliseconds' = 'instant'): string {
  return (format === 'instant' ? instant : milliseconds).format(date)
}

/** RFC 3339 in UTC with milliseconds, as the API writes it. */
export function formatUtc(date: Date): string {
  return date.toISOString()
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** How long ago, or in how long: `5 minutes ago`, `in 2 hours`, `now`. */
export function formatRelative(date: Date, now: Date): string {
  const ms = date.getTime() - now.getTime()
  for (const [unit, length] of units) {
    if (Math.abs(ms) >= length) return relative.format(Math.trunc(ms / length), unit)
  }
  return relative.format(0, 'second')
}

/** A duration in the largest unit that leaves three digits: `42 ms`, `1.35 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return join(minutes, 'min', Math.floor((ms % 60_000) / 1000), 's')
  const hours = Math.floor(minutes / 60)
  return hours < 24
    ? join(hours, 'h', minutes % 60, 'min')
    : join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** The viewer's time zone, short: `CET`, `GMT+1`, `UTC`. */
export function timeZoneName(date: Date = new Date()): string {
  return zone.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}
