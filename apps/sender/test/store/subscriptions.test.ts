import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkEncryptionKey } from '../../src/store/check-encryption-key.ts'
import { CANCEL_BATCH } from '../../src/store/delete-subscription.ts'
import { openSecret } from '../../src/store/sealed-secret.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
let otherAccountId: string
beforeAll(async () => {
  store = await openTestStore()
  otherAccountId = (await store.apiKeys.create('globex', 'admin')).accountId
})
afterAll(() => store.close())

async function statuses(subscriptionId: string): Promise<readonly string[]> {
  const rows = await store.query(
    'select status from webhooks.delivery where subscription_id = $1 order by status',
    [subscriptionId],
  )
  return rows.map(({ status }) => status)
}

test('a new subscription is active and is found as it was created', async () => {
  const created = await store.subscribe({ url: 'https://example.com/a?b=c', events: ['scan.failed', '*'] })
  expect(created).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    accountId: store.accountId,
    url: 'https://example.com/a?b=c',
    events: ['scan.failed', '*'],
    description: '',
    headers: {},
    timeoutMs: null,
    isOrdered: false,
    contactEmail: null,
    state: 'active',
    stateReason: null,
    health: {
      consecutiveFailures: 0,
      failingSince: null,
      isProbing: false,
      degradedAt: null,
      heldUntil: null,
    },
    backlog: null,
    secrets: [{ hint: expect.any(String), createdAt: created.createdAt, expiresAt: null }],
    version: 1,
    createdAt: expect.any(Date),
    updatedAt: created.createdAt,
  })
  expect(await store.subscriptions.get(store.accountId, created.id)).toEqual(created)
})

test.each([
  ['an empty one', '', ''],
  ['one of 15 characters', 'x'.repeat(11) + '1234', ''],
  ['one of 16 characters', 'x'.repeat(12) + '1234', '1234'],
  ['one that ends in pairs of surrogates', 'x'.repeat(15) + '😀😁', 'xx😀😁'],
  ['a long one', `whsec_${'A'.repeat(40)}abc=`, 'abc='],
])('the hint of a secret, for %s, shows no more than its end', async (_name, secret, hint) => {
  const { secrets } = await store.subscribe({ secret })
  expect(secrets.map((each) => each.hint)).toEqual([hint])
})

test('a secret is stored sealed, and opens for its subscription', async () => {
  const secret = 'a secret that nobody may read in the database'
  const { id } = await store.subscribe({ secret })
  const [row] = await store.query(
    'select sealed, k::text as line from webhooks.subscription_secret k where subscription_id = $1',
    [id],
  )
  expect(row?.['line']).not.toContain(Buffer.from(secret.slice(0, 20)).toString('hex'))
  expect(row?.['line']).not.toContain(secret.slice(0, 20))
  expect(openSecret(row?.['sealed'], id, store.encryptionKeys)).toBe(secret)
})

test('the hints list the newest secret first', async () => {
  const { id } = await store.subscribe({ secret: 'the first secret 1111' })
  await store.query(
    `insert into webhooks.subscription_secret (subscription_id, sealed, hint) values ($1, 'x', '2222')`,
    [id],
  )
  const found = await store.subscriptions.get(store.accountId, id)
  await store.query('delete from webhooks.subscription_secret where subscription_id = $1', [id])
  expect(found?.secrets.map((each) => each.hint)).toEqual(['2222', '1111'])
})

describe('another account', () => {
  test('neither finds, lists nor deletes a subscription', async () => {
    const { id } = await store.subscribe()
    expect(await store.subscriptions.get(otherAccountId, id)).toBeUndefined()
    expect(await store.subscriptions.list(otherAccountId, {}, { limit: 100 })).toEqual({
      items: [],
      next: undefined,
    })
    const target = { accountId: otherAccountId, id, actor: 'command:test' }
    expect(await store.subscriptions.delete(target)).toEqual({ kind: 'not-found' })
    expect(await store.subscriptions.change(target, { description: 'mine' })).toEqual({ kind: 'not-found' })
    expect(await store.subscriptions.setState(target, 'pause')).toEqual({ kind: 'not-found' })
    const rotation = { secret: 'mine', overlapSeconds: 0 }
    expect(await store.subscriptions.rotateSecret(target, rotation)).toEqual({ kind: 'not-found' })
    expect(await store.subscriptions.get(store.accountId, id)).toMatchObject({ id, state: 'active' })
  })
})

