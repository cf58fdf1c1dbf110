import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBacklogTask } from '../../src/maintenance/backlog-task.ts'
import { createTestDeliveryStore } from '../../src/store/test-deliveries.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

test('one run does away with all that nobody is going to attempt, and with nothing else', async () => {
  const { database, queue, audit, encryptionKeys, accountId } = store
  const [active, paused, deleted] = await Promise.all(
    ['a', 'b', 'c'].map((path) => store.subscribe({ url: `https://example.com/${path}` })),
  )
  const tests = createTestDeliveryStore(database.db, queue, { audit, encryptionKeys })
  const target = { accountId, id: paused!.id, actor: 'command:test' }
  await tests.begin(target, { event: 'scan.completed', data: {} }, 0)
  await store.owe(active!.id, 3)
  await store.owe(paused!.id, 3)
  await store.owe(deleted!.id, 3)
  await store.subscriptions.setState(target, 'pause')
  await store.query('update webhooks.subscription set deleted_at = now() where id = $1', [deleted!.id])

  const task = createBacklogTask(database.pool, { maxAgeMs: 60_000, maxCount: 2 })
  expect(await task.run(new AbortController().signal)).toBe(false)
  const rows = await store.query(
    `select s.url, coalesce(d.reason, d.status) as state, count(*)::int as count
     from webhooks.delivery d join webhooks.subscription s on s.id = d.subscription_id group by 1, 2 order by 1, 2`,
  )
  expect(rows).toEqual([
    { url: 'https://example.com/a', state: 'pending', count: 3 },
    { url: 'https://example.com/b', state: 'backlog_full', count: 1 },
    { url: 'https://example.com/b', state: 'pending', count: 2 },
    { url: 'https://example.com/b', state: 'test_interrupted', count: 1 },
    { url: 'https://example.com/c', state: 'subscription_deleted', count: 3 },
  ])
})
