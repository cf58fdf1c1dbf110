import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

const event = 'scan.completed'
const data = eventCatalog[event].example
const valid = { event, data }

let api: TestApi

beforeAll(async () => {
  api = await startApi()
  const json = { url: 'https://example.com/', events: ['*'] }
  await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
})
afterAll(() => api.close())

async function publishBatch(events: readonly unknown[], headers = {}) {
  return await api.call('POST', '/api/events/batch', { key: api.keys.publisher, json: { events }, headers })
}

function invalid(path: string, code: string) {
  return {
    status: 'invalid',
    errors: expect.arrayContaining([{ path, code, detail: expect.any(String) }]),
  }
}

async function deliveriesOf(eventId: string): Promise<number> {
  const { body } = await api.call('GET', `/api/deliveries?event_id=${eventId}`, { key: api.keys.admin })
  return body.data.length
}

describe('a batch', () => {
  it('is answered for each event, in their order, whatever is wrong with some of them', async () => {
    const known = randomUUID()
    await api.call('POST', '/api/events', { key: api.keys.publisher, json: { ...valid, event_id: known } })
    const twice = randomUUID()
    const { status, body } = await publishBatch([
      { event, data: { ...data, score: 'high' } },
      { ...valid, event_id: twice },
      { ...valid, event_id: known.toUpperCase() },
      { ...valid, event_id: known, data: { ...data, failed: data.failed + 1 } },
      { ...valid, event_id: twice },
      { event: 'scan.renamed', data: {} },
      'not an object',
      null,
      { ...valid, data: { ...data, note: '\u0000' } },
      { ...valid, extra: 1 },
    ])
    expect(status).toBe(200)
    const published = { event_id: twice, timestamp: expect.stringMatching(/Z$/), delivery_count: 1 }
    expect(body.results).toEqual([
      invalid('/events/0/data/score', 'invalid_type'),
      { status: 'published', ...published },
      { status: 'already_published', ...published, event_id: known },
      { status: 'event_id_conflict', event_id: known },
      { status: 'already_published', ...published },
      invalid('/events/5/event', 'invalid_value'),
      invalid('/events/6', 'invalid_type'),
      invalid('/events/7', 'invalid_type'),
      invalid('/events/8/data/note', 'nul_character'),
      invalid('/events/9/extra', 'unknown_field'),
    ])
    expect(await deliveriesOf(twice)).toBe(1)
  })

  it('of 1,000 events is stored with all their deliveries', async () => {
    const ids = Array.from({ length: 1000 }, () => randomUUID())
    const { body } = await publishBatch(ids.map((id) => ({ ...valid, event_id: id })))
    expect(body.results.map((result: { event_id: string }) => result.event_id)).toEqual(ids)
    const { rows } = await api.database.pool.query(
      'select count(*)::int as count from webhooks.delivery where event_id = any($1)',
      [ids],
    )
    expect(rows).toEqual([{ count: 1000 }])
  })

  it('keeps the order of its events in strict order', async () => {
    const ids = Array.from({ length: 50 }, () => randomUUID())
    await publishBatch(ids.map((id) => ({ ...valid, event_id: id })))
    const { rows } = await api.database.pool.query(
      'select event_id from webhooks.owed_delivery where event_id = any($1) order by id',
      [ids],
    )
    expect(rows.map((row) => row.event_id)).toEqual(ids)
  })

  it('has an event that is too large left out, and the others published', async () => {
    const large = { ...valid, data: { ...data, padding: 'x'.repeat(262_144) } }
    const { body } = await publishBatch([large, valid])
    expect(body.results).toMatchObject([
      { status: 'invalid', errors: [{ path: '/events/0', code: 'event_too_large' }] },
      { status: 'published', delivery_count: 1 },
    ])
  })

  it('lists at most 100 errors of an event, and the first of each once there are 1,000', async () => {
    const bad = { ...valid, data: { ...data, bad: Array.from({ length: 500 }, () => 9e99) } }
    const { body } = await publishBatch(Array.from({ length: 20 }, () => bad))
    const counts = body.results.map((result: { errors: unknown[] }) => result.errors.length)
    expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => (index < 10 ? 100 : 1)))
  })

  it('is told for its size alone of an event that is too large, whatever else is wrong with it', async () => {
    const large = { ...valid, ...Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`x${n}`, 1])) }
    const { body } = await publishBatch([large, valid])
    expect(body.results).toMatchObject([
      { status: 'invalid', errors: [{ path: '/events/0', code: 'event_too_large' }] },
      { status: 'published' },
    ])
  })

  it('has an event left out that is nested too deeply', async () => {
    const nested = `{"event":"${event}","data":{"x":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`
    const { body } = await api.call('POST', '/api/events/batch', {
      key: api.keys.publisher,
      body: `{"events":[${nested},${JSON.stringify(valid)}]}`,
      headers: { 'content-type': 'application/json' },
    })
    expect(body.results).toMatchObject([
      { status: 'invalid', errors: [{ code: 'nested_too_deeply' }] },
      { status: 'published' },
    ])
  })

  it('may be larger than a single event', async () => {
    const large = { ...valid, data: { ...data, padding: 'x'.repeat(250_000) } }
    const { body } = await publishBatch(Array.from({ length: 20 }, () => large))
    expect(body.results.map((result: { status: string }) => result.status)).toEqual(
      Array.from({ length: 20 }, () => 'published'),
    )
  })

  it('of more than 8 MiB is refused', async () => {
    const large = { ...valid, data: { ...data, padding: 'x'.repeat(250_000) } }
    const { status, body } = await publishBatch(Array.from({ length: 40 }, () => large))
    expect([status, body.code]).toEqual([413, 'body_too_large'])
    expect(body.detail).toContain('8388608')
  })

  it('keeps the traceparent of its request with each event', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const { body } = await publishBatch([valid], { traceparent })
    const { rows } = await api.database.pool.query(
      'select traceparent from webhooks.event where event_id = $1',
      [body.results[0].event_id],
    )
    expect(rows).toEqual([{ traceparent }])
  })

  it.each([
    ['without events', {}, '/events', 'required'],
    ['with none', { events: [] }, '/events', 'too_few'],
    ['with 1,001', { events: Array.from({ length: 1001 }, () => valid) }, '/events', 'too_many'],
    ['with something else', { events: [valid], dry_run: true }, '/dry_run', 'unknown_field'],
  ])('%s is refused as a whole', async (_name, json, path, code) => {
    const { status, body } = await api.call('POST', '/api/events/batch', { key: api.keys.publisher, json })
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({ path, code, detail: expect.any(String) })
  })

  it('published twice at once, the ids in opposite orders, makes each event once', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID())
    const events = ids.map((id) => ({ ...valid, event_id: id }))
    const answers = await Promise.all([publishBatch(events), publishBatch(events.toReversed())])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const results: { status: string }[] = answers.flatMap(({ body }) => body.results)
    expect(results.filter(({ status }) => status === 'published')).toHaveLength(200)
    expect(results.filter(({ status }) => status === 'already_published')).toHaveLength(200)
  })

  it.each(['admin', 'member'] as const)('is not for the role %s', async (role) => {
    const { status } = await api.call('POST', '/api/events/batch', {
      key: api.keys[role],
      json: { events: [valid] },
    })
    expect(status).toBe(403)
  })
})
