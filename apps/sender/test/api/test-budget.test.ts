import { expect, test } from 'vitest'
import { createTestBudget } from '../../src/api/test-budget.ts'

test('a subscription has its tests back a minute after each', () => {
  let now = 0
  const budget = createTestBudget(2, () => now)
  expect(budget.take('a')).toEqual({ granted: true })
  now = 20_000
  expect(budget.take('a')).toEqual({ granted: true })
  expect(budget.take('a')).toEqual({ granted: false, retryAfterSeconds: 40 })
  now = 60_000
  expect(budget.take('a')).toEqual({ granted: true })
  expect(budget.take('a')).toEqual({ granted: false, retryAfterSeconds: 20 })
})

test('many other subscriptions that are tested give none of it back', () => {
  const budget = createTestBudget(1, () => 0)
  budget.take('a')
  for (let other = 0; other < 10_001; other += 1) budget.take(`other ${other}`)
  expect(budget.take('a')).toEqual({ granted: false, retryAfterSeconds: 60 })
})
