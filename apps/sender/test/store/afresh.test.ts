import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HealthPolicy } from '../../src/domain/health.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { applyHealth } from '../../src/store/apply-health.ts'
import type { ClaimedDelivery, Settlement } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { failed, succeeded } from './support/settlements.ts'

const policy: HealthPolicy = { disableAfterFailures: 1, disableAfterMs: 0 }
const gone: Partial<Verdict> = { isGone: true }

let store: TestStore
let id: string
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query('truncate webhooks.owed_delivery, webhooks.subscription cascade')
  id = (await store.subscribe({ url: 'https://example.com/old' })).id
})
afterAll(() => store.close())

function target() {
  return { accountId: store.accountId, id, actor: 'command:test' }
}

async function claim(count: number): Promise<readonly ClaimedDelivery[]> {
  await store.publish(count)
  return (await store.queue.claim([{ subscriptionId: id, room: count, retryRoom: count }], 60_000)).deliveries
}

async function endpoint(): Promise<Row | undefined> {
  const [row] = await store.query(
    `select state, is_probing, consecutive_failures, failing_since, held_until, degraded_at
     from webhooks.subscription where id = $1`,
    [id],
  )
  return row
}

async function moveTo(url: string): Promise<void> {
  await store.subscriptions.change(target(), { url })
}

async function settle(settlements: readonly Settlement[]): Promise<void> {
  const { ids, health } = await store.queue.settle(settlements)
  expect(ids.size).toBe(settlements.length)
  for (const one of health) await applyHealth(store.database.db, one, policy)
}

const fresh = {
  state: 'active',
  is_probing: true,
  consecutive_failures: 0,
  failing_since: null,
  held_until: null,
  degraded_at: null,
}

const beginnings: Readonly<Record<string, () => Promise<unknown>>> = {
  'at another URL': () => moveTo('https://example.com/new'),
  'after a pause': async () => {
    await store.subscriptions.setState(target(), 'pause')
    await store.subscriptions.setState(target(), 'resume')
  },
  'after it was disabled': async () => {
    await store.query(`update webhooks.subscription set state = 'disabled' where id = $1`, [id])
    await store.subscriptions.setState(target(), 'enable')
  },
}

const answers: Readonly<Record<string, (delivery: ClaimedDelivery) => Settlement>> = {
  'a success': succeeded,
  'a failure': (delivery) => failed(delivery),
  'a request for time': (delivery) => failed(delivery, { holdForMs: 60_000 }),
  '410': (delivery) => failed(delivery, gone),
}

describe.each(Object.keys(beginnings))('an endpoint that began afresh %s', (beginning) => {
  test.each(Object.keys(answers))('is not charged with %s to an attempt from before', async (answer) => {
    const [delivery] = await claim(1)
    await beginnings[beginning]!()
    await settle([answers[answer]!(delivery!)])
    expect(await endpoint()).toEqual(fresh)
  })

  test('does not suffer from a transition that was due for it before', async () => {
    const [delivery] = await claim(1)
    const { health } = await store.queue.settle([failed(delivery!, gone)])
    await beginnings[beginning]!()
    expect(health).toHaveLength(1)
    expect(await applyHealth(store.database.db, health[0]!, policy)).toBeUndefined()
    expect(await endpoint()).toEqual(fresh)
  })

  test('is judged by answers of its own, among others in one batch', async () => {
    const [old, late] = await claim(2)
    await beginnings[beginning]!()
    const [own] = await claim(1)
    await settle([failed(old!, gone), succeeded(own!), failed(late!)])
    expect(await endpoint()).toEqual({ ...fresh, is_probing: false })
  })
})

test('what an old endpoint answered does not count even if the change commits while the answer is being stored', async () => {
  const [delivery] = await claim(1)
  const other = await store.database.pool.connect()
  await other.query('begin')
  await other.query('select from webhooks.subscription where id = $1 for update', [id])
  const settled = settle([failed(delivery!, gone)])
  await eventually(async () => {
    const waiting = await store.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return waiting.length === 1
  })
  await other.query(
    'update webhooks.subscription set is_probing = true, generation = generation + 1 where id = $1',
    [id],
  )
  await other.query('commit')
  other.release()
  await settled
  expect(await endpoint()).toEqual(fresh)
})

test('a delivery whose old endpoint failed is due again at the new one', async () => {
  const [delivery] = await claim(1)
  await moveTo('https://example.com/new')
  await settle([failed(delivery!)])
  const again = await store.queue.claim([{ subscriptionId: id, room: 5, retryRoom: 5 }], 60_000)
  expect(again.deliveries).toMatchObject([
    { id: delivery!.id, url: 'https://example.com/new', attempt: 2, failures: 1, isProbe: true },
  ])
})
