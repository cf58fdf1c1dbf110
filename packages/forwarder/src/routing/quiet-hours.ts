import type { QuietHours } from '../config/settings.ts'
import type { Severity } from '../domain/severity.ts'
import { addDays, calendarDay, instantOf, weekday } from './zone.ts'

/**
 * When the quiet hours end in which `now` is; `undefined` when it is in none, or when what is told is bad enough.
 *
 * Hours whose `to` is not after their `from` end on the next day; the same time twice is 24 hours. `days` are those on which
 * they begin. Hours that begin when others end make one long quiet time, such as a weekend. On days on which clocks are
 * changed, a time that is skipped is the instant of the change, and of a time that there is twice it is the first.
 */
export function quietUntil(quiet: QuietHours | undefined, now: Date, severity: Severity): Date | undefined {
  if (quiet === undefined || quiet.except.includes(severity)) return undefined
  let end = endOfWindow(quiet, now.getTime())
  if (end === undefined) return undefined
  // Hours that never end are refused in a configuration; here they are cut off after two weeks.
  for (let window = 0; window < 14; window++) {
    const next = endOfWindow(quiet, end)
    if (next === undefined) break
    end = next
  }
  return new Date(end)
}

/** Minutes after midnight of `22:30`; `24:00` is the end of the day; `undefined` when it is no time. */
export function minutesOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time) ?? []
  const total = Number(hours) * 60 + Number(minutes)
  return total <= 24 * 60 ? total : undefined
}

function endOfWindow({ from, to, timeZone, days }: QuietHours, at: number): number | undefined {
  const begins = minutesOf(from) ?? 0
  const ends = minutesOf(to) ?? 0
  const today = calendarDay(at, timeZone)
  // A day more on either side than hours can last: where clocks go back at midnight, a day begins twice.
  return [-2, -1, 0, 1]
    .map((offset) => addDays(today, offset))
    .filter((day) => days === undefined || days.includes(weekday(day)))
    .map((day) => ({
      begin: instantOf(day, begins, timeZone),
      end: instantOf(ends > begins ? day : addDays(day, 1), ends, timeZone),
    }))
    .filter(({ begin, end }) => begin <= at && at < end)
    .reduce<number | undefined>((latest, { end }) => Math.max(latest ?? end, end), undefined)
}
