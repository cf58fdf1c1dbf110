import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewSubscription } from '../../src/store/create-subscription.ts'
import { deleteExpired, EXPIRY_BATCH } from '../../src/store/delete-expired.ts'
import type { OnceOnly } from '../../src/store/idempotency.ts'
import type { Subscription } from '../../src/store/subscription.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
let input: NewSubscription
beforeAll(async () => {
  store = await openTestStore()
  input = {
    accountId: store.accountId,
    url: 'https://example.com/',
    events: ['*'],
    secret: 'a secret to keep',
  }
})
afterAll(() => store.close())

function once(key: string, asked = 'this'): OnceOnly<Subscription> {
  return {
    key,
    requestHash: createHash('sha256').update(asked).digest(),
    toAnswer: ({ id }) => ({ status: 201, headers: { location: id }, body: { id, secret: input.secret } }),
  }
}

async function create(repeatable: OnceOnly<Subscription>) {
  return await store.subscriptions.create(input, 'command:test', repeatable)
}

async function subscriptionCount(): Promise<number> {
  const [row] = await store.query('select count(*)::int as count from webhooks.subscription')
  return row?.['count']
}

test('a request with a key is carried out once, and its answer is given again', async () => {
  const first = await create(once('one'))
  if (first.kind !== 'done') throw new Error(first.kind)
  const { id } = first.result
  const before = await subscriptionCount()
  expect(await create(once('one'))).toEqual({
    kind: 'replayed',
    answer: { status: 201, headers: { location: id }, body: { id, secret: input.secret } },
  })
  expect(await subscriptionCount()).toBe(before)
})

test('a key that came with another request is refused', async () => {
  await create(once('two'))
  expect(await create(once('two', 'something else'))).toEqual({ kind: 'key-reused' })
})

test("another account's keys are apart", async () => {
  await create(once('three'))
  const { accountId } = await store.apiKeys.create('globex', 'admin')
  const created = await store.subscriptions.create({ ...input, accountId }, 'command:test', once('three'))
  expect(created.kind).toBe('done')
})

test('while the first request is being carried out, the second is told so', async () => {
  const holder = await store.database.pool.connect()
  await holder.query('begin')
  await holder.query('select from webhooks.account where id = $1 for update', [store.accountId])
  const first = create(once('four'))
  await expect.poll(lockWaits).toBe(1)
  expect(await create(once('four'))).toEqual({ kind: 'key-in-use' })
  await holder.query('commit')
  holder.release()
  expect((await first).kind).toBe('done')
  expect((await create(once('four'))).kind).toBe('replayed')
})

async function lockWaits(): Promise<number> {
  const rows = await store.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

test('nothing of a request that failed is kept, so that it can be repeated', async () => {
  const before = await subscriptionCount()
  const interrupted: OnceOnly<Subscription> = {
    ...once('five'),
    toAnswer() {
      throw new Error('the process ended here')
    },
  }
  await expect(create(interrupted)).rejects.toThrow('the process ended here')
  expect(await subscriptionCount()).toBe(before)
  expect((await create(once('five'))).kind).toBe('done')
})

test('a stored answer is sealed', async () => {
  await create(once('six'))
  const [row] = await store.query(`select k::text as line from webhooks.idempotency_key k where key = 'six'`)
  expect(row?.['line']).not.toContain(input.secret)
  expect(row?.['line']).not.toContain(Buffer.from(input.secret).toString('hex'))
})

test('after 24 hours a key is free again, whether its row is there still or was deleted', async () => {
  await create(once('seven'))
  await create(once('eight'))
  await store.query(
    `update webhooks.idempotency_key set created_at = now() - interval '24 hours' where key in ('seven', 'eight')`,
  )
  expect((await create(once('seven', 'something else'))).kind).toBe('done')
  expect(await deleteExpired(store.database.db)).toBe(false)
  const keys = await store.query(`select key from webhooks.idempotency_key where key in ('seven', 'eight')`)
  expect(keys).toEqual([{ key: 'seven' }])
  expect((await create(once('seven', 'something else'))).kind).toBe('replayed')
  expect((await create(once('eight', 'something else'))).kind).toBe('done')
})

test('what has expired is deleted in batches, and nothing else', async () => {
  const { id } = await store.subscribe()
  await store.query(
    `insert into webhooks.subscription_secret (subscription_id, sealed, hint, expires_at)
     select $1, 'x', '', now() + n * interval '1 hour' from generate_series(-1, 1, 2) n`,
    [id],
  )
  await store.query(
    `insert into webhooks.idempotency_key (account_id, key, request_hash, http_status, sealed_answer, subscription_id, created_at)
     select $1, 'old' || n, sha256(''), 201, 'x', $3, now() - interval '2 days' from generate_series(1, $2) n`,
    [store.accountId, EXPIRY_BATCH + 1, id],
  )
  expect(await deleteExpired(store.database.db)).toBe(true)
  expect(await deleteExpired(store.database.db)).toBe(false)
  expect(await store.query(`select from webhooks.idempotency_key where key like 'old%'`)).toEqual([])
  expect(
    await store.query('select from webhooks.subscription_secret where subscription_id = $1', [id]),
  ).toHaveLength(2)
})
