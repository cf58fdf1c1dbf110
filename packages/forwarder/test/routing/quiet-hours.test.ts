import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QuietHours } from '../../src/config/settings.ts'
import { quietUntil } from '../../src/routing/quiet-hours.ts'
import { isTimeZone } from '../../src/routing/zone.ts'

function hours(from: string, to: string, timeZone = 'UTC', days?: readonly number[]): QuietHours {
  return { from, to, timeZone, except: ['critical'], ...(days && { days }) }
}

const night = hours('22:00', '07:00', 'Europe/Berlin')
const weekend = hours('00:00', '24:00', 'America/New_York', [6, 7])

describe('quiet hours', () => {
  it.each<readonly [name: string, quiet: QuietHours, now: string, until: string | undefined]>([
    ['before they begin', night, '2026-01-10T20:59:59.999Z', undefined],
    ['when they begin', night, '2026-01-10T21:00:00Z', '2026-01-11T06:00:00.000Z'],
    ['after midnight', night, '2026-01-11T02:00:00Z', '2026-01-11T06:00:00.000Z'],
    ['just before they end', night, '2026-01-11T05:59:59.999Z', '2026-01-11T06:00:00.000Z'],
    ['when they end', night, '2026-01-11T06:00:00Z', undefined],
    ['in summer', night, '2026-07-10T20:00:00Z', '2026-07-11T05:00:00.000Z'],
    ['within a day', hours('12:00', '13:00'), '2026-01-10T12:30:00Z', '2026-01-10T13:00:00.000Z'],
    ['the night clocks are put forward', night, '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['the night clocks are put back', night, '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    // 02:30 is skipped on 29 March: clocks go from 02:00 to 03:00 at 01:00Z.
    [
      'from a skipped time, before',
      hours('02:30', '05:00', 'Europe/Berlin'),
      '2026-03-29T00:59:59Z',
      undefined,
    ],
    [
      'from a skipped time',
      hours('02:30', '05:00', 'Europe/Berlin'),
      '2026-03-29T01:00:00Z',
      '2026-03-29T03:00:00.000Z',
    ],
    [
      'to a skipped time',
      hours('01:00', '02:30', 'Europe/Berlin'),
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    ['between skipped times', hours('02:10', '02:50', 'Europe/Berlin'), '2026-03-29T01:00:00Z', undefined],
    // 02:30 is there twice on 25 October: at 00:30Z and at 01:30Z.
    [
      'from the first of two',
      hours('02:30', '05:00', 'Europe/Berlin'),
      '2026-10-25T00:30:00Z',
      '2026-10-25T04:00:00.000Z',
    ],
    [
      'between the two',
      hours('02:30', '05:00', 'Europe/Berlin'),
      '2026-10-25T01:15:00Z',
      '2026-10-25T04:00:00.000Z',
    ],
    [
      'to the first of two',
      hours('01:00', '02:30', 'Europe/Berlin'),
      '2026-10-25T00:29:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    ['after the first of two', hours('01:00', '02:30', 'Europe/Berlin'), '2026-10-25T01:00:00Z', undefined],
    // 02:00 is there once on 1 November, an hour after clocks would have shown it.
    [
      'to when clocks are put back',
      hours('00:00', '02:00', 'America/New_York'),
      '2026-11-01T06:30:00Z',
      '2026-11-01T07:00:00.000Z',
    ],
    // Lord Howe Island moves by half an hour; Cuba puts its clocks back from 01:00 to 00:00.
    [
      'with half an hour',
      hours('22:00', '07:00', 'Australia/Lord_Howe'),
      '2026-04-04T12:00:00Z',
      '2026-04-04T20:30:00.000Z',
    ],
    [
      'where midnight is there twice',
      hours('00:00', '01:30', 'America/Havana'),
      '2026-11-01T05:10:00Z',
      '2026-11-01T06:30:00.000Z',
    ],
    // Samoa skipped 30 December 2011.
    [
      'over a day that never was',
      hours('22:00', '07:00', 'Pacific/Apia'),
      '2011-12-30T09:30:00Z',
      '2011-12-30T17:00:00.000Z',
    ],
    [
      'east of Greenwich by 14 hours',
      hours('22:00', '07:00', 'Pacific/Kiritimati'),
      '2026-01-10T08:00:00Z',
      '2026-01-10T17:00:00.000Z',
    ],
    [
      'with minutes in the offset',
      hours('22:00', '07:00', 'Asia/Kathmandu'),
      '2026-01-10T16:15:00Z',
      '2026-01-11T01:15:00.000Z',
    ],
    ['on a day they do not begin', hours('22:00', '07:00', 'UTC', [5]), '2026-01-10T22:30:00Z', undefined],
    [
      'the morning after a day they begin',
      hours('22:00', '07:00', 'UTC', [5]),
      '2026-01-10T06:30:00Z',
      '2026-01-10T07:00:00.000Z',
    ],
    [
      'the morning of a day they begin',
      hours('22:00', '07:00', 'UTC', [6]),
      '2026-01-10T06:30:00Z',
      undefined,
    ],
    ['a weekend in one piece', weekend, '2026-01-10T12:00:00Z', '2026-01-12T05:00:00.000Z'],
    ['a weekend with the clocks put forward', weekend, '2026-03-07T12:00:00Z', '2026-03-09T04:00:00.000Z'],
    ['24 hours', hours('08:00', '08:00', 'UTC', [1]), '2026-01-13T07:59:00Z', '2026-01-13T08:00:00.000Z'],
  ])('%s', (_, quiet, now, until) => {
    expect(quietUntil(quiet, new Date(now), 'warning')?.toISOString()).toBe(until)
  })

  it('do not hold what is bad enough, and nothing where there are none', () => {
    const now = new Date('2026-01-10T23:00:00Z')
    expect(quietUntil(night, now, 'critical')).toBeUndefined()
    expect(quietUntil(night, now, 'error')).toBeInstanceOf(Date)
    expect(quietUntil(undefined, now, 'info')).toBeUndefined()
  })

  it('end where nothing is quiet, and hold wherever clocks show a quiet time, in any zone', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Sydney',
      'America/St_Johns',
    )
    const time = fc.nat({ max: 24 * 4 - 1 }).map((quarter) => {
      return `${twoDigits(Math.floor(quarter / 4))}:${twoDigits((quarter % 4) * 15)}`
    })
    const instant = fc.date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(zone, time, time, instant, (timeZone, from, to, now) => {
        fc.pre(from !== to)
        const until = quietUntil(hours(from, to, timeZone), now, 'info')
        const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
        const shows = (at: Date) => clock.format(at)
        const isQuiet = (shown: string) =>
          from < to ? shown >= from && shown < to : shown >= from || shown < to
        const isOddNight =
          shows(new Date(now.getTime() + 86_400_000)) !== shows(now) ||
          shows(new Date(now.getTime() - 86_400_000)) !== shows(now)
        expect(isOddNight || isQuiet(shows(now)) === (until !== undefined)).toBe(true)
        expect(until === undefined || isOddNight || shows(until) === to).toBe(true)
        expect(until === undefined || until > now).toBe(true)
        expect(until && quietUntil(hours(from, to, timeZone), until, 'info')).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['America/Argentina/Buenos_Aires', true],
    ['Europe/Berln', false],
    ['+02:00', false],
    ['', false],
  ])('%j is one: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known)
  })
})

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
