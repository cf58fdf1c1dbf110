import { createHash, createHmac, randomUUID } from 'node:crypto'
import { eventCatalog, type EventType } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ='

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function subscribe(owner = api): Promise<string> {
  const json = { url: 'https://example.com/webhooks', events: ['*'], secret }
  const { body } = await owner.call('POST', '/api/webhooks', { key: owner.keys.admin, json })
  return body.id
}

async function publish(event: EventType = 'scan.completed', owner = api): Promise<string> {
  const json = { event, data: eventCatalog[event].example }
  const { body } = await owner.call('POST', '/api/events', { key: owner.keys.publisher, json })
  return body.event_id
}

interface Listed {
  readonly event_id: string
  readonly subscription_id: string
}

/** An instant that everything so far happened before. */
async function nextMillisecond(): Promise<string> {
  const next = new Date(Date.now() + 1)
  await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(next.getTime())
  return next.toISOString()
}

async function list(query: string, owner = api) {
  return await owner.call('GET', `/api/deliveries${query}`, { key: owner.keys.member })
}

/** Records an attempt for the only delivery of a subscription that is due. */
async function attempt(subscriptionId: string, result: AttemptResult, verdict: Verdict): Promise<void> {
  const queue = createDeliveryQueue(api.database.pool, api.encryptionKeys)
  const { deliveries: claimed } = await queue.claim([{ subscriptionId, room: 1, retryRoom: 1 }], 60_000)
  expect(claimed).toHaveLength(1)
  await queue.settle(claimed.map((delivery) => ({ delivery, result, verdict })))
}

describe('GET /api/deliveries', () => {
  it('lists what is owed', async () => {
    const subscriptionId = await subscribe()
    const eventId = await publish()
    const { body } = await list(`?subscription_id=${subscriptionId}`)
    expect(body).toEqual({
      data: [
        {
          id: expect.any(String),
          subscription_id: subscriptionId,
          url: 'https://example.com/webhooks',
          event: 'scan.completed',
          event_id: eventId,
          matched_by: '*',
          redelivery_of: null,
          is_test: false,
          status: 'pending',
          reason: null,
          attempt_count: 0,
          last_outcome: null,
          last_http_status: null,
          next_attempt_at: expect.stringMatching(/Z$/),
          created_at: expect.stringMatching(/Z$/),
          completed_at: null,
        },
      ],
      next_cursor: null,
    })
  })

  it('narrows by every filter, and by all of them together', async () => {
    const own = await startApi()
    const kept = await subscribe(own)
    const early = await publish('scan.completed', own)
    const middle = await nextMillisecond()
    const deleted = await subscribe(own)
    const late = await publish('evidence.uploaded', own)
    await own.call('DELETE', `/api/webhooks/${deleted}`, { key: own.keys.admin })
    const names = { [early + kept]: 'early', [late + kept]: 'late', [late + deleted]: 'canceled' }
    const found: unknown[] = []
    const expected: readonly (readonly [query: string, deliveries: readonly string[]])[] = [
      ['', ['canceled', 'early', 'late']],
      [`subscription_id=${kept}`, ['early', 'late']],
      [`subscription_id=${deleted}`, ['canceled']],
      [`subscription_id=${randomUUID()}`, []],
      ['event=evidence.uploaded', ['canceled', 'late']],
      ['event=not.in_the_catalog', []],
      [`event_id=${early}`, ['early']],
      [`event_id=${late.toUpperCase()}`, ['canceled', 'late']],
      ['status=pending', ['early', 'late']],
      ['status=canceled', ['canceled']],
      ['status=failed', []],
      [`since=${middle}`, ['canceled', 'late']],
      [`until=${middle}`, ['early']],
      ['until=1970-01-01T00:00:00Z', []],
      ['since=9999-12-31T23:59:59Z', []],
      [
        `subscription_id=${kept}&event=evidence.uploaded&event_id=${late}&status=pending&since=${middle}`,
        ['late'],
      ],
    ]
    for (const [query] of expected) {
      const { body } = await list(`?${query}`, own)
      const keys: string[] = body.data.map((item: Listed) => item.event_id + item.subscription_id)
      found.push([query, keys.map((key) => names[key] ?? key).toSorted((a, b) => a.localeCompare(b))])
    }
    await own.close()
    expect(found).toEqual(expected)
  })

  it('gives every delivery exactly once, newest first, while new events arrive between the pages', async () => {
    const subscriptionId = await subscribe()
    const eventIds: string[] = []
    for (let made = 0; made < 25; made += 1) eventIds.unshift(await publish())
    const seen: string[] = []
    const sizes: number[] = []
    let cursor = ''
    do {
      const { body } = await list(`?subscription_id=${subscriptionId}&limit=10${cursor}`)
      seen.push(...body.data.map(({ event_id: eventId }: Listed) => eventId))
      sizes.push(body.data.length)
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
      await publish()
    } while (cursor !== '')
    expect(sizes).toEqual([10, 10, 5])
    expect(seen).toEqual(eventIds)
  })

  it('gives 20 at most when no limit is asked for', async () => {
    await subscribe()
    for (let made = 0; made < 21; made += 1) await publish()
    expect((await list('')).body.data).toHaveLength(20)
    expect((await list('?limit=100')).body.data.length).toBeGreaterThan(20)
  })

  it.each([
    { query: '?limit=0', path: '/limit', code: 'too_small' },
    { query: '?limit=101', path: '/limit', code: 'too_big' },
    { query: '?limit=-1', path: '/limit', code: 'too_small' },
    { query: '?limit=1.5', path: '/limit', code: 'invalid_type' },
    { query: '?limit=ten', path: '/limit', code: 'invalid_type' },
    { query: '?limit=1e999', path: '/limit', code: 'invalid_type' },
    { query: '?limit=1&limit=2', path: '/limit', code: 'invalid_type' },
    { query: '?cursor=', path: '/cursor', code: 'invalid_format' },
    { query: '?cursor=x', path: '/cursor', code: 'invalid_format' },
    { query: '?cursor=AAAAAAAAAAAAAAAAAAAAAB', path: '/cursor', code: 'invalid_format' },
    { query: '?cursor=%00', path: '/cursor', code: 'nul_character' },
    { query: '?subscription_id=1', path: '/subscription_id', code: 'invalid_format' },
    { query: `?event_id=${randomUUID()}&event_id=${randomUUID()}`, path: '/event_id', code: 'invalid_type' },
    { query: '?event=a%00.b', path: '/event', code: 'nul_character' },
    { query: "?event=';drop table", path: '/event', code: 'invalid_format' },
    { query: `?event=a.${'b'.repeat(100)}`, path: '/event', code: 'too_long' },
    { query: '?status=done', path: '/status', code: 'invalid_value' },
    { query: '?since=yesterday', path: '/since', code: 'invalid_format' },
    { query: '?until=2026-03-01T12:00:00', path: '/until', code: 'invalid_format' },
    { query: '?state=failed', path: '/state', code: 'unknown_field' },
    { query: '?__proto__=1', path: '/__proto__', code: 'unknown_field' },
  ])('refuses $query', async ({ query, path, code }) => {
    const { status, body } = await list(query)
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors).toContainEqual({ path, code, detail: expect.any(String) })
  })

  it("shows nothing of other accounts', whatever they ask for", async () => {
    const subscriptionId = await subscribe()
    const eventId = await publish()
    const { body } = await list(`?event_id=${eventId}`)
    const theirs = { key: api.otherKeys.admin }
    const answers = await Promise.all([
      api.call('GET', '/api/deliveries', theirs),
      api.call('GET', `/api/deliveries?subscription_id=${subscriptionId}`, theirs),
      api.call('GET', `/api/deliveries?event_id=${eventId}`, theirs),
    ])
    expect(answers.map((answer) => answer.body.data)).toEqual([[], [], []])
    const { status } = await api.call('GET', `/api/deliveries/${body.data[0].id}`, theirs)
    expect(status).toBe(404)
  })
})

