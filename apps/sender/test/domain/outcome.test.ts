import { expect, test } from 'vitest'
import { outcomeOf } from '../../src/domain/outcome.ts'

test.each([
  [200, 'succeeded'],
  [204, 'succeeded'],
  [299, 'succeeded'],
  [300, 'redirect'],
  [304, 'redirect'],
  [399, 'redirect'],
  [199, 'http_199'],
  [400, 'http_400'],
  [410, 'http_410'],
  [503, 'http_503'],
  [999, 'http_999'],
])('an answer of %i is %s', (httpStatus, outcome) => {
  expect(outcomeOf(httpStatus)).toBe(outcome)
})