describe('deleting', () => {
  test('cancels what is pending, keeps what is done in the log, and forgets the secret', async () => {
    const { id } = await store.subscribe({ url: 'https://example.com/deleted' })
    await store.publish(3)
    await store.succeed(id)
    const leased = await store.queue.claim([{ subscriptionId: id, room: 1, retryRoom: 1 }], 60_000)
    expect(leased.deliveries).toHaveLength(1)
    expect(await store.unsubscribe(id)).toBe(true)
    expect(await statuses(id)).toEqual(['canceled', 'canceled', 'succeeded'])
    const { items } = await store.deliveries.list(store.accountId, { subscriptionId: id }, { limit: 10 })
    expect(items.map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => 'https://example.com/deleted'),
    )
    expect(
      await store.query('select from webhooks.subscription_secret where subscription_id = $1', [id]),
    ).toEqual([])
    expect(await store.subscriptions.get(store.accountId, id)).toBeUndefined()
  })

  test('happens once, and never for an id that nobody has', async () => {
    const { id } = await store.subscribe()
    const answers = await Promise.all([1, 2, 3].map(() => store.unsubscribe(id)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await store.unsubscribe(randomUUID())).toBe(false)
  })

  test('keeps nobody waiting for a large backlog; the rest is canceled by the next searches', async () => {
    const { id } = await store.subscribe({ events: ['scan.failed'] })
    await store.owe(id, CANCEL_BATCH + 1)
    await store.unsubscribe(id)
    expect((await statuses(id)).filter((status) => status === 'pending')).toHaveLength(1)
    expect(
      (await store.queue.claim([{ subscriptionId: id, room: 1, retryRoom: 1 }], 60_000)).deliveries,
    ).toEqual([])
    await store.queue.findWaitingLanes()
    expect(new Set(await statuses(id))).toEqual(new Set(['canceled']))
  })

  test('does not wait for a dispatcher that is writing; what it wrote is canceled by the next search', async () => {
    const { id } = await store.subscribe({ events: ['scan.failed'] })
    await store.publish(2, 'scan.failed')
    const writer = await store.database.pool.connect()
    await writer.query('begin')
    await writer.query(
      `select from webhooks.owed_delivery where subscription_id = $1 order by id limit 1 for update`,
      [id],
    )
    await store.unsubscribe(id)
    const meanwhile = await statuses(id)
    await writer.query('commit')
    writer.release()
    await store.queue.findWaitingLanes()
    expect([meanwhile, await statuses(id)]).toEqual([
      ['canceled', 'pending'],
      ['canceled', 'canceled'],
    ])
  })

  test('cancels what a transaction published that had begun before, at the next search', async () => {
    const { id } = await store.subscribe({ events: ['scan.failed'] })
    const publisher = await store.database.pool.connect()
    await publisher.query('begin')
    await publisher.query(`select webhooks.publish($1, 'scan.failed', '{}')`, [store.accountId])
    await store.unsubscribe(id)
    await publisher.query('commit')
    publisher.release()
    const before = await statuses(id)
    const waiting = await store.queue.findWaitingLanes()
    expect(waiting.map(({ subscriptionId }) => subscriptionId)).not.toContain(id)
    expect([before, await statuses(id)]).toEqual([['pending'], ['canceled']])
  })

  test('while an answer of the endpoint is being settled fails neither of them', async () => {
    const { id } = await store.subscribe({ events: ['scan.failed'] })
    await store.publish(1, 'scan.failed')
    const { deliveries } = await store.queue.claim([{ subscriptionId: id, room: 1, retryRoom: 1 }], 60_000)
    const result = { outcome: 'http_503', httpStatus: 503, startedAt: new Date(), durationMs: 1 } as const
    const verdict = {
      status: 'pending',
      retryInMs: 60_000,
      isFailure: true,
      endpoint: 'failing',
      holdForMs: 60_000,
    } as const
    const holder = await store.database.pool.connect()
    await holder.query('begin')
    await holder.query('select from webhooks.subscription where id = $1 for update', [id])
    const deleting = store.unsubscribe(id)
    await eventually(async () => (await lockWaits()) === 1)
    const settling = store.queue.settle(deliveries.map((delivery) => ({ delivery, result, verdict })))
    await eventually(async () => (await lockWaits()) === 2)
    await holder.query('commit')
    holder.release()
    expect(await deleting).toBe(true)
    expect((await settling).ids.size).toBe(1)
    await store.queue.findWaitingLanes()
    expect(await statuses(id)).toEqual(['canceled'])
  })
})

async function lockWaits(): Promise<number> {
  const rows = await store.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

describe('an encryption key', () => {
  test('that opens a secret is accepted, also beside a damaged one', async () => {
    const { id } = await store.subscribe()
    await store.query(
      `insert into webhooks.subscription_secret (subscription_id, sealed, hint) values ($1, 'x', '')`,
      [id],
    )
    await expect(checkEncryptionKey(store.database.pool, store.encryptionKeys)).resolves.toBeUndefined()
    await store.query(`delete from webhooks.subscription_secret where sealed = 'x'`)
  })

  test('that opens none is refused with what to do', async () => {
    await expect(
      checkEncryptionKey(store.database.pool, { current: new Uint8Array(32), previous: [] }),
    ).rejects.toThrow(
      /^The encryption key does not open the secrets in the database\. Set SENDER_ENCRYPTION_KEY/,
    )
  })
})
