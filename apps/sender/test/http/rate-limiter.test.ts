import { array, assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'

test('as many as the limit pass at once, and then one each time its share of the window is over', () => {
  const limiter = createRateLimiter(3, 60_000)
  const taken = [0, 0, 0, 0, 19_999, 20_000, 20_001].map((now) => limiter.take('key', now).isPermitted)
  expect(taken).toEqual([true, true, true, false, false, true, false])
})

test('whoever is refused is told after how long to come back, and then passes', () => {
  const limiter = createRateLimiter(3, 60_000)
  for (let n = 0; n < 3; n++) limiter.take('key', 1000)
  expect(limiter.take('key', 6000)).toEqual({
    isPermitted: false,
    remaining: 0,
    resetMs: 55_000,
    retryAfterMs: 15_000,
  })
  expect(limiter.take('key', 21_000).isPermitted).toBe(true)
})

test('what is left is counted down to nothing', () => {
  const limiter = createRateLimiter(7, 60_000)
  const left = Array.from({ length: 8 }, () => limiter.take('key', 0).remaining)
  expect(left).toEqual([6, 5, 4, 3, 2, 1, 0, 0])
})

test('callers do not share their allowance', () => {
  const limiter = createRateLimiter(1, 60_000)
  expect(['a', 'b', 'a'].map((key) => limiter.take(key, 0).isPermitted)).toEqual([true, true, false])
})

test('what is given back does not count, and never makes more than the limit', () => {
  const limiter = createRateLimiter(2, 60_000)
  limiter.take('key', 0)
  for (let n = 0; n < 5; n++) limiter.giveBack('key', 0)
  expect(Array.from({ length: 3 }, () => limiter.take('key', 0).isPermitted)).toEqual([true, true, false])
  limiter.giveBack('key', 0)
  expect(limiter.take('key', 0).isPermitted).toBe(true)
})

test('looking counts nothing', () => {
  const limiter = createRateLimiter(1, 60_000)
  for (let n = 0; n < 10; n++) limiter.peek('key', 0)
  expect(limiter.take('key', 0).isPermitted).toBe(true)
})

test('in any time, no more pass than the limit and what is refilled meanwhile', () => {
  const waits = array(integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 })
  assert(
    property(integer({ min: 1, max: 50 }), waits, (limit, waits) => {
      const limiter = createRateLimiter(limit, 10_000)
      let now = 0
      const passed = waits.map((wait) => (now += wait)).filter((at) => limiter.take('key', at).isPermitted)
      for (const [index, start] of passed.entries()) {
        for (const [further, end] of passed.slice(index).entries()) {
          expect(further + 1).toBeLessThanOrEqual(limit + ((end - start) * limit) / 10_000 + 0.01)
        }
      }
    }),
  )
})

test('however many callers there are, the memory of them is bounded, and a caller in between starts afresh at worst', () => {
  const limiter = createRateLimiter(1, 60_000)
  limiter.take('first', 0)
  for (let n = 0; n < 30_000; n++) limiter.take(`caller ${n}`, 1)
  expect(limiter.take('first', 2).isPermitted).toBe(true)
  expect(limiter.take('caller 29999', 2).isPermitted).toBe(false)
})
