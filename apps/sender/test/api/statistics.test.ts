import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeliveryQueue, type Settlement } from '../../src/store/delivery-queue.ts'
import { foldStatistics } from '../../src/store/fold-statistics.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const MINUTE = 60_000

let api: TestApi
let healthy: string
let failing: string

// Of each subscription eight deliveries: five succeed, one after a failure; one is given up and two are owed.
beforeAll(async () => {
  api = await startApi()
  healthy = await subscribe('healthy', ['scan.*'])
  failing = await subscribe('failing', ['scan.completed'])
  const data = { scan_job_id: crypto.randomUUID(), total_controls: 1, passed: 1, failed: 0, score: 100 }
  const events = Array.from({ length: 8 }, () => ({ event: 'scan.completed', data }))
  await api.call('POST', '/api/events/batch', { key: api.keys.publisher, json: { events } })
  for (const id of [healthy, failing]) await attempt(id)
})
afterAll(() => api.close())

async function subscribe(path: string, events: readonly string[]): Promise<string> {
  const json = { url: `https://example.com/${path}`, events }
  return (await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })).body.id
}

async function attempt(subscriptionId: string): Promise<void> {
  const queue = createDeliveryQueue(api.database.pool, api.encryptionKeys)
  const { deliveries } = await queue.claim([{ subscriptionId, room: 6, retryRoom: 3 }], 60_000)
  await queue.settle(deliveries.map((delivery, place) => settlement(delivery, place)))
  const retried = await queue.claim([{ subscriptionId, room: 6, retryRoom: 1 }], 60_000)
  const again = retried.deliveries.find(({ failures }) => failures > 0)
  await queue.settle([settlement(again!, 1)])
  await queue.release(retried.deliveries.filter(({ failures }) => failures === 0))
}

