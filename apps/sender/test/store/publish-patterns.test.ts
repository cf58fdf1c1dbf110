import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(() => store.query('truncate webhooks.owed_delivery, webhooks.subscription cascade'))
afterAll(() => store.close())

test.each([
  ['scan.completed', ['scan.completed', 'scan.*', '*']],
  ['a.b.c.d', ['a.b.c.d', 'a.b.c.*', 'a.b.*', 'a.*', '*']],
])('%s is matched by %j, the most specific first', async (event, patterns) => {
  const [row] = await store.query('select webhooks.patterns_of($1) as patterns', [event])
  expect(row).toEqual({ patterns })
})

test.each<[string, readonly string[], string, string | null]>([
  ['its type', ['scan.completed'], 'scan.completed', 'scan.completed'],
  ['all', ['*'], 'scan.completed', '*'],
  ['all below its first name', ['scan.*'], 'scan.completed', 'scan.*'],
  ['all below its second name', ['a.b.*'], 'a.b.c', 'a.b.*'],
  ['all below its first name, two names away', ['a.*'], 'a.b.c', 'a.*'],
  [
    'several, of which the most specific counts',
    ['*', 'scan.*', 'scan.completed'],
    'scan.completed',
    'scan.completed',
  ],
  ['several, of which one matches', ['audit.*', 'scan.failed', 'scan.*'], 'scan.completed', 'scan.*'],
  ['another type', ['scan.failed'], 'scan.completed', null],
  ['all below another name', ['audit.*'], 'scan.completed', null],
  ['all below a name that its own begins with', ['sc.*'], 'scan.completed', null],
  ['all below itself', ['scan.completed.*'], 'scan.completed', null],
  ['what looks like a regular expression', ['scan.complete.'], 'scan.completed', null],
  ['what looks like LIKE', ['scan.%'], 'scan.completed', null],
])('of a subscription to %s', async (_name, events, event, matchedBy) => {
  const { id } = await store.subscribe({ events })
  await store.publish(1, event)
  const owed = await store.query('select subscription_id, matched_by from webhooks.owed_delivery')
  expect(owed).toEqual(matchedBy === null ? [] : [{ subscription_id: id, matched_by: matchedBy }])
})
