import { describe, expect, it } from 'vitest'
import {
  changeWords,
  countWords,
  durationWords,
  instantWords,
  listWords,
  ordinalWords,
  percentWords,
  sizeWords,
  sparkline,
  timeBetween,
} from '../../src/domain/words.ts'
import { DAY_MS } from './support.ts'

const HOUR_MS = DAY_MS / 24

describe('words', () => {
  it.each([
    [0, 'less than 1 s'],
    [999, 'less than 1 s'],
    [1000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [61_000, '1 min 1 s'],
    [HOUR_MS - 1, '59 min 59 s'],
    [HOUR_MS, '1 h'],
    [HOUR_MS + 12 * 60_000, '1 h 12 min'],
    [DAY_MS - 1, '23 h 59 min'],
    [3 * DAY_MS + 4 * HOUR_MS, '3 d 4 h'],
    [400 * DAY_MS, '400 d'],
  ])('for a duration of %i ms: %s', (ms, expected) => {
    expect(durationWords(ms)).toBe(expected)
  })

  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T13:00:00.000Z', '1 h'],
    ['2026-03-01T12:00:00+01:00', '2026-03-01T11:05:00.000Z', '5 min'],
    ['2026-03-01T13:00:00Z', '2026-03-01T12:00:00.000Z', 'less than 1 s'],
  ])('for the time from %s to %s: %s', (from, to, expected) => {
    expect(timeBetween(from, to)).toBe(expected)
  })

  it.each([
    [94.64, '94.6 %'],
    [94.96, '95 %'],
    [100, '100 %'],
    [0, '0 %'],
  ])('for a score of %d: %s', (score, expected) => {
    expect(percentWords(score)).toBe(expected)
  })

  it.each([
    [4, '+4'],
    [-12.84, '−12.8'],
    [0.04, '±0'],
    [-0.04, '±0'],
    [-0, '±0'],
  ])('for a change by %d: %s', (change, expected) => {
    expect(changeWords(change)).toBe(expected)
  })

  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [111, '111th'],
    [122, '122nd'],
  ])('for number %i in a row: %s', (count, expected) => {
    expect(ordinalWords(count)).toBe(expected)
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [482_113, '482.1 kB'],
    [1_500_000, '1.5 MB'],
    [999_960, '1 MB'],
    [3e15, '3000 TB'],
  ])('for %i bytes: %s', (bytes, expected) => {
    expect(sizeWords(bytes)).toBe(expected)
  })

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd'], 'a, b, c and 1 other'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 others'],
  ])('for the list %j: %s', (names, expected) => {
    expect(listWords(names)).toBe(expected)
  })

  it.each([
    [[], ''],
    [[90], '▄'],
    [[90, 90], '▄▄'],
    [[90, 100], '▁█'],
    [[90, 95, 100], '▁▅█'],
  ])('for the course %j: %s', (values, expected) => {
    expect(sparkline(values)).toBe(expected)
  })

  it('for instants and counts', () => {
    expect(instantWords('2026-03-01T13:30:59.999+01:00')).toBe('2026-03-01 12:30 UTC')
    expect([0, 1, 2].map((count) => countWords(count, 'control'))).toEqual([
      '0 controls',
      '1 control',
      '2 controls',
    ])
  })
})
