import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addHistograms, latencyBin, latencyBounds, quantileOf } from '../../src/domain/latency-histogram.ts'

const LARGEST_MS = 65_536

const duration = fc.oneof(
  fc.double({ min: 0, max: 2 * LARGEST_MS, noNaN: true }),
  fc.nat(200),
  fc.constantFrom(...latencyBounds),
)
const quantile = fc.double({ min: 0, max: 1, noNaN: true })

function histogramOf(durations: readonly number[]): readonly number[] {
  const histogram: number[] = Array.from({ length: latencyBounds.length + 1 }, () => 0)
  for (const one of durations) histogram[latencyBin(one)] = (histogram[latencyBin(one)] ?? 0) + 1
  return histogram
}

test('bounds go from 1 ms to 65,536 ms, each √2 times the one before', () => {
  expect([latencyBounds[0], latencyBounds.at(-1)]).toEqual([1, LARGEST_MS])
  const factors = latencyBounds.slice(1).map((bound, place) => bound / latencyBounds[place]!)
  expect(factors).toEqual(factors.map(() => expect.closeTo(Math.SQRT2, 10)))
})

test('a duration is counted between the bounds that it lies between', () => {
  fc.assert(
    fc.property(duration, (ms) => {
      const bin = latencyBin(ms)
      expect(ms).toBeGreaterThanOrEqual(latencyBounds[bin - 1] ?? 0)
      expect(ms).toBeLessThan(latencyBounds[bin] ?? Number.POSITIVE_INFINITY)
    }),
  )
})

test('a quantile lies between the bounds that the true one lies between', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), quantile, (durations, share) => {
      const sorted = durations.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
      const bin = latencyBin(exact)
      const found = quantileOf(histogramOf(durations), share)
      expect(found).toBeGreaterThanOrEqual(Math.min(latencyBounds[bin - 1] ?? 0, LARGEST_MS))
      expect(found).toBeLessThanOrEqual(latencyBounds[bin] ?? LARGEST_MS)
    }),
  )
})

test('a larger share is never quicker', () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1 }), quantile, quantile, (durations, one, other) => {
      const histogram = histogramOf(durations)
      const [less, more] = [Math.min(one, other), Math.max(one, other)]
      expect(quantileOf(histogram, less)).toBeLessThanOrEqual(quantileOf(histogram, more)!)
    }),
  )
})

test('histograms that are added count what each of them does, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.array(duration)), (parts) => {
      const trimmed = parts.map((part) => {
        const histogram = histogramOf(part)
        return histogram.slice(0, histogram.findLastIndex((count) => count > 0) + 1)
      })
      const sum = addHistograms([...trimmed, histogramOf([])])
      expect(sum).toEqual(histogramOf(parts.flat()))
    }),
  )
})

test.each([
  { name: 'nothing', histogram: [] },
  { name: 'only zeros', histogram: [0, 0, 0] },
])('of $name there is no quantile', ({ histogram }) => {
  expect(quantileOf(histogram, 0.5)).toBeNull()
})

test.each([
  { name: 'the half of four from 2 to 2.83 ms', histogram: [0, 0, 0, 4], share: 0.5, ms: Math.SQRT2 + 1 },
  { name: 'most of what is above all bounds', histogram: histogramOf([1e6]), share: 0.99, ms: LARGEST_MS },
])('$name took no longer than $ms ms', ({ histogram, share, ms }) => {
  expect(quantileOf(histogram, share)).toBeCloseTo(ms, 6)
})
