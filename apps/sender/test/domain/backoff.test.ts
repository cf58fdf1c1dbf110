import { expect, test } from 'vitest'
import { defaultRetryPolicy, retryHorizonMs, retryWaitMs } from '../../src/domain/backoff.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND

test.each([
  [1, 10 * SECOND],
  [2, 40 * SECOND],
  [3, 160 * SECOND],
  [7, 40_960 * SECOND],
  [8, 12 * HOUR],
  [9, 12 * HOUR],
])('after failure %i the next attempt is due in %i ms', (failures, waitMs) => {
  expect(retryWaitMs(failures, () => 0, defaultRetryPolicy)).toBe(waitMs)
})

test('jitter only adds, at most a tenth of the wait', () => {
  expect(retryWaitMs(1, () => 0.999_999, defaultRetryPolicy)).toBe(11 * SECOND)
})

test('the schedule ends with the last attempt allowed', () => {
  expect(retryWaitMs(10, () => 0, defaultRetryPolicy)).toBeNull()
})

test('a single attempt is never repeated', () => {
  expect(retryWaitMs(1, () => 0, { ...defaultRetryPolicy, maxAttempts: 1 })).toBeNull()
})

test.each([
  [{ ...defaultRetryPolicy, maxAttempts: 1 }, 0],
  [{ baseMs: 100, factor: 10, capMs: 2000, maxAttempts: 5 }, 1.1 * (100 + 1000 + 2000 + 2000)],
])('the horizon is the sum of all waits with the most jitter', (policy, expected) => {
  expect(retryHorizonMs(policy)).toBe(expected)
})