describe('GET /api/deliveries/{id}', () => {
  it('shows the very bytes that are signed, and every attempt', async () => {
    const subscriptionId = await subscribe()
    const eventId = await publish('compliance.control_failed')
    const startedAt = new Date('2026-03-01T12:00:00.000Z')
    const result: AttemptResult = {
      outcome: 'timeout',
      startedAt,
      durationMs: 15_000,
      detail: 'No complete answer.',
      phases: { dnsMs: 1.5, connectMs: 20 },
      remoteAddress: '93.184.215.14',
      requestHeaders: { 'content-type': 'application/json', 'x-api-key': '***' },
    }
    await attempt(subscriptionId, result, {
      status: 'pending',
      retryInMs: 0,
      isFailure: true,
      endpoint: 'failing',
    })
    const responseBody = Buffer.concat([Buffer.from('ü\0<script>'), Buffer.of(0xff, 0xc3)])
    await attempt(
      subscriptionId,
      { outcome: 'http_500', httpStatus: 500, startedAt, durationMs: 7, responseBody },
      {
        status: 'failed',
        retryInMs: null,
        isFailure: true,
        endpoint: 'failing',
        reason: 'retries_exhausted',
      },
    )
    const { body: page } = await list(`?event_id=${eventId}&subscription_id=${subscriptionId}`)
    const { body } = await api.call('GET', `/api/deliveries/${page.data[0].id}`, { key: api.keys.member })
    const { body: signedText, body_sha256: digest, attempts, why, traceparent, ...rest } = body
    expect(rest).toEqual(page.data[0])
    expect(rest).toMatchObject({
      status: 'failed',
      reason: 'retries_exhausted',
      attempt_count: 2,
      last_outcome: 'http_500',
      last_http_status: 500,
      next_attempt_at: null,
      completed_at: expect.any(String),
    })
    expect(attempts).toEqual([
      {
        number: 1,
        started_at: '2026-03-01T12:00:00.000Z',
        duration_ms: 15_000,
        phases: { dns_ms: 1.5, connect_ms: 20, tls_ms: null, first_byte_ms: null, body_ms: null },
        remote_address: '93.184.215.14',
        request_headers: { 'content-type': 'application/json', 'x-api-key': '***' },
        outcome: 'timeout',
        http_status: null,
        response_body: null,
        detail: 'No complete answer.',
      },
      {
        number: 2,
        started_at: '2026-03-01T12:00:00.000Z',
        duration_ms: 7,
        phases: { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, body_ms: null },
        remote_address: null,
        request_headers: null,
        outcome: 'http_500',
        http_status: 500,
        response_body: 'ü\0<script>\uFFFD\uFFFD',
        detail: null,
      },
    ])
    const { rows } = await api.database.pool.query('select body from webhooks.event where event_id = $1', [
      eventId,
    ])
    expect(hmac(signedText)).toBe(hmac(rows[0].body))
    expect(digest).toBe(createHash('sha256').update(rows[0].body).digest('hex'))
    expect(why).toMatchObject({ code: 'exhausted', next: null, next_at: null })
    expect(traceparent).toBeNull()
  })

  it.each(['1', 'null', '01234567-89ab-7def-8123-456789abcdef'])('does not find %s', async (id) => {
    const { status, body } = await api.call('GET', `/api/deliveries/${id}`, { key: api.keys.admin })
    expect([status, body.code]).toEqual([404, 'not_found'])
  })
})

function hmac(body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}
