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
  expect(merged.map(({ id }) => id).join('')).toBe(order)
})

test('rows that did not change are the same objects, so that they are not drawn again', () => {
  const merged = mergeRows(rows, [row('a'), row('5', { attemptCount: 2 })])
  expect(merged.filter((each) => rows.includes(each)).map(({ id }) => id)).toEqual(['9', '7', '3'])
  expect(mergeRows(rows, [row('5')])).toBe(rows)
})

test.each([
  ['the last one of equal ones', { outcome: 'timeout' }, { outcome: 'tls' }, { outcome: 'tls' }],
  ['the final one', { status: 'failed' }, { status: 'pending', attemptCount: 2 }, { status: 'failed' }],
  [
    'the pending one with more attempts',
    { status: 'pending', attemptCount: 2 },
    { status: 'pending' },
    { attemptCount: 2 },
  ],
] as const)('of several states of one delivery %s holds', (_, first, second, held) => {
  const merged = mergeRows([], [row('1', first), row('1', second)])
  expect(merged).toEqual([expect.objectContaining(held)])
})

test.each([
  ['a pending one after a succeeded one', 'succeeded', { status: 'pending', attemptCount: 2 }, 'succeeded'],
  ['one with fewer attempts', 'pending', { status: 'pending', attemptCount: 0, outcome: 'tls' }, 'pending'],
  ['one with more attempts', 'pending', { status: 'failed', attemptCount: 2 }, 'failed'],
  // Given up, or released, at the claim: the attempt that was counted is not made.
  ['a final one with fewer attempts', 'pending', { status: 'failed', attemptCount: 0 }, 'failed'],
] as const)('%s is compared with what is known', (_, known, changes, status) => {
  const merged = mergeRows([row('1', { status: known })], [row('1', changes)])
  expect(merged[0]).toMatchObject({ status, outcome: 'succeeded' })
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
