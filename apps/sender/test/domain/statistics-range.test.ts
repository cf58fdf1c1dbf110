import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bucketStarts,
  chooseRange,
  FINE_STEPS_KEPT_MS,
  MAX_BUCKETS,
  statisticsSteps,
} from '../../src/domain/statistics-range.ts'

const now = new Date('2026-03-10T12:34:56.789Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function ago(ms: number): Date {
  return new Date(now.getTime() - ms)
}

describe('the step', () => {
  test.each([
    { name: 'a minute', since: MINUTE, stepSeconds: 60, count: 2 },
    { name: 'nearly two hours', since: 119 * MINUTE, stepSeconds: 60, count: 120 },
    { name: 'two hours that begin within a minute', since: 2 * HOUR, stepSeconds: 300, count: 25 },
    { name: 'nine hours', since: 9 * HOUR, stepSeconds: 300, count: 109 },
    { name: 'a day', since: DAY, stepSeconds: 900, count: 97 },
    { name: 'two days', since: 2 * DAY, stepSeconds: 3600, count: 49 },
    { name: 'a week', since: 7 * DAY, stepSeconds: 21_600, count: 29 },
    { name: 'thirty days', since: 30 * DAY, stepSeconds: 86_400, count: 31 },
  ])('of $name is $stepSeconds seconds', ({ since, stepSeconds, count }) => {
    const chosen = chooseRange({ since: ago(since), until: now }, now)
    expect(chosen).toMatchObject({ kind: 'range', range: { stepSeconds } })
    expect(chosen.kind === 'range' && bucketStarts(chosen.range).length).toBe(count)
  })

  test('of ten minutes more than two days ago is an hour', () => {
    const since = ago(FINE_STEPS_KEPT_MS + MINUTE)
    const chosen = chooseRange({ since, until: ago(FINE_STEPS_KEPT_MS - 9 * MINUTE) }, now)
    expect(chosen).toMatchObject({ kind: 'range', range: { stepSeconds: 3600 } })
  })
})

describe('what is absent', () => {
  test.each([
    { name: 'both', asked: {}, since: '2026-03-09T12:30:00.000Z', until: '2026-03-10T12:45:00.000Z' },
    {
      name: 'since',
      asked: { until: ago(HOUR) },
      since: '2026-03-09T11:30:00.000Z',
      until: '2026-03-10T11:45:00.000Z',
    },
    {
      name: 'until',
      asked: { since: ago(HOUR) },
      since: '2026-03-10T11:34:00.000Z',
      until: '2026-03-10T12:35:00.000Z',
    },
  ])('$name: until now, from a day before', ({ asked, since, until }) => {
    const chosen = chooseRange(asked, now)
    expect(chosen).toMatchObject({ range: { since: new Date(since), until: new Date(until) } })
  })
})

test.each([
  { name: 'ends before it begins', asked: { since: ago(1), until: ago(2) }, kind: 'empty' },
  { name: 'ends where it begins', asked: { since: ago(1), until: ago(1) }, kind: 'empty' },
  { name: 'begins in the future', asked: { since: ago(-1) }, kind: 'empty' },
  { name: 'has 121 days', asked: { since: ago(120 * DAY), until: now }, kind: 'too_long' },
  { name: 'ends in the year 10000', asked: { until: new Date('9999-12-31T23:59:59Z') }, kind: 'too_late' },
])('a range that $name is $kind', ({ asked, kind }) => {
  expect(chooseRange(asked, now)).toEqual({ kind })
})

test('a range may end with the last whole bucket of the year 9999', () => {
  const chosen = chooseRange({ until: new Date('9999-12-31T23:45:00Z') }, now)
  expect(chosen).toMatchObject({ range: { until: new Date('9999-12-31T23:45:00Z'), stepSeconds: 900 } })
})

test('every range is covered by at most 120 whole buckets, of the smallest size that will do', () => {
  const instant = fc.integer({ min: -118 * DAY, max: 2 * DAY }).map((ms) => new Date(now.getTime() + ms))
  fc.assert(
    fc.property(instant, fc.integer({ min: 1, max: 100 * DAY }), (since, length) => {
      const until = new Date(since.getTime() + length)
      const chosen = chooseRange({ since, until }, now)
      if (chosen.kind !== 'range') throw new Error(chosen.kind)
      const { range } = chosen
      const stepMs = range.stepSeconds * 1000
      const starts = bucketStarts(range).map((at) => at.getTime())
      expect(starts.length).toBeLessThanOrEqual(MAX_BUCKETS)
      expect(starts).toEqual(starts.map((_, place) => range.since.getTime() + place * stepMs))
      expect(starts[0]).toBeLessThanOrEqual(since.getTime())
      expect(starts[0]! + stepMs).toBeGreaterThan(since.getTime())
      expect(starts.at(-1)).toBeLessThan(until.getTime())
      expect(starts.at(-1)! + stepMs).toBeGreaterThanOrEqual(until.getTime())
      expect(starts[0]! % stepMs).toBe(0)
      const smaller = statisticsSteps.filter((step) => step < range.stepSeconds && step >= 3600)
      expect(smaller.every((step) => length / 1000 > (MAX_BUCKETS - 2) * step)).toBe(true)
    }),
  )
})
