import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkEncryptionKey } from '../../src/store/check-encryption-key.ts'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { ownerOf } from '../../src/store/idempotency.ts'
import { reencrypt } from '../../src/store/reencrypt.ts'
import { type EncryptionKeys, openSecret, sealSecret } from '../../src/store/sealed-secret.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const SECRET = 'a secret that everything has to go on with'

let store: TestStore
let pool: TestStore['database']['pool']
/** Keys after a change: the new one, and the one that everything was sealed with. */
let keys: EncryptionKeys
beforeAll(async () => {
  store = await openTestStore()
  pool = store.database.pool
})
afterAll(() => store.close())
beforeEach(async () => {
  await store.query('truncate webhooks.subscription_secret, webhooks.idempotency_key')
  await store.query('update webhooks.subscription set sealed_headers = null')
  keys = { current: randomBytes(32), previous: [randomBytes(32), store.encryptionKey] }
})

/** A subscription with a secret, headers, and a stored answer. */
async function fill(): Promise<string> {
  const { id } = await store.subscribe({ secret: SECRET, headers: { authorization: 'Bearer x' } })
  const answer = sealSecret('{}', ownerOf(store.accountId, `key ${id}`), store.encryptionKeys)
  await store.query(
    `insert into webhooks.idempotency_key (account_id, key, request_hash, http_status, sealed_answer, subscription_id)
     values ($1, $2, sha256('x'), 201, $3, $4)`,
    [store.accountId, `key ${id}`, answer, id],
  )
  return id
}

test('everything that an older key sealed is sealed with the new one, which alone opens it from then on', async () => {
  const id = await fill()
  expect(await reencrypt(pool, keys)).toEqual({ resealedCount: 3, currentCount: 3, others: [] })
  const alone = { current: keys.current, previous: [] }
  await expect(checkEncryptionKey(pool, alone)).resolves.toBeUndefined()
  await store.publish()
  const { deliveries } = await createDeliveryQueue(pool, alone).claim(
    [{ subscriptionId: id, room: 1, retryRoom: 1 }],
    60_000,
  )
  expect(deliveries).toMatchObject([{ secrets: [SECRET], headers: { authorization: 'Bearer x' } }])
})

test('a second run finds nothing to do, and nothing else was changed', async () => {
  const id = await fill()
  const read = () =>
    store.query(
      `select s.id, version, updated_at, k.id as secret_id, hint, expires_at from webhooks.subscription s
       join webhooks.subscription_secret k on subscription_id = s.id where s.id = $1`,
      [id],
    )
  const before = await read()
  await reencrypt(pool, keys)
  expect(await reencrypt(pool, keys)).toEqual({ resealedCount: 0, currentCount: 3, others: [] })
  expect(await read()).toEqual(before)
})

test('many are done in several transactions, and what one run has left the next one finds', async () => {
  const id = await fill()
  await store.query(
    `insert into webhooks.subscription_secret (subscription_id, sealed, hint)
     select subscription_id, sealed, hint from webhooks.subscription_secret, generate_series(1, 1300)`,
  )
  const [newest] = await store.query('select id from webhooks.subscription_secret order by id desc limit 1')
  const blocker = await pool.connect()
  await blocker.query('begin')
  await blocker.query('select 1 from webhooks.subscription_secret where id = $1 for update', [newest?.['id']])
  const first = await reencrypt(pool, keys)
  expect(first).toEqual({
    resealedCount: 1302,
    currentCount: 1302,
    others: [{ table: 'subscription_secret', owner: id, reason: 'older-key' }],
  })
  await blocker.query('commit')
  blocker.release()
  expect(await reencrypt(pool, keys)).toEqual({ resealedCount: 1, currentCount: 1303, others: [] })
})

test('what no key opens is left as it is, named, and stops nothing', async () => {
  const id = await fill()
  const foreign = sealSecret('x', id, { current: randomBytes(32), previous: [] })
  const damaged = Buffer.concat([sealSecret('x', id, store.encryptionKeys), Buffer.of(0)])
  const forged = Buffer.from(sealSecret('x', id, keys))
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  for (const sealed of [foreign, damaged, forged]) {
    await store.query(
      `insert into webhooks.subscription_secret (subscription_id, sealed, hint) values ($1, $2, '')`,
      [id, sealed],
    )
  }
  const { resealedCount, others } = await reencrypt(pool, keys)
  const unreadable = { table: 'subscription_secret', owner: id, reason: 'unreadable' }
  expect([resealedCount, others]).toEqual([3, [unreadable, unreadable, unreadable]])
  const kept = await store.query('select sealed from webhooks.subscription_secret')
  const stored = kept.map(({ sealed }) => sealed.toString('hex'))
  expect(stored).toEqual(
    expect.arrayContaining([foreign, damaged, forged].map((sealed) => sealed.toString('hex'))),
  )
})

test('beside senders with either key, no secret is lost and all end up with the new key', async () => {
  const id = await fill()
  const older = store.encryptionKeys
  const stored: string[] = []
  const writing = Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const secret = `secret ${n}`
      const sealed = sealSecret(secret, id, n % 2 === 0 ? older : keys)
      await store.query(
        `insert into webhooks.subscription_secret (subscription_id, sealed, hint) values ($1, $2, '')`,
        [id, sealed],
      )
      stored.push(secret)
    }),
  )
  await reencrypt(pool, keys)
  await writing
  expect(await reencrypt(pool, keys)).toMatchObject({ others: [] })
  const rows = await store.query('select sealed from webhooks.subscription_secret')
  const alone = { current: keys.current, previous: [] }
  const opened = rows.map(({ sealed }) => openSecret(sealed, id, alone))
  expect(opened.toSorted()).toEqual([...stored, SECRET].toSorted())
})
