import { expect, test } from 'vitest'
import { defaultRetryPolicy, nextAttemptAt } from '../../src/domain/backoff.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
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
  expect(nextAttemptAt(failures, now, () => 0, defaultRetryPolicy)).toEqual(new Date(now.getTime() + waitMs))
})

test('jitter only adds, at most a tenth of the wait', () => {
  expect(nextAttemptAt(1, now, () => 0.999_999, defaultRetryPolicy)).toEqual(
    new Date(now.getTime() + 11 * SECOND),
  )
})

test('the schedule ends with the last attempt allowed', () => {
  expect(nextAttemptAt(10, now, () => 0, defaultRetryPolicy)).toBeNull()
})

test('a single attempt is never repeated', () => {
  expect(nextAttemptAt(1, now, () => 0, { ...defaultRetryPolicy, maxAttempts: 1 })).toBeNull()
})
