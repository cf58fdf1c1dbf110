/** RFC 9111 §1.2.2 asks to hold seconds that overflow to this. */
const longestSeconds = 2 ** 31
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const month = `(?<month>${months.join('|')})`
const time = String.raw`(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d):(?<seconds>[0-5]\d|60)`
const dayName = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const longDayName = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
/** The three forms of an HTTP date, which RFC 9110 §5.6.7 requires a recipient to accept. */
const dateForms = [
  String.raw`${dayName}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${longDayName}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${dayName} ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`))

/**
 * Reads `Retry-After`: a number of seconds, or an HTTP date in any of its three forms.
 *
 * @returns how long after `now` to wait, in milliseconds: 0 for a date in the past, at most 2³¹ seconds for a number;
 * `undefined` when the header is absent or malformed.
 * @example
 * parseRetryAfter('120', now) // 120_000
 * parseRetryAfter('Sun, 01 Mar 2026 12:00:30 GMT', new Date('2026-03-01T12:00:00Z')) // 30_000
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Math.min(Number(value), longestSeconds) * 1000
  // `Date.parse` would read "-5" and "1.5" as dates.
  const at = parseHttpDate(value, now)
  return at === undefined ? undefined : Math.max(0, at - now.getTime())
}

function parseHttpDate(value: string, now: Date): number | undefined {
  const parts = dateForms.map((form) => form.exec(value)?.groups).find((groups) => groups !== undefined)
  if (!parts) return undefined
  const { day, month = '', year = '', hours, minutes, seconds } = parts
  const fullYear = year.length === 2 ? fullYearOf(Number(year), now) : Number(year)
  const midnight = Date.UTC(fullYear, months.indexOf(month), Number(day))
  // A day that its month does not have rolls over into the next one.
  if (new Date(midnight).getUTCDate() !== Number(day)) return undefined
  return midnight + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
}

/** A year of two digits is in this century, unless that is more than 50 years ahead (RFC 9110 §5.6.7). */
function fullYearOf(twoDigits: number, now: Date): number {
  const thisYear = now.getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}
