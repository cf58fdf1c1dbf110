import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  boundsOf,
  checkCustomRange,
  fromLocalInput,
  isMoving,
  toLocalInput,
} from '../../src/log/filters/time-range.ts'

const NOW = Date.UTC(2026, 2, 1, 12)

test.each([
  [{}, {}],
  [{ range: '24h' }, { since: '2026-02-28T12:00:00.000Z' }],
  [{ since: '2026-01-01T00:00:00.000Z' }, { since: '2026-01-01T00:00:00.000Z' }],
  [{ until: '2026-01-01T00:00:00.000Z' }, { until: '2026-01-01T00:00:00.000Z' }],
] as const)('%j has the bounds %j', (range, bounds) => {
  expect(boundsOf(range, NOW)).toEqual(bounds)
})

test.each([
  [{}, true],
  [{ range: '1h' }, true],
  [{ since: '2026-01-01T00:00:00.000Z' }, true],
  [{ until: '2026-01-01T00:00:00.000Z' }, false],
] as const)('%j moves on with the time: %j', (range, isIt) => {
  expect(isMoving(range)).toBe(isIt)
})

describe('in a time zone with summer time', () => {
  const before = process.env['TZ']
  beforeAll(() => void (process.env['TZ'] = 'Europe/Berlin'))
  afterAll(() => void (process.env['TZ'] = before ?? 'UTC'))

  test.each([
    ['2026-03-01T12:00:00.000Z', '2026-03-01T13:00:00'],
    ['2026-07-01T22:30:05.000Z', '2026-07-02T00:30:05'],
  ])('%s is entered as %s', (instant, input) => {
    expect(toLocalInput(instant)).toBe(input)
    expect(fromLocalInput(input)).toBe(instant)
  })
})

test.each(['', 'yesterday', '2026-03-01', '2026-13-01T12:00'])('%j is no time', (input) => {
  expect(fromLocalInput(input)).toBeUndefined()
})

test.each([
  ['', '', 'empty'],
  ['2026-03-01T12:00', '2026-03-01T12:00', 'reversed'],
  ['2026-03-01T12:00', '2026-03-01T12:01', undefined],
  ['2026-03-01T12:00', '', undefined],
  ['', '2026-03-01T12:00', undefined],
] as const)('a range from %j until %j is checked: %j', (since, until, problem) => {
  expect(checkCustomRange(since, until)).toBe(problem)
})
