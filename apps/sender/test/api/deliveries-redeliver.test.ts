import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const event = 'scan.completed'
const data = eventCatalog[event].example

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function subscribe(): Promise<string> {
  const json = { url: 'https://example.com/', events: ['*'] }
  const { body } = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
  return body.id
}

/** A delivery to a subscription of its own. */
async function makeDelivery(): Promise<{
  readonly id: string
  readonly subscriptionId: string
  readonly eventId: string
}> {
  const subscriptionId = await subscribe()
  const { body } = await api.call('POST', '/api/events', { key: api.keys.publisher, json: { event, data } })
  const { body: page } = await api.call(
    'GET',
    `/api/deliveries?event_id=${body.event_id}&subscription_id=${subscriptionId}`,
    { key: api.keys.admin },
  )
  return { id: page.data[0].id, subscriptionId, eventId: body.event_id }
}

async function settle(subscriptionId: string, status: 'pending' | 'succeeded' | 'failed'): Promise<void> {
  const queue = createDeliveryQueue(api.database.pool, api.encryptionKeys)
  const { deliveries } = await queue.claim([{ subscriptionId, room: 10, retryRoom: 10 }], 60_000)
  await queue.settle(
    deliveries.map((delivery) => ({
      delivery,
      result: {
        outcome: status === 'succeeded' ? 'succeeded' : 'http_500',
        startedAt: new Date(),
        durationMs: 1,
      },
      verdict: {
        status,
        retryInMs: status === 'pending' ? 3_600_000 : null,
        isFailure: status !== 'succeeded',
        endpoint: 'unknown',
      },
    })),
  )
}

async function redeliver(id: string, key = api.keys.admin) {
  return await api.call('POST', `/api/deliveries/${id}/redeliver`, { key })
}

async function get(id: string) {
  return (await api.call('GET', `/api/deliveries/${id}`, { key: api.keys.member })).body
}

describe('a completed delivery', () => {
  it.each(['succeeded', 'failed'] as const)(
    'that %s is delivered again with the same body',
    async (status) => {
      const { id, subscriptionId, eventId } = await makeDelivery()
      await settle(subscriptionId, status)
      const { status: httpStatus, headers, body } = await redeliver(id)
      expect(httpStatus).toBe(201)
      expect(headers.get('location')).toBe(`/api/deliveries/${body.id}`)
      expect(body).toMatchObject({
        redelivery_of: id,
        subscription_id: subscriptionId,
        event_id: eventId,
        status: 'pending',
        attempt_count: 0,
        matched_by: '*',
      })
      expect((await get(body.id)).body).toBe((await get(id)).body)
      expect((await get(id)).status).toBe(status)
    },
  )

  it('wakes the dispatchers', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    const listener = new Client({ connectionString: api.connectionString })
    const heard: (string | undefined)[] = []
    await listener.connect()
    listener.on('notification', ({ payload }) => heard.push(payload))
    await listener.query('listen webhooks_due')
    await redeliver(id)
    expect(await eventually(() => heard.find((lanes) => lanes === subscriptionId))).toBe(subscriptionId)
    await listener.end()
  })

  it('asked for many times at once is made once', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeliver(id)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 9 }, () => 200),
      201,
    ])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('and its redelivery, asked for again, have one delivery that is pending', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    const { body: first } = await redeliver(id)
    await settle(subscriptionId, 'failed')
    const answers = await Promise.all([id, first.id, id, first.id].map((one) => redeliver(one)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('is found by its redeliveries', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    const { body: first } = await redeliver(id)
    await settle(subscriptionId, 'failed')
    const { body: second } = await redeliver(id)
    const { body } = await api.call('GET', `/api/deliveries?redelivery_of=${id}`, { key: api.keys.member })
    expect(body.data.map((one: { id: string }) => one.id)).toEqual([second.id, first.id])
    const { body: all } = await api.call(
      'GET',
      `/api/deliveries?subscription_id=${subscriptionId}&is_redelivery=false`,
      { key: api.keys.member },
    )
    expect(all.data.map((one: { id: string }) => one.id)).toEqual([id])
  })

  it('of a deleted subscription is not delivered again', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    await api.call('DELETE', `/api/webhooks/${subscriptionId}`, { key: api.keys.admin })
    const { status, body } = await redeliver(id)
    expect([status, body.code]).toEqual([409, 'subscription_deleted'])
  })

  it('whose event is no longer kept is not delivered again, and is shown without a body', async () => {
    const { id, subscriptionId, eventId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    await api.database.pool.query('delete from webhooks.event where event_id = $1', [eventId])
    const { status, body } = await redeliver(id)
    expect([status, body.code]).toEqual([409, 'event_expired'])
    expect(await get(id)).toMatchObject({ body: null, body_sha256: null })
  })

  it('is recorded in the audit log', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'failed')
    const { body } = await redeliver(id)
    const { rows } = await api.database.pool.query(
      'select action, actor, details::json from webhooks.audit_entry where target = $1',
      [`delivery:${id}`],
    )
    expect(rows).toEqual([
      {
        action: 'delivery.redelivered',
        actor: expect.stringMatching(/^key:/),
        details: { redelivery: body.id },
      },
    ])
  })
})

describe('a pending delivery', () => {
  it('that waits for a retry becomes due, and no other is made', async () => {
    const { id, subscriptionId } = await makeDelivery()
    await settle(subscriptionId, 'pending')
    expect((await get(id)).why.code).toBe('retrying')
    const { status, body } = await redeliver(id)
    expect([status, body.id]).toEqual([200, id])
    expect((await get(id)).why).toMatchObject({
      code: 'due',
      next: expect.stringMatching(/^Attempt 2, .*; 1 of at most 10 failures so far\.$/),
    })
    const { body: page } = await api.call('GET', `/api/deliveries?subscription_id=${subscriptionId}`, {
      key: api.keys.member,
    })
    expect(page.data).toHaveLength(1)
  })

  it('that is under attempt is left to it', async () => {
    const { id, subscriptionId } = await makeDelivery()
    const queue = createDeliveryQueue(api.database.pool, api.encryptionKeys)
    await queue.claim([{ subscriptionId, room: 1, retryRoom: 1 }], 60_000)
    const { status } = await redeliver(id)
    expect(status).toBe(200)
    expect((await get(id)).why.code).toBe('in_flight')
  })
})

it.each(['member', 'publisher'] as const)('the role %s may not ask for a redelivery', async (role) => {
  expect((await redeliver(randomUUID(), api.keys[role])).status).toBe(403)
})

it('a delivery of another account is not found', async () => {
  const { id } = await makeDelivery()
  expect((await redeliver(id, api.otherKeys.admin)).status).toBe(404)
  expect((await redeliver(randomUUID())).status).toBe(404)
})
