import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HealthPolicy, SubscriptionHealth } from '../../src/domain/health.ts'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { RecordedTransition } from '../../src/domain/transition.ts'
import { decide } from '../../src/domain/verdict.ts'
import { applyHealth } from '../../src/store/apply-health.ts'
import type { ClaimedDelivery } from '../../src/store/delivery-queue.ts'
import { OPERATOR_SUBSCRIPTION_ID } from '../../src/store/operator-account.ts'
import { keepOperatorSubscription } from '../../src/store/operator-subscription.ts'
import { createTransitionLog } from '../../src/store/transition-log.ts'
import { MAX_EMAILED_PER_HOUR, recordTransition } from '../../src/store/transitions.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const policy: HealthPolicy = { disableAfterFailures: 20, disableAfterMs: 3_600_000 }
const webhook = { url: 'https://ops.example.com/', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  await store.query(
    'truncate webhooks.attempt, webhooks.owed_delivery, webhooks.completed_delivery, webhooks.event, webhooks.event_identity, webhooks.subscription cascade',
  )
  await keepOperatorSubscription(store.database.db, store.encryptionKeys, webhook)
})
afterAll(() => store.close())

/** A subscription with a contact, in whatever state its columns say. */
async function subscribe(columns = ''): Promise<string> {
  const { id } = await store.subscribe()
  await store.query(`update webhooks.subscription set contact_email = 'owner@example.com' where id = $1`, [
    id,
  ])
  if (columns !== '') await store.query(`update webhooks.subscription set ${columns} where id = $1`, [id])
  return id
}

const failingLong = `consecutive_failures = 20, failing_since = now() - interval '1 hour'`
const failingHalf = `consecutive_failures = 10, failing_since = now() - interval '30 minutes'`
const warned = `degraded_at = now() - interval '10 minutes'`

async function subscriptionRow(id: string): Promise<Row> {
  const [row] = await store.query('select * from webhooks.subscription where id = $1', [id])
  return row ?? {}
}

async function owedEmails(): Promise<readonly Row[]> {
  return store.query('select * from webhooks.owed_email order by recipient nulls last')
}

/** What the operator's webhook is owed, oldest first. */
async function operatorEvents(): Promise<readonly Row[]> {
  const rows = await store.query(
    `select convert_from(e.body, 'UTF8') as body from webhooks.event e
     join webhooks.owed_delivery d on d.event_key = e.id
     where d.subscription_id = $1 order by e.id`,
    [OPERATOR_SUBSCRIPTION_ID],
  )
  return rows.map((row) => JSON.parse(row['body']))
}

async function transitions(id: string): Promise<readonly RecordedTransition[]> {
  const page = await createTransitionLog(store.database.db).list(store.accountId, id, { limit: 100 })
  return page?.items.toReversed() ?? []
}

async function claim(subscriptionId: string, count: number): Promise<readonly ClaimedDelivery[]> {
  await store.publish(count)
  const room = { subscriptionId, room: count, retryRoom: count }
  return (await store.queue.claim([room], 60_000)).deliveries
}

const results = {
  failure: { outcome: 'http_503', httpStatus: 503, detail: 'Service Unavailable', ...when() },
  timeout: { outcome: 'timeout', ...when() },
  gone: { outcome: 'http_410', httpStatus: 410, ...when() },
  success: { outcome: 'succeeded', httpStatus: 200, ...when() },
  blocked: { outcome: 'ssrf_blocked', ...when() },
  internal: { outcome: 'internal', ...when() },
  canceled: { outcome: 'canceled', ...when() },
  'lease lost': { outcome: 'lease_expired', ...when() },
} as const satisfies Record<string, AttemptResult>

function when(): { readonly startedAt: Date; readonly durationMs: number } {
  return { startedAt: new Date('2026-03-01T12:00:00Z'), durationMs: 5 }
}

