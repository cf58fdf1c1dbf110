import { z } from 'zod'
import { minutesOf } from '../routing/quiet-hours.ts'
import { isTimeZone } from '../routing/zone.ts'
import { matchSchema, narrowMatchSchema, severitySchema } from './match-schema.ts'
import { defined, duration, oneOrMany, text } from './schemas.ts'
import type { Mute, QuietHours, Route } from './settings.ts'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const time = z.string().refine((value) => minutesOf(value) !== undefined, {
  error: "must be a time in quotes, such as '22:00'",
})

const quietHoursSchema = z
  .strictObject({
    from: time.describe("When they begin: '22:00'."),
    to: time.describe("When they end, the next day if that is not later: '07:00'."),
    time_zone: z
      .string()
      .refine(isTimeZone, {
        error: 'must be an IANA time zone such as Europe/Berlin',
        params: { choices: Intl.supportedValuesOf('timeZone') },
      })
      .describe('IANA time zone of both: Europe/Berlin.'),
    days: oneOrMany(z.enum(weekdays))
      .optional()
      .describe('Days on which they begin: mon, tue, wed, thu, fri, sat, sun. All when absent.'),
    except: oneOrMany(severitySchema)
      .prefault(['critical'])
      .describe('Severities that are told all the same.'),
  })
  .transform(({ from, to, time_zone, days, except }): QuietHours => ({
    from,
    to,
    timeZone: time_zone,
    ...(days && { days: days.map((day) => weekdays.indexOf(day) + 1) }),
    except,
  }))
  .refine((quiet) => !neverEnds(quiet), { error: 'must end some time, but are the whole week' })
  .describe('Hours in which the rest waits until they end.')

/** One of `routes`. */
export const routeSchema = z
  .strictObject({
    match: matchSchema.prefault({}),
    to: oneOrMany(text(64)).describe('Names of targets; [] tells nobody, on purpose.'),
    severity: severitySchema.optional().describe('Replaces the severity.'),
    owner: text(200).optional().describe('Who is responsible, as the destination knows them.'),
    due: duration({ minMs: 1000 }).optional().describe('How long it may take to fix.'),
    quiet_hours: quietHoursSchema.optional(),
  })
  .transform(({ match, to, severity, owner, due, quiet_hours }): Route =>
    defined({ match, to, severity, owner, dueMs: due, quietHours: quiet_hours }),
  )
  .describe('Who is told of what.')

/** One of `severities`. */
export const severityRuleSchema = z
  .strictObject({ match: narrowMatchSchema, severity: severitySchema.describe('The severity to use.') })
  .describe('The first rule that matches replaces the severity.')

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** An instant with its offset, as RFC 3339 in UTC with milliseconds. */
export const instantSchema = z
  .string()
  .refine((value) => rfc3339.test(value) && isRealDate(value), {
    error: 'must be an instant with its offset, such as 2027-01-31T00:00:00Z',
    abort: true,
  })
  .transform((value) => new Date(value).toISOString())

/** One of `mutes`. */
export const muteSchema = z
  .strictObject({
    match: narrowMatchSchema,
    until: instantSchema.describe(
      'When it ends, such as 2027-01-31T00:00:00Z. What still holds is told then.',
    ),
    reason: text(1000).describe('Why nobody is told; kept in the ledger.'),
    approved_by: text(200).describe('Who has approved of it; kept in the ledger.'),
  })
  .transform(({ approved_by, ...rest }): Mute => ({ ...rest, approvedBy: approved_by }))
  .describe('A condition that nobody is told of for a while.')

/** JavaScript turns 30 February into 1 March, or not, depending on how it is written. */
function isRealDate(value: string): boolean {
  const day = value.slice(0, 10)
  const parsed = new Date(`${day}T00:00:00Z`)
  return (
    !Number.isNaN(Date.parse(value)) &&
    !Number.isNaN(parsed.getTime()) &&
    parsed.toISOString().startsWith(day)
  )
}

function neverEnds({ from, to, days }: QuietHours): boolean {
  const begins = minutesOf(from) ?? 0
  const ends = minutesOf(to) ?? 0
  const wholeDay = begins === ends || (begins === 0 && ends === 24 * 60)
  return wholeDay && (days === undefined || new Set(days).size === 7)
}
