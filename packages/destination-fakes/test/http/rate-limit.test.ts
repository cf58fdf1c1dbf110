import { expect, test } from 'vitest'
import { slidingWindow, tokenBucket } from '../../src/http/rate-limit.ts'

test('a bucket admits a burst and then one for each interval, and says how long to wait', () => {
  const bucket = tokenBucket({ burst: 3, everyMs: 1000 })
  const waits = [0, 0, 0, 0, 400, 1000, 1000].map((now) => bucket.take('a', now))
  expect(waits).toEqual([0, 0, 0, 1000, 600, 0, 1000])
})

test('a bucket that rested admits its burst again and no more', () => {
  const bucket = tokenBucket({ burst: 2, everyMs: 1000 })
  const waits = [0, 0, 60_000, 60_000, 60_000].map((now) => bucket.take('a', now))
  expect(waits).toEqual([0, 0, 0, 0, 1000])
})

test('a window admits its limit in any stretch of its length', () => {
  const window = slidingWindow({ limit: 2, windowMs: 1000 })
  const waits = [0, 600, 700, 999, 1000, 1100, 1600].map((now) => window.take('a', now))
  expect(waits).toEqual([0, 0, 300, 1, 0, 500, 0])
})

test.each([tokenBucket({ burst: 1, everyMs: 1000 }), slidingWindow({ limit: 1, windowMs: 1000 })])(
  'keys are limited each for itself',
  (limit) => {
    expect([limit.take('a', 0), limit.take('b', 0), limit.take('a', 0)]).toEqual([0, 0, 1000])
  },
)
