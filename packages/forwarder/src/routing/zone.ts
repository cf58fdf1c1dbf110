/** A day of the calendar; `month` and `day` from 1. */
export interface CalendarDay {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Whether this runtime knows an IANA time zone. An offset such as `+02:00` is none: it knows no daylight saving time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

/** Which day it is at `at` in a zone. */
export function calendarDay(at: number, timeZone: string): CalendarDay {
  const local = new Date(at + offsetAt(at, timeZone))
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }
}

/** The day so many days later; earlier when negative. */
export function addDays({ year, month, day }: CalendarDay, days: number): CalendarDay {
  const moved = new Date(Date.UTC(year, month - 1, day + days))
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() }
}

/** 1 is Monday, 7 is Sunday. */
export function weekday({ year, month, day }: CalendarDay): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7
}

/**
 * The first instant at which the clocks of a zone show `minutes` after midnight of a day, or later. A time that is skipped
 * when they are put forward is the instant of that; of a time that there is twice it is the first.
 */
export function instantOf(day: CalendarDay, minutes: number, timeZone: string): number {
  const shown = Date.UTC(day.year, day.month - 1, day.day, 0, minutes)
  // Every zone is within 14 hours of UTC, and puts its clocks once at most in the time between these two.
  let before = shown - 15 * hourMs
  let after = shown + 13 * hourMs
  const offsetBefore = offsetAt(before, timeZone)
  const offsetAfter = offsetAt(after, timeZone)
  if (offsetBefore === offsetAfter) return shown - offsetBefore
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetAt(middle, timeZone) === offsetBefore) before = middle
    else after = middle
  }
  const changedAt = after
  return shown - offsetBefore < changedAt ? shown - offsetBefore : Math.max(changedAt, shown - offsetAfter)
}

const hourMs = 3_600_000

/** What clocks show minus UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const whole = Math.floor(at / 1000) * 1000
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(whole)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, formatter)
  return formatter
}
