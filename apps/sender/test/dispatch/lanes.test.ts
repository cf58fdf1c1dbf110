import { expect, test } from 'vitest'
import { createLanes } from '../../src/dispatch/lanes.ts'

test('room is shared equally among the lanes that are ready', () => {
  const lanes = createLanes(100)
  for (const id of ['a', 'b', 'c']) lanes.expect(id, 0)
  expect(lanes.take(10, 0)).toEqual([
    { subscriptionId: 'a', room: 3 },
    { subscriptionId: 'b', room: 3 },
    { subscriptionId: 'c', room: 3 },
  ])
})

test('more lanes than room are served in turn', () => {
  const lanes = createLanes(100)
  for (const id of ['a', 'b', 'c']) lanes.expect(id, 0)
  const first = lanes.take(2, 0).map((lane) => lane.subscriptionId)
  for (const id of first) lanes.expect(id, 0)
  const second = lanes.take(2, 0).map((lane) => lane.subscriptionId)
  expect([first, second]).toEqual([
    ['a', 'b'],
    ['c', 'a'],
  ])
})

test('a lane with all its attempts in flight is passed over and keeps its place', () => {
  const lanes = createLanes(2)
  lanes.expect('busy', 0)
  lanes.expect('free', 0)
  lanes.count('busy', 1)
  lanes.count('busy', 1)
  expect(lanes.take(10, 0)).toEqual([{ subscriptionId: 'free', room: 2 }])
  lanes.count('busy', -1)
  expect(lanes.take(10, 0)).toEqual([{ subscriptionId: 'busy', room: 1 }])
})

test('a lane sleeps until the earliest instant it was expected at', () => {
  const lanes = createLanes(1)
  lanes.expect('a', 500)
  lanes.expect('a', 300)
  lanes.expect('a', 900)
  expect(lanes.nextReadyAt).toBe(300)
  expect(lanes.take(1, 299)).toEqual([])
  expect(lanes.take(1, 300)).toEqual([{ subscriptionId: 'a', room: 1 }])
  expect(lanes.nextReadyAt).toBe(Infinity)
})

test('a lane that was taken is forgotten until it is expected again', () => {
  const lanes = createLanes(1)
  lanes.expect('a', 0)
  lanes.take(1, 0)
  expect(lanes.take(1, 0)).toEqual([])
  lanes.expect('a', 0)
  expect(lanes.take(1, 0)).toHaveLength(1)
})

test('no room takes nothing', () => {
  const lanes = createLanes(1)
  lanes.expect('a', 0)
  expect(lanes.take(0, 0)).toEqual([])
  expect(lanes.take(1, 0)).toHaveLength(1)
})
