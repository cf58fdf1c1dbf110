import { JqlError } from './jql-error.ts'

const unitsMs: Readonly<Record<string, number>> = {
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
}

/** The instant that a date of JQL means, in UTC: an absolute one, or one relative to `now` such as `-5d` or `4w 2d`. */
export function parseJqlDate(text: string, field: string, now: number): number {
  const absolute = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text.trim())
  if (absolute !== null) {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = absolute.slice(1).map((part) => Number(part))
    return Date.UTC(year, month - 1, day, Number.isNaN(hour) ? 0 : hour, Number.isNaN(minute) ? 0 : minute)
  }
  const relative = /^([+-]?)((?:\d+[wdhm]\s*)+)$/.exec(text.trim())
  if (relative !== null) {
    const [, sign, periods = ''] = relative
    const lengthMs = [...periods.matchAll(/(\d+)([wdhm])/g)].reduce(
      (sum, [, count, unit = 'm']) => sum + Number(count) * (unitsMs[unit] ?? 0),
      0,
    )
    return sign === '-' ? now - lengthMs : now + lengthMs
  }
  throw new JqlError(
    `Date value '${text}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', ` +
      "'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
  )
}