/** Settles one delivery, and does what follows. */
async function settle(delivery: ClaimedDelivery, result: AttemptResult, used = policy): Promise<void> {
  const retryPolicy = { baseMs: 1000, factor: 2, capMs: 60_000, maxAttempts: 10 }
  const verdict = decide(result, delivery, retryPolicy, Math.random)
  const { health } = await store.queue.settle([{ delivery, result, verdict }])
  for (const one of health) await applyHealth(store.database.db, one, used)
}

describe('eight settlements at once make one transition, one event for the operator and one e-mail each', () => {
  test.each([
    ['into degraded', failingHalf, results.failure, 'active', 'degraded', 'repeated_failures'],
    ['into disabled', failingLong, results.failure, 'active', 'disabled', 'repeated_failures'],
    [
      'into disabled after a warning',
      `${failingLong}, ${warned}`,
      results.failure,
      'degraded',
      'disabled',
      'repeated_failures',
    ],
    ['into disabled by 410', '', results.gone, 'active', 'disabled', 'endpoint_gone'],
    [
      'into disabled by 410 after a warning',
      `${failingHalf}, ${warned}`,
      results.gone,
      'degraded',
      'disabled',
      'endpoint_gone',
    ],
    ['back to active', `${failingHalf}, ${warned}`, results.success, 'degraded', 'active', 'recovered'],
  ] as const)('%s', async (_name, columns, result, from, to, reason) => {
    const id = await subscribe(columns)
    const deliveries = await claim(id, 8)
    expect(deliveries).toHaveLength(8)
    await Promise.all(deliveries.map((delivery) => settle(delivery, result)))

    expect(await transitions(id)).toEqual([expect.objectContaining({ from, to, reason, actor: null })])
    const [recorded] = await transitions(id)
    expect(await operatorEvents()).toEqual([
      expect.objectContaining({
        event: to === 'active' ? 'subscription.recovered' : `subscription.${to}`,
        event_id: recorded?.id,
        data: expect.objectContaining({ subscription_id: id, account_id: store.accountId, from, to, reason }),
      }),
    ])
    expect((await owedEmails()).map((email) => [email['transition_id'], email['recipient']])).toEqual([
      [recorded?.id, 'owner@example.com'],
      [recorded?.id, null],
    ])
    const row = await subscriptionRow(id)
    expect(row).toMatchObject({
      state: to === 'disabled' ? 'disabled' : 'active',
      state_reason: to === 'disabled' ? reason : null,
    })
    expect(row['degraded_at'] !== null).toBe(to === 'degraded')
  })
})

describe('what is not the fault of the endpoint never counts', () => {
  test.each(['blocked', 'internal', 'canceled', 'lease lost'] as const)(
    'an attempt that ended as %s',
    async (name) => {
      const id = await subscribe()
      for (const delivery of await claim(id, 5)) {
        await settle(delivery, results[name], { disableAfterFailures: 1, disableAfterMs: 0 })
      }
      expect(await subscriptionRow(id)).toMatchObject({
        state: 'active',
        consecutive_failures: 0,
        failing_since: null,
      })
      expect(await transitions(id)).toEqual([])
    },
  )

  test('nor does it undo what counts', async () => {
    const id = await subscribe(failingLong)
    const [first, second] = await claim(id, 2)
    await settle(first!, results.blocked)
    expect(await subscriptionRow(id)).toMatchObject({ state: 'active', consecutive_failures: 20 })
    await settle(second!, results.timeout)
    expect(await subscriptionRow(id)).toMatchObject({ state: 'disabled', consecutive_failures: 21 })
  })
})

