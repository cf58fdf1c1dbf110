import { expect, test } from 'vitest'
import { createNewestCards } from '../src/post/newest-cards.ts'
import { movedCard } from '../src/render/card.ts'

const [a, b] = [movedCard('a'), movedCard('b')]
const both = new Map([
  ['a', a],
  ['b', b],
])
const shared = 'C0ALERTS/1700000000.000100'
const nothing: ReadonlySet<string> = new Set()

test('what was posted together is remembered until the ledger has had it', () => {
  const cards = createNewestCards(() => 0)
  cards.posted(shared, both)
  expect(cards.unrecorded(shared, nothing)).toEqual(both)
  expect(cards.unrecorded(shared, new Set(['a']))).toEqual(new Map([['b', b]]))
  cards.updated(shared, 'a', a)
  expect(cards.unrecorded(shared, nothing)).toEqual(new Map([['b', b]]))
})

test.each([
  ['in the same channel is no longer in the one before', 'C0ALERTS/1700000001.000100', ['b']],
  ['in another channel is still in the one before', 'C0OTHER/1700000001.000100', ['a', 'b']],
])('an alert with a message %s', (_where, ref, left) => {
  const cards = createNewestCards(() => 0)
  cards.posted(shared, both)
  cards.posted(ref, new Map([['a', a]]))
  expect([...cards.unrecorded(shared, nothing).keys()]).toEqual(left)
  expect(cards.unrecorded(ref, nothing).size).toBe(0)
})

test.each([
  [9999, ['a', 'b']],
  [10_000, []],
  [-10_000, []],
])('when the clock says %i ms more, what the ledger never had is remembered: %j', (now, left) => {
  const clock = { now: 0 }
  const cards = createNewestCards(() => clock.now)
  cards.posted(shared, both)
  clock.now = now
  expect([...cards.unrecorded(shared, nothing).keys()]).toEqual(left)
})

test('an outcome in the ledger is newer than the post, and not newer than a later update', () => {
  const cards = createNewestCards(() => 0)
  const known = { ...a, at: '2026-03-02T00:00:00.000Z' }
  cards.posted(shared, new Map([...both, ['a', { ...a, at: '2026-03-03T00:00:00.000Z' }]]))
  expect(cards.newest(shared, 'a', known)).toBe(known)
  const later = { ...a, at: '2026-03-04T00:00:00.000Z' }
  cards.updated(shared, 'a', later)
  expect(cards.newest(shared, 'a', known)).toBe(later)
})
