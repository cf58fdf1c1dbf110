import { expect, test } from 'vitest'
import type { Statistics, StatisticsBucket } from '../../src/api/statistics.ts'
import {
  boundsOfBuckets,
  bucketAt,
  countsOf,
  latencyLines,
  stackBars,
  timeTicks,
  totalOf,
} from '../../src/log/charts/chart-model.ts'

const START = Date.UTC(2026, 2, 1, 12)

function bucket(
  index: number,
  counts: Partial<StatisticsBucket['deliveries']>,
  p50?: number,
): StatisticsBucket {
  return {
    at: new Date(START + index * 300_000).toISOString(),
    deliveries: { succeeded: 0, failed: 0, pending: 0, canceled: 0, ...counts },
    attempts: { succeeded: 0, failed: 0 },
    latency_ms: p50 === undefined ? null : { p50, p95: p50 * 10, p99: p50 * 20 },
  }
}

const buckets = [
  bucket(0, { succeeded: 90, failed: 10 }, 10),
  bucket(1, {}),
  bucket(2, { pending: 1 }, 20),
  bucket(3, { succeeded: 999, canceled: 1 }, 40),
]

const statistics: Statistics = {
  since: new Date(START).toISOString(),
  until: new Date(START + 1_200_000).toISOString(),
  step_seconds: 300,
  is_exact: true,
  buckets,
}

test('bars stand on each other, as high as there are deliveries', () => {
  const { bars, ticks } = stackBars(buckets, 100)
  expect(ticks).toEqual([
    { value: 0, at: 100 },
    { value: 500, at: 50 },
    { value: 1000, at: 0 },
  ])
  expect(bars[0]).toEqual([
    { status: 'succeeded', y: 91, height: 9 },
    { status: 'failed', y: 90, height: 1 },
  ])
  expect(bars[1]).toEqual([])
})

test('one delivery among thousands is seen', () => {
  const { bars } = stackBars(buckets, 100)
  expect(bars[2]?.[0]).toEqual({ status: 'pending', y: 99, height: 1 })
})

test('a time without any delivery has an axis nevertheless', () => {
  const { bars, ticks } = stackBars([bucket(0, {}), bucket(1, {})], 100)
  expect(bars).toEqual([[], []])
  expect(ticks.map(({ value }) => value)).toEqual([0, 1])
})

test('deliveries are counted by status, and in all', () => {
  expect(countsOf(buckets)).toEqual({ succeeded: 1089, failed: 10, pending: 1, canceled: 1 })
  expect(buckets.map(totalOf)).toEqual([100, 0, 1, 1000])
})

test('the lines of latency are interrupted where nothing was answered', () => {
  const { lines, ticks } = latencyLines(buckets, 400, 100)
  expect(lines.p50.map((part) => part.map(([x]) => x))).toEqual([[50], [250, 350]])
  expect(ticks.map(({ value }) => value)).toEqual([10, 100, 1000])
  expect(lines.p50[0]?.[0]).toEqual([50, 100])
})

test('without any answer there is no line of latency', () => {
  expect(latencyLines([bucket(0, {})], 400, 100)).toEqual({ lines: { p50: [], p95: [] }, ticks: [] })
})

test('ticks of the time stand within the chart', () => {
  const ticks = timeTicks(statistics, 600)
  expect(ticks.length).toBeGreaterThan(1)
  expect(ticks.filter(({ at }) => at < 0 || at > 600)).toEqual([])
})

test.each([
  [-5, 0],
  [0, 0],
  [99, 0],
  [100, 1],
  [399, 3],
  [1000, 3],
])('at %i pixels of 400 is the bucket %i', (x, index) => {
  expect(bucketAt(x, 400, 4)).toBe(index)
})

test.each([
  ['one bucket', 1, 1, 300, 600],
  ['several', 1, 2, 300, 900],
  ['several, from the right', 3, 1, 300, 1200],
])('%s as a filter of the log', (_, from, to, since, until) => {
  expect(boundsOfBuckets(statistics, from, to)).toEqual({
    since: new Date(START + since * 1000).toISOString(),
    until: new Date(START + until * 1000).toISOString(),
  })
})

test('buckets that are no longer there are no filter', () => {
  expect(boundsOfBuckets(statistics, 2, 9)).toBeUndefined()
})
