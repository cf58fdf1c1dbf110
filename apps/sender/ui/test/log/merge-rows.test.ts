import { expect, test } from 'vitest'
import type { LogRow } from '../../src/log/table/log-row.ts'
import { findRow, mergeRows } from '../../src/log/table/merge-rows.ts'

function row(id: string, changes: Partial<LogRow> = {}): LogRow {
  return {
    id,
    subscriptionId: 's',
    url: 'https://example.com',
    event: 'scan.completed',
    eventId: 'e',
    status: 'succeeded',
    attemptCount: 1,
    outcome: 'succeeded',
    httpStatus: 200,
    createdAtMs: 0,
    completedAtMs: 0,
    nextAttemptAtMs: null,
    isTest: false,
    isRedelivery: false,
    ...changes,
  }
}

const rows = ['9', '7', '5', '3'].map((id) => row(id))

test.each([
  ['newer ones', ['b', 'a'], 'ba9753'],
  ['older ones', ['1', '2'], '975321'],
  ['ones in between', ['4', '8'], '987543'],
  ['known ones', ['7', '5'], '9753'],
  ['some of each', ['a', '7', '6', '1'], 'a976531'],
  ['none', [], '9753'],
])('%s take their places', (_, incoming, order) => {
  const merged = mergeRows(
    rows,
    incoming.map((id) => row(id)),
  )
  expect(merged.rows.map(({ id }) => id).join('')).toBe(order)
  expect(merged.insertedCount).toBe(order.length - rows.length)
})

test('rows that did not change are the same objects, so that they are not drawn again', () => {
  const merged = mergeRows(rows, [row('a'), row('5', { attemptCount: 2 })])
  expect(merged.rows.filter((each) => rows.includes(each)).map(({ id }) => id)).toEqual(['9', '7', '3'])
  expect(mergeRows(rows, [row('5')]).rows).toBe(rows)
})

test('of several states of one delivery the last one holds', () => {
  const merged = mergeRows([], [row('1', { attemptCount: 1 }), row('1', { attemptCount: 2 })])
  expect(merged.rows.map(({ attemptCount }) => attemptCount)).toEqual([2])
})

test.each([
  ['a pending one after a succeeded one', { status: 'pending' }, 'succeeded'],
  ['one with fewer attempts', { status: 'failed', attemptCount: 0 }, 'succeeded'],
  ['one with more attempts', { status: 'failed', attemptCount: 2 }, 'failed'],
] as const)('%s is compared with what is known', (_, changes, status) => {
  expect(mergeRows([row('1')], [row('1', changes)]).rows[0]?.status).toBe(status)
})

test.each([
  ['a', 0],
  ['9', 0],
  ['6', 2],
  ['3', 3],
  ['1', 4],
])('the place of %s is found', (id, index) => {
  expect(findRow(rows, id)).toBe(index)
})
