import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

const event = 'compliance.control_failed'
const data = eventCatalog[event].example

let api: TestApi
const ids: Record<string, string> = {}

async function subscribe(name: string, events: readonly string[]): Promise<void> {
  const json = { url: `https://example.com/${name}`, events }
  const { body } = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
  ids[name] = body.id
}

async function setState(name: string, state: string): Promise<void> {
  await api.database.pool.query('update webhooks.subscription set state = $2 where id = $1', [
    ids[name],
    state,
  ])
}

beforeAll(async () => {
  api = await startApi()
  await subscribe('all', ['*'])
  await subscribe('family', ['scan.failed', 'compliance.*', '*'])
  await subscribe('exact', ['compliance.*', event])
  await subscribe('other', ['scan.completed'])
  await subscribe('paused', ['compliance.*'])
  await setState('paused', 'paused')
  await subscribe('disabled', ['*'])
  await setState('disabled', 'disabled')
  await subscribe('deleted', ['*'])
  await api.call('DELETE', `/api/webhooks/${ids['deleted']}`, { key: api.keys.admin })
})
afterAll(() => api.close())

interface Matched {
  readonly subscription_id: string
  readonly matched_by: string | null
}

function byPattern(matches: readonly Matched[]): ReadonlyMap<string, string | null> {
  const matching = matches.filter((match) => match.matched_by !== null)
  return new Map(matching.map((match) => [match.subscription_id, match.matched_by]))
}

async function dryRun(json: unknown) {
  return await api.call('POST', '/api/events/dry-run', { key: api.keys.publisher, json })
}

async function publish(json: unknown) {
  return await api.call('POST', '/api/events', { key: api.keys.publisher, json })
}

describe('a dry run', () => {
  it('says what every subscription would get, and by which pattern, and stores nothing', async () => {
    const { status, body } = await dryRun({ event, data })
    expect(status).toBe(200)
    const found = Object.fromEntries(
      body.subscriptions.map(
        (match: { subscription_id: string; decision: string; matched_by: string | null }) => [
          Object.keys(ids).find((name) => ids[name] === match.subscription_id),
          `${match.decision} ${match.matched_by}`,
        ],
      ),
    )
    expect(found).toEqual({
      all: 'attempt *',
      family: 'attempt compliance.*',
      exact: `attempt ${event}`,
      paused: 'hold compliance.*',
      disabled: 'hold *',
      other: 'no_match null',
    })
    expect(body).toMatchObject({ delivery_count: 5, already_published: false, max_size_bytes: 262_144 })
    const { rows } = await api.database.pool.query('select from webhooks.event')
    expect(rows).toEqual([])
  })

  it('finds the patterns that publishing finds, and shows the very envelope', async () => {
    const json = { event, data, event_id: randomUUID().toUpperCase(), timestamp: '2026-03-01T12:00:00.1239Z' }
    const { body: tried } = await dryRun(json)
    const { body: published } = await publish(json)
    expect(tried.delivery_count).toBe(published.delivery_count)
    const { body } = await api.call('GET', `/api/events/${json.event_id}`, { key: api.keys.member })
    expect(body.body).toBe(tried.envelope)
    expect(tried.size_bytes).toBe(Buffer.byteLength(body.body))
    expect(byPattern(body.deliveries)).toEqual(byPattern(tried.subscriptions))
  })

  it('of an event that was published says so, and that nothing would be made', async () => {
    const json = { event, data, event_id: randomUUID() }
    await publish(json)
    const { body } = await dryRun(json)
    expect(body).toMatchObject({ already_published: true, delivery_count: 0 })
  })

  it('is refused as publishing is', async () => {
    const json = { event, data, event_id: randomUUID() }
    await publish(json)
    const refused = [
      json,
      { ...json, data: { ...data, framework: 'ISO 27001' } },
      { ...json, event: 'scan.renamed' },
      { event, data: { ...data, padding: 'x'.repeat(262_144) } },
      { event, data: {} },
    ]
    for (const one of refused) {
      const answers = [await dryRun(one), await publish(one)]
      const [tried, published] = answers.map(({ body }) => [body.code, body.detail, body.errors])
      expect(tried).toEqual(published)
    }
  })
})

describe('an event', () => {
  it('is shown with its deliveries, and why other subscriptions have none', async () => {
    const { body: published } = await publish({ event, data })
    await subscribe('later', ['*'])
    await api.database.pool.query(
      "update webhooks.subscription set events = '{*}', updated_at = now() where id = $1",
      [ids['other']],
    )
    const { status, body } = await api.call('GET', `/api/events/${published.event_id}`, {
      key: api.keys.member,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ event_id: published.event_id, event, timestamp: published.timestamp })
    expect(body.deliveries).toHaveLength(5)
    const absent = body.not_delivered.map((one: { subscription_id: string; code: string }) => [
      one.subscription_id,
      one.code,
    ])
    expect(new Map(absent)).toEqual(
      new Map([
        [ids['later'], 'created_later'],
        [ids['other'], 'changed_later'],
      ]),
    )
  })

  it.each([randomUUID(), 'x'])('that nobody published is not found: %s', async (eventId) => {
    const { status } = await api.call('GET', `/api/events/${eventId}`, { key: api.keys.member })
    expect(status).toBe(404)
  })

  it('of another account is not found', async () => {
    const { body } = await publish({ event, data })
    const { status } = await api.call('GET', `/api/events/${body.event_id}`, { key: api.otherKeys.admin })
    expect(status).toBe(404)
  })
})

describe('an event_id of another event', () => {
  it.each([
    ['other data', { event, data: { ...data, framework: 'ISO 27001' } }],
    ['another type', { event: 'scan.completed', data: eventCatalog['scan.completed'].example }],
  ])('is refused with %s, and the first stays as it is', async (_name, other) => {
    const eventId = randomUUID()
    await publish({ event, data, event_id: eventId })
    const { status, body } = await publish({ ...other, event_id: eventId })
    expect([status, body.code]).toEqual([409, 'event_id_conflict'])
    const { body: kept } = await api.call('GET', `/api/events/${eventId}`, { key: api.keys.member })
    expect(JSON.parse(kept.body)).toMatchObject({ event, data })
  })
})

describe('a traceparent', () => {
  it('of a request is kept with the event and shown in its deliveries', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const { body } = await api.call('POST', '/api/events', {
      key: api.keys.publisher,
      json: { event, data },
      headers: { traceparent },
    })
    const { body: shown } = await api.call('GET', `/api/events/${body.event_id}`, { key: api.keys.member })
    expect(shown.traceparent).toBe(traceparent)
  })

  it('that is none is ignored', async () => {
    const { status, body } = await api.call('POST', '/api/events', {
      key: api.keys.publisher,
      json: { event, data },
      headers: { traceparent: 'x' },
    })
    expect(status).toBe(202)
    const { body: shown } = await api.call('GET', `/api/events/${body.event_id}`, { key: api.keys.member })
    expect(shown.traceparent).toBeNull()
  })
})
