import { expect, test } from 'vitest'
import { moveByKey, visibleRange } from '../../src/log/table/visible-range.ts'

test.each([
  ['above the rows', -500, 900, 100, { first: 0, last: 9 }],
  ['at the first row', 0, 400, 100, { first: 0, last: 9 }],
  ['in the middle of rows', 50, 400, 100, { first: 2, last: 10 }],
  ['at the last row', 3600, 400, 100, { first: 90, last: 99 }],
  ['beyond the last row', 9000, 400, 100, { first: 99, last: 99 }],
  ['with few rows', 0, 400, 3, { first: 0, last: 2 }],
  ['without rows', 0, 400, 0, undefined],
])('%s, the rows that are seen whole are known', (_, offset, height, count, range) => {
  expect(visibleRange(offset, height, 40, count)).toEqual(range)
})

test.each([
  ['ArrowDown', 5, 6],
  ['j', 5, 6],
  ['ArrowUp', 5, 4],
  ['k', 0, 0],
  ['PageDown', 5, 14],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 5, 99],
  ['ArrowDown', 99, 99],
  ['x', 5, undefined],
  ['constructor', 5, undefined],
])('%s moves from row %i to %j', (key, from, to) => {
  expect(moveByKey(key, from, { first: 3, last: 12 }, 100)).toBe(to)
})