describe('what a person decided stays', () => {
  test.each([
    ['paused', results.failure],
    ['paused', results.gone],
    ['paused', results.success],
    ['disabled', results.failure],
    ['disabled', results.gone],
    ['disabled', results.success],
  ] as const)('%s, when an attempt that was under way ends with %o', async (state, result) => {
    const id = await subscribe(failingLong)
    const [delivery] = await claim(id, 1)
    await store.query(`update webhooks.subscription set state = $2 where id = $1`, [id, state])
    await settle(delivery!, result)
    expect(await subscriptionRow(id)).toMatchObject({ state })
    expect(await transitions(id)).toEqual([])
  })

  test('and a subscription that was deleted meanwhile is left alone', async () => {
    const id = await subscribe(failingLong)
    const [delivery] = await claim(id, 1)
    await store.query('update webhooks.subscription set deleted_at = now() where id = $1', [id])
    await settle(delivery!, results.gone)
    expect(await operatorEvents()).toEqual([])
  })
})

test('the way down is warned of once, and each way up is told once', async () => {
  const id = await subscribe()
  const steps: readonly (readonly [AttemptResult, HealthPolicy])[] = [
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.success, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.success, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
    [results.failure, { disableAfterFailures: 4, disableAfterMs: 0 }],
  ]
  const deliveries = await claim(id, steps.length)
  for (const [index, [result, used]] of steps.entries()) await settle(deliveries[index]!, result, used)
  expect((await transitions(id)).map(({ from, to }) => `${from} → ${to}`)).toEqual([
    'active → degraded',
    'degraded → active',
    'active → degraded',
    'degraded → disabled',
  ])
})

test('a success is told of even when a failure followed before anybody looked', async () => {
  const id = await subscribe(`${failingHalf}, ${warned}`)
  const [first, second] = await claim(id, 2)
  const retryPolicy = { baseMs: 1000, factor: 2, capMs: 60_000, maxAttempts: 10 }
  const settlement = (delivery: ClaimedDelivery, result: AttemptResult) => ({
    delivery,
    result,
    verdict: decide(result, delivery, retryPolicy, Math.random),
  })
  const settled = await store.queue.settle([
    settlement(first!, results.success),
    settlement(second!, results.failure),
  ])
  for (const one of settled.health) await applyHealth(store.database.db, one, policy)
  expect(await transitions(id)).toEqual([expect.objectContaining({ from: 'degraded', to: 'active' })])
})

test('a transition that a crash prevented is made after the next attempt', async () => {
  const id = await subscribe(failingLong)
  const [first, second] = await claim(id, 2)
  const verdict = decide(
    results.failure,
    first!,
    { baseMs: 1, factor: 2, capMs: 9, maxAttempts: 9 },
    Math.random,
  )
  await store.queue.settle([{ delivery: first!, result: results.failure, verdict }])
  expect(await transitions(id)).toEqual([])
  await settle(second!, results.failure)
  expect(await transitions(id)).toHaveLength(1)
})

test('a warning stands when the thresholds are raised, and is not taken for a recovery', async () => {
  const id = await subscribe(`${failingHalf}, ${warned}`)
  const [delivery] = await claim(id, 1)
  await settle(delivery!, results.failure, { disableAfterFailures: 1000, disableAfterMs: 86_400_000 })
  expect(await transitions(id)).toEqual([])
})

test('a transition holds what was known when it was made', async () => {
  const id = await subscribe(failingLong)
  const [delivery] = await claim(id, 3)
  await settle(delivery!, results.failure)
  const row = await subscriptionRow(id)
  expect(await transitions(id)).toEqual([
    {
      id: expect.any(String),
      accountId: store.accountId,
      subscriptionId: id,
      at: expect.any(Date),
      from: 'active',
      to: 'disabled',
      reason: 'repeated_failures',
      actor: null,
      url: 'https://example.com/webhooks',
      consecutiveFailures: 21,
      failingSince: row['failing_since'],
      lastOutcome: 'http_503',
      lastDetail: 'Service Unavailable',
      heldCount: 3,
    },
  ])
  expect((await operatorEvents())[0]?.['data']).toEqual({
    subscription_id: id,
    account_id: store.accountId,
    url: 'https://example.com/webhooks',
    from: 'active',
    to: 'disabled',
    reason: 'repeated_failures',
    actor: null,
    consecutive_failures: 21,
    failing_since: row['failing_since'].toISOString(),
    last_outcome: 'http_503',
    last_detail: 'Service Unavailable',
    held_count: 3,
  })
})

