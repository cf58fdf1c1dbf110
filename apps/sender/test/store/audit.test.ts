import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

function append(action: string, accountId = store.accountId): Promise<void> {
  const entry = { accountId, actor: 'key:1', action, target: 'subscription:1', details: { url: 'https://…' } }
  return store.database.db.transaction().execute((tx) => store.audit.append(tx, entry))
}

test('changes of one account that are made at once are numbered from 1 without gaps, each chained to the one before', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => append(`change.${n}`)))
  const entries = await store.query('select * from webhooks.audit_entry order by number')
  expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => String(index + 1)))
  expect(entries.slice(1).map((entry) => entry['previous_hash'])).toEqual(
    entries.slice(0, -1).map(({ hash }) => hash),
  )
  expect(new Set(entries.map(({ action }) => action)).size).toBe(31)
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b))
})
