import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ScoreBand } from '../../src/domain/facts.ts'
import { bandOf, isBetter, nextBand } from '../../src/domain/score.ts'
import { settings, settingsWith } from './support.ts'

const limits = settings.score
const band = fc.constantFrom<ScoreBand>('ok', 'warning', 'critical')

describe('the band of a score', () => {
  it.each([
    [90, 'ok'],
    [89.9, 'warning'],
    [75, 'warning'],
    [74.9, 'critical'],
  ])('of %d is %s by itself', (score, expected) => {
    expect(bandOf(score, limits)).toBe(expected)
  })

  it.each([
    ['ok', 90, 'ok'],
    ['ok', 89.9, 'warning'],
    ['ok', 60, 'critical'],
    ['warning', 74.9, 'critical'],
    ['warning', 90, 'warning'],
    ['warning', 91.9, 'warning'],
    ['warning', 92, 'ok'],
    ['critical', 75, 'critical'],
    ['critical', 76.9, 'critical'],
    ['critical', 77, 'warning'],
    ['critical', 91, 'warning'],
    ['critical', 92, 'ok'],
  ] as const)('coming from %s with %d is %s', (from, score, expected) => {
    expect(nextBand(from, score, limits)).toBe(expected)
  })

  it.each([
    ['warning', 95, 'warning'],
    ['critical', 95, 'critical'],
    ['critical', 120, 'warning'],
  ] as const)(
    'coming from %s with %d is %s when the hysteresis is wider than the bands',
    (from, score, expected) => {
      expect(nextBand(from, score, { ...limits, hysteresis: 40 })).toBe(expected)
    },
  )

  it('never goes back and forth while a score stays within the hysteresis', () => {
    const walk = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 2 })
    fc.assert(
      fc.property(band, fc.double({ min: 40, max: 100, noNaN: true }), walk, (start, low, steps) => {
        const scores = steps.map((step) => low + step * (limits.hysteresis - 1e-6))
        let current = start
        const changes: boolean[] = []
        for (const score of scores) {
          const next = nextBand(current, score, limits)
          if (next !== current) changes.push(isBetter(next, current))
          current = next
        }
        expect(new Set(changes).size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('is never worse for a higher score, nor better than the score itself', () => {
    const score = fc.double({ min: -10, max: 110, noNaN: true })
    fc.assert(
      fc.property(
        band,
        score,
        score,
        fc.double({ min: 0, max: 40, noNaN: true }),
        (from, a, b, hysteresis) => {
          const given = settingsWith({ score: { hysteresis } }).score
          const low = nextBand(from, Math.min(a, b), given)
          expect(isBetter(low, nextBand(from, Math.max(a, b), given))).toBe(false)
          expect(isBetter(nextBand(from, a, given), bandOf(a, given))).toBe(false)
        },
      ),
    )
  })
})