test('a transition that is rolled back leaves nothing that is owed', async () => {
  const id = await subscribe()
  const transition = {
    accountId: store.accountId,
    subscriptionId: id,
    from: 'active',
    to: 'degraded',
    reason: 'repeated_failures',
    actor: null,
  } as const
  const transaction = store.database.db.transaction().execute(async (tx) => {
    await recordTransition(tx, transition)
    throw new Error('no')
  })
  await expect(transaction).rejects.toThrow('no')
  expect([await transitions(id), await operatorEvents(), await owedEmails()]).toEqual([[], [], []])
})

async function recipients(): Promise<readonly string[]> {
  return (await owedEmails()).map((email) => email['recipient'])
}

describe('e-mails', () => {
  const disabled = { from: 'active', to: 'disabled', reason: 'endpoint_gone', actor: null } as const

  async function disable(subscriptionId: string): Promise<void> {
    await store.database.db
      .transaction()
      .execute((tx) => recordTransition(tx, { accountId: store.accountId, subscriptionId, ...disabled }))
  }

  test('about one state of a subscription are owed once in 24 hours; its history and the operator have all', async () => {
    const id = await subscribe()
    for (let times = 0; times < 3; times += 1) await disable(id)
    expect(await recipients()).toEqual(['owner@example.com', null])
    expect([(await transitions(id)).length, (await operatorEvents()).length]).toEqual([3, 3])

    await store.query('truncate webhooks.owed_email')
    await store.query(
      "update webhooks.subscription_transition set id = webhooks.uuid_v7(now() - interval '25 hours'), at = at - interval '25 hours'",
    )
    await disable(id)
    expect(await recipients()).toEqual(['owner@example.com', null])
  })

  test('are owed to a contact that is another one meanwhile', async () => {
    const id = await subscribe()
    await disable(id)
    await store.query('truncate webhooks.owed_email')
    await store.query("update webhooks.subscription set contact_email = 'next@example.com' where id = $1", [
      id,
    ])
    await disable(id)
    expect(await recipients()).toEqual(['next@example.com', null])
  })

  test('are owed about so many transitions of an account in an hour and no more', async () => {
    const ids = await Promise.all(Array.from({ length: MAX_EMAILED_PER_HOUR + 2 }, () => subscribe()))
    for (const id of ids) await disable(id)
    expect((await recipients()).filter((recipient) => recipient !== null)).toHaveLength(MAX_EMAILED_PER_HOUR)
    await store.query("update webhooks.subscription_transition set at = at - interval '1 hour'")
    await disable(await subscribe())
    expect((await recipients()).filter((recipient) => recipient !== null)).toHaveLength(
      MAX_EMAILED_PER_HOUR + 1,
    )
  })
})

test.each([
  ['active', 'paused', 'subscription.paused'],
  ['degraded', 'paused', 'subscription.paused'],
  ['paused', 'active', 'subscription.resumed'],
  ['disabled', 'active', 'subscription.enabled'],
] as const)(
  'a change from %s to %s that a person asked for is told to the operator only, as %s',
  async (from, to, event) => {
    const id = await subscribe()
    await store.database.db.transaction().execute((tx) =>
      recordTransition(tx, {
        accountId: store.accountId,
        subscriptionId: id,
        from,
        to,
        reason: 'requested',
        actor: 'key:1',
      }),
    )
    expect(await operatorEvents()).toEqual([
      expect.objectContaining({ event, data: expect.objectContaining({ actor: 'key:1' }) }),
    ])
    expect(await owedEmails()).toEqual([])
  },
)

test('another account’s subscription cannot be given a transition', async () => {
  const id = await subscribe()
  const transaction = store.database.db.transaction().execute((tx) =>
    recordTransition(tx, {
      accountId: crypto.randomUUID(),
      subscriptionId: id,
      from: 'active',
      to: 'paused',
      reason: 'requested',
      actor: null,
    }),
  )
  await expect(transaction).rejects.toThrow(/no subscription/)
})