/** The first is tried again, the last is given up. */
function settlement(delivery: Settlement['delivery'], place: number): Settlement {
  const startedAt = new Date(Date.now() - 3000)
  const failed = { outcome: 'http_503', httpStatus: 503, startedAt, durationMs: 100 } as const
  const verdict = { retryInMs: 0, isFailure: true, endpoint: 'unknown' } as const
  if (place === 0) return { delivery, result: failed, verdict: { ...verdict, status: 'pending' } }
  if (place === 5) {
    return {
      delivery,
      result: failed,
      verdict: { ...verdict, status: 'failed', reason: 'retries_exhausted' },
    }
  }
  return {
    delivery,
    result: { outcome: 'succeeded', httpStatus: 200, startedAt, durationMs: 10 },
    verdict: { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
  }
}

function overTime(query = '', key = api.keys.member) {
  return api.call('GET', `/api/deliveries/statistics${query}`, { key })
}

function ofSubscriptions(ids: readonly string[], key = api.keys.member) {
  return api.call('GET', `/api/webhooks/statistics?ids=${ids.join(',')}`, { key })
}

/** What all buckets of an answer say together. */
function sum(buckets: readonly any[]) /* oxlint-disable-line typescript/no-explicit-any -- an answer's */ {
  const total: Record<string, number> = {}
  for (const { deliveries, attempts } of buckets) {
    for (const [name, count] of Object.entries({
      ...deliveries,
      attempted: attempts.succeeded,
      refused: attempts.failed,
    })) {
      total[name] = (total[name] ?? 0) + Number(count)
    }
  }
  return total
}

const both = { succeeded: 10, failed: 2, pending: 4, canceled: 0, attempted: 10, refused: 4 }
const one = { succeeded: 5, failed: 1, pending: 2, canceled: 0, attempted: 5, refused: 2 }
const none = { succeeded: 0, failed: 0, pending: 0, canceled: 0, attempted: 0, refused: 0 }

describe.each(['before', 'after'])('%s they are folded, statistics over time', (when) => {
  beforeAll(async () => {
    if (when === 'after') await foldStatistics(api.database.pool)
  })

  it('have every bucket of the last day', async () => {
    const { status, body } = await overTime()
    expect([status, body.step_seconds, body.is_exact]).toEqual([200, 900, true])
    expect(sum(body.buckets)).toEqual(both)
    const starts = body.buckets.map((bucket: { readonly at: string }) => Date.parse(bucket.at))
    expect(starts).toEqual(
      starts.map((_: number, place: number) => Date.parse(body.since) + place * 15 * MINUTE),
    )
    expect(starts.at(-1) + 15 * MINUTE).toBe(Date.parse(body.until))
    expect(Date.parse(body.until)).toBeGreaterThan(Date.now())
    expect(body.buckets).toContainEqual({
      at: body.since,
      deliveries: { succeeded: 0, failed: 0, pending: 0, canceled: 0 },
      attempts: { succeeded: 0, failed: 0 },
      latency_ms: null,
    })
  })

  it('count in each bucket what the Delivery Log lists for it', async () => {
    const since = new Date(Date.now() - 30 * MINUTE).toISOString()
    const { body } = await overTime(`?since=${since}`)
    const filled = body.buckets.filter((bucket: any) => sum([bucket])['succeeded']) // oxlint-disable-line typescript/no-explicit-any -- an answer's
    expect([body.step_seconds, filled.length > 0]).toEqual([60, true])
    for (const { at, deliveries } of filled) {
      const until = new Date(Date.parse(at) + MINUTE).toISOString()
      for (const [status, count] of Object.entries(deliveries)) {
        const query = `since=${at}&until=${until}&status=${status}&is_test=false&limit=100`
        const page = await api.call('GET', `/api/deliveries?${query}`, { key: api.keys.member })
        expect([status, page.body.data.length]).toEqual([status, count])
      }
    }
  })

  it.each([
    { name: 'a subscription', query: () => `?subscription_id=${failing}`, expected: one },
    { name: 'an event type', query: () => '?event=scan.completed', expected: both },
    { name: 'both', query: () => `?subscription_id=${healthy}&event=scan.completed`, expected: one },
    { name: 'another event type', query: () => `?event=scan.failed`, expected: none },
    {
      name: 'no subscription of theirs',
      query: () => `?subscription_id=${crypto.randomUUID()}`,
      expected: none,
    },
    { name: 'another time', query: () => '?until=2026-03-01T12:00:00Z', expected: none },
  ])('narrow to $name', async ({ query, expected }) => {
    const { body } = await overTime(query())
    expect(sum(body.buckets)).toEqual(expected)
  })

  it('are nothing to another account', async () => {
    const answers = await Promise.all([
      overTime('', api.otherKeys.admin),
      overTime(`?subscription_id=${healthy}`, api.otherKeys.admin),
    ])
    expect(answers.map(({ body }) => sum(body.buckets))).toEqual([none, none])
    expect((await ofSubscriptions([healthy], api.otherKeys.admin)).body).toEqual({ data: [] })
  })

  it('tell of subscriptions in the order asked, once each', async () => {
    const { status, body } = await ofSubscriptions([failing, crypto.randomUUID(), healthy, failing])
    expect(status).toBe(200)
    expect(body.data.map((each: { readonly subscription_id: string }) => each.subscription_id)).toEqual([
      failing,
      healthy,
    ])
    const [{ hours, ...others }] = body.data
    expect(others).toEqual({
      subscription_id: failing,
      since: hours[0].at,
      attempts: { succeeded: 5, failed: 2 },
      latency_ms: {
        p50: expect.toSatisfy((ms) => ms >= 8 && ms < 12),
        p95: expect.toSatisfy((ms) => ms > 90 && ms < 129),
      },
      last_delivery: {
        id: expect.any(String),
        event: 'scan.completed',
        status: 'pending',
        last_outcome: null,
        created_at: expect.any(String),
        completed_at: null,
      },
      pending: { count: 2, is_exact: true },
    })
    expect(hours).toHaveLength(24)
    expect(Date.parse(hours.at(-1).at) - Date.parse(hours[0].at)).toBe(23 * 60 * MINUTE)
    expect(
      hours.reduce((total: number, hour: { readonly succeeded: number }) => total + hour.succeeded, 0),
    ).toBe(5)
  })
})

describe('a subscription', () => {
  it('that was never sent anything has no latency and no last delivery', async () => {
    const id = await subscribe('new', ['evidence.uploaded'])
    const { body } = await ofSubscriptions([id])
    expect(body.data).toEqual([
      {
        subscription_id: id,
        since: expect.any(String),
        attempts: { succeeded: 0, failed: 0 },
        latency_ms: null,
        hours: Array.from({ length: 24 }, () => ({
          at: expect.any(String),
          succeeded: 0,
          failed: 0,
          p50_ms: null,
          p95_ms: null,
        })),
        last_delivery: null,
        pending: { count: 0, is_exact: true },
      },
    ])
  })

  it('has a test as its last delivery, and no attempt for it', async () => {
    const id = await subscribe('tested', ['evidence.uploaded'])
    const path = `/api/webhooks/${id}/test`
    const { body: tested } = await api.call('POST', path, { key: api.keys.admin, json: {} })
    const { body } = await ofSubscriptions([id])
    expect(body.data).toMatchObject([
      {
        attempts: { succeeded: 0, failed: 0 },
        last_delivery: { id: tested.delivery_id, completed_at: expect.any(String) },
      },
    ])
    expect(sum((await overTime(`?subscription_id=${id}`)).body.buckets)).toEqual(none)
  })

  it('that was deleted is left out, and what it was owed counts as canceled', async () => {
    await api.call('DELETE', `/api/webhooks/${healthy}`, { key: api.keys.admin })
    expect((await ofSubscriptions([healthy])).body).toEqual({ data: [] })
    const { body } = await overTime(`?subscription_id=${healthy}`)
    expect(sum(body.buckets)).toEqual({ ...one, pending: 0, canceled: 2 })
  })
})

describe('wrong questions', () => {
  it.each([
    { query: 'since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z', path: '/until', code: 'invalid_value' },
    { query: 'since=2026-03-02T00:00:00Z&until=2026-03-02T00:00:00Z', path: '/until', code: 'invalid_value' },
    { query: 'since=2999-03-02T00:00:00Z', path: '/since', code: 'invalid_value' },
    { query: 'since=2025-01-01T00:00:00Z&until=2026-01-01T00:00:00Z', path: '/since', code: 'invalid_value' },
    { query: 'until=9999-12-31T23:59:59Z', path: '/until', code: 'invalid_value' },
    { query: 'since=yesterday', path: '/since', code: 'invalid_format' },
    { query: 'event=Scan', path: '/event', code: 'invalid_format' },
    { query: 'subscription_id=1', path: '/subscription_id', code: 'invalid_format' },
    { query: 'step=60', path: '/step', code: 'unknown_field' },
  ])('about time are refused: $query', async ({ query, path, code }) => {
    const { status, body } = await overTime(`?${query}`)
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors).toMatchObject([{ path, code }])
  })

  it.each([
    { name: 'none', query: '', path: '/ids', code: 'required' },
    { name: 'an empty one', query: '?ids=', path: '/ids/0', code: 'invalid_format' },
    { name: 'one that is none', query: '?ids=1', path: '/ids/0', code: 'invalid_format' },
    {
      name: '101',
      query: `?ids=${Array.from({ length: 101 }, () => crypto.randomUUID()).join(',')}`,
      path: '/ids',
      code: 'too_many',
    },
  ])('about subscriptions are refused: ids are $name', async ({ query, path, code }) => {
    const { status, body } = await api.call('GET', `/api/webhooks/statistics${query}`, {
      key: api.keys.admin,
    })
    expect([status, body.errors]).toMatchObject([422, [{ path, code }]])
  })

  it('of publishers are refused', async () => {
    const answers = await Promise.all([
      overTime('', api.keys.publisher),
      ofSubscriptions([failing], api.keys.publisher),
    ])
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'role_forbidden'],
      [403, 'role_forbidden'],
    ])
  })
})