/** The secrets of the operator's subscription. */
async function secrets(): Promise<readonly Row[]> {
  return store.query('select id from webhooks.subscription_secret where subscription_id = $1', [
    OPERATOR_SUBSCRIPTION_ID,
  ])
}

async function keep(wanted: typeof webhook | undefined): Promise<void> {
  await keepOperatorSubscription(store.database.db, store.encryptionKeys, wanted)
}

describe('the operator’s own subscription', () => {
  test('is made once by senders that start together', async () => {
    await store.query('truncate webhooks.subscription cascade')
    await Promise.all(Array.from({ length: 8 }, () => keep(webhook)))
    expect(await secrets()).toHaveLength(1)
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({
      url: webhook.url,
      events: ['subscription.*'],
      state: 'active',
    })
  })

  test('keeps what is unchanged, and follows its settings', async () => {
    const before = await secrets()
    await keep(webhook)
    expect(await secrets()).toEqual(before)
    await keep({ url: 'https://other.example.com/', secret: `${webhook.secret}AAAA` })
    expect(await secrets()).not.toEqual(before)
    expect(await secrets()).toHaveLength(1)
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({
      url: 'https://other.example.com/',
    })
  })

  test('begins afresh at another URL, and stays paused if it is', async () => {
    await store.query(
      `update webhooks.subscription set ${failingHalf}, ${warned}, held_until = now() + interval '1 hour' where id = $1`,
      [OPERATOR_SUBSCRIPTION_ID],
    )
    await keep({ ...webhook, url: 'https://other.example.com/' })
    const fresh = { consecutive_failures: 0, held_until: null, is_probing: true }
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({ ...fresh, state: 'active' })
    expect(await store.query('select from_state, to_state from webhooks.subscription_transition')).toEqual([
      { from_state: 'degraded', to_state: 'active' },
    ])

    await store.query(`update webhooks.subscription set state = 'paused', state_reason = 'requested'`)
    await keep(webhook)
    const paused = { state: 'paused', state_reason: 'requested', url: webhook.url }
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({ ...fresh, ...paused })
  })

  test('is gone without settings, is told of nothing then, and comes back', async () => {
    await keep(undefined)
    expect(await secrets()).toEqual([])
    const id = await subscribe(failingLong)
    const [delivery] = await claim(id, 1)
    await settle(delivery!, results.failure)
    expect(await transitions(id)).toHaveLength(1)
    expect(await operatorEvents()).toEqual([])
    await keep(webhook)
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({ deleted_at: null })
    expect(await secrets()).toHaveLength(1)
  })

  test('is disabled like any other, tells of it by e-mail alone, and is enabled as a sender starts', async () => {
    const { account_id: accountId } = await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)
    const health: SubscriptionHealth = {
      subscriptionId: OPERATOR_SUBSCRIPTION_ID,
      accountId,
      generation: 0,
      state: 'active',
      isDegraded: false,
      isProbing: false,
      consecutiveFailures: 1,
      failingForMs: 0,
      isGone: true,
    }
    expect(await applyHealth(store.database.db, health, policy)).toMatchObject({ to: 'disabled' })
    expect(await operatorEvents()).toEqual([])
    expect((await owedEmails()).map((email) => email['recipient'])).toEqual([null])

    await Promise.all([keep(webhook), keep(webhook)])
    expect(await subscriptionRow(OPERATOR_SUBSCRIPTION_ID)).toMatchObject({
      state: 'active',
      is_probing: true,
    })
    const told = await store.query(
      'select from_state, to_state, actor from webhooks.subscription_transition order by id',
    )
    expect(told).toEqual([
      { from_state: 'active', to_state: 'disabled', actor: null },
      { from_state: 'disabled', to_state: 'active', actor: 'command:serve' },
    ])
  })
})
