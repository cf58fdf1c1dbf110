import { randomUUID } from 'node:crypto'
import { eventCatalog, eventTypes } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

const event = 'scan.completed'
const data = eventCatalog[event].example

let api: TestApi
let subscriptionId: string

beforeAll(async () => {
  api = await startApi()
  const { body } = await api.call('POST', '/api/webhooks', {
    key: api.keys.admin,
    json: { url: 'https://example.com/', events: ['*'] },
  })
  subscriptionId = body.id
})
afterAll(() => api.close())

async function publish(json: unknown) {
  return await api.call('POST', '/api/events', { key: api.keys.publisher, json })
}

/** The body of the only delivery of an event, as text. */
async function bodyOf(eventId: string): Promise<string> {
  const { body: page } = await api.call('GET', `/api/deliveries?event_id=${eventId}`, { key: api.keys.admin })
  expect(page.data).toHaveLength(1)
  const { body } = await api.call('GET', `/api/deliveries/${page.data[0].id}`, { key: api.keys.admin })
  return body.body
}

describe('a published event', () => {
  it.each(eventTypes)(
    'of type %s is stored with one delivery for each matching subscription',
    async (type) => {
      const { status, body } = await publish({ event: type, data: eventCatalog[type].example })
      expect(status).toBe(202)
      expect(body).toEqual({
        event_id: expect.any(String),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        delivery_count: 1,
        already_published: false,
      })
      expect(JSON.parse(await bodyOf(body.event_id))).toEqual({
        event: type,
        event_id: body.event_id,
        timestamp: body.timestamp,
        data: eventCatalog[type].example,
      })
    },
  )

  it('is counted for matching subscriptions of its own account only', async () => {
    const { body } = await api.call('POST', '/api/events', {
      key: api.otherKeys.publisher,
      json: { event, data },
    })
    expect(body.delivery_count).toBe(0)
  })

  it('keeps unknown fields, and all fields in the order of the publisher', async () => {
    const reordered = {
      zebra: { nested: ['é', 1.5, null] },
      ...Object.fromEntries(Object.entries(data).toReversed()),
    }
    const { body } = await publish({ event, data: reordered })
    expect(await bodyOf(body.event_id)).toContain(`"data":${JSON.stringify(reordered)}}`)
  })

  it('may have the same event_id in two accounts', async () => {
    const json = { event, data, event_id: randomUUID() }
    const answers = [
      await api.call('POST', '/api/events', { key: api.keys.publisher, json }),
      await api.call('POST', '/api/events', { key: api.otherKeys.publisher, json }),
    ]
    expect(answers.map(({ body }) => body.already_published)).toEqual([false, false])
  })

  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00.1234567Z', '2026-03-01T12:00:00.123Z'],
    ['2026-03-01T12:00:00+05:30', '2026-03-01T06:30:00.000Z'],
    ['2024-02-29T23:59:59.999-00:00', '2024-02-29T23:59:59.999Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('that happened at %s is answered and sent with %s', async (timestamp, normalized) => {
    const { body } = await publish({ event, data, timestamp })
    expect(body.timestamp).toBe(normalized)
    expect(JSON.parse(await bodyOf(body.event_id)).timestamp).toBe(normalized)
  })
})

describe('an event_id', () => {
  it('that was published before is answered as the first time and makes nothing new', async () => {
    const json = { event, data, event_id: randomUUID() }
    const { body: first } = await publish(json)
    const { status, body: second } = await publish({ ...json, timestamp: '2020-01-01T00:00:00Z' })
    expect(status).toBe(202)
    expect(second).toEqual({ ...first, already_published: true })
    await bodyOf(json.event_id)
  })

  it('is answered in lower case', async () => {
    const eventId = randomUUID()
    const { body } = await publish({ event, data, event_id: eventId.toUpperCase() })
    expect(body.event_id).toBe(eventId)
  })

  it('published 20 times at once is new exactly once', async () => {
    const json = { event, data, event_id: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => publish(json)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202))
    expect(answers.filter(({ body }) => !body.already_published)).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => `${body.timestamp} ${body.delivery_count}`)).size).toBe(1)
    await bodyOf(json.event_id)
  })
})

describe('a refused event', () => {
  it.each<{ name: string; json: unknown; errors: readonly (readonly [path: string, code: string])[] }>([
    { name: 'an empty object', json: {}, errors: [['/event', 'required']] },
    { name: 'null', json: null, errors: [['', 'required']] },
    {
      name: 'an unknown event type',
      json: { event: 'scan.started', data },
      errors: [['/event', 'invalid_value']],
    },
    { name: 'the wildcard', json: { event: '*', data }, errors: [['/event', 'invalid_value']] },
    {
      name: 'a property of Object as type',
      json: { event: 'constructor', data },
      errors: [['/event', 'invalid_value']],
    },
    { name: 'a number as type', json: { event: 7, data }, errors: [['/event', 'invalid_value']] },
    { name: 'no data', json: { event }, errors: [['/data', 'required']] },
    { name: 'null as data', json: { event, data: null }, errors: [['/data', 'invalid_type']] },
    { name: 'an array as data', json: { event, data: [data] }, errors: [['/data', 'invalid_type']] },
    {
      name: 'a field missing and a field of the wrong type',
      json: { event, data: { ...data, passed: undefined, failed: '11' } },
      errors: [
        ['/data/passed', 'required'],
        ['/data/failed', 'invalid_type'],
      ],
    },
    {
      name: 'a wrong field deep inside',
      json: {
        event: 'integration.disconnected',
        data: {
          ...eventCatalog['integration.disconnected'].example,
          reason: { code: 1, message: 'x' },
          affected_controls: [
            { control_id: 'CC6.1', framework: 'SOC 2' },
            { control_id: 2, framework: 'SOC 2' },
          ],
        },
      },
      errors: [
        ['/data/reason/code', 'invalid_type'],
        ['/data/affected_controls/1/control_id', 'invalid_type'],
      ],
    },
    {
      name: 'an event_id that is no UUID',
      json: { event, data, event_id: '1' },
      errors: [['/event_id', 'invalid_format']],
    },
    {
      name: 'an unknown field',
      json: { event, data, eventId: randomUUID() },
      errors: [['/eventId', 'unknown_field']],
    },
    {
      name: 'a timestamp without offset',
      json: { event, data, timestamp: '2026-03-01T12:00:00' },
      errors: [['/timestamp', 'invalid_format']],
    },
    {
      name: 'a date',
      json: { event, data, timestamp: '2026-03-01' },
      errors: [['/timestamp', 'invalid_format']],
    },
    {
      name: 'the 30th of February',
      json: { event, data, timestamp: '2026-02-30T12:00:00Z' },
      errors: [['/timestamp', 'invalid_format']],
    },
    {
      name: 'Unix seconds',
      json: { event, data, timestamp: 1_772_366_400 },
      errors: [['/timestamp', 'invalid_type']],
    },
    {
      name: 'the year 10000 in UTC',
      json: { event, data, timestamp: '9999-12-31T23:59:59-01:00' },
      errors: [['/timestamp', 'invalid_value']],
    },
    {
      name: 'the year 0',
      json: { event, data, timestamp: '0000-01-01T00:00:00Z' },
      errors: [['/timestamp', 'invalid_value']],
    },
    {
      name: 'U+0000 in a text and in a name',
      json: { event, data: { ...data, note: 'a\0b', 'c\0d': 1 } },
      errors: [
        ['/data/note', 'nul_character'],
        ['/data/c\0d', 'nul_character'],
      ],
    },
    {
      name: 'half a surrogate pair',
      json: { event, data: { ...data, note: ['\uDE00'] } },
      errors: [['/data/note/0', 'lone_surrogate']],
    },
    {
      name: 'an integer that a double cannot hold',
      json: { event, data: { ...data, big: 2 ** 53 } },
      errors: [['/data/big', 'number_imprecise']],
    },
    {
      name: 'names with / and ~',
      json: { event, data: { ...data, 'a/b': { 'c~d': '\0' } } },
      errors: [['/data/a~1b/c~0d', 'nul_character']],
    },
  ])('with $name says where and why', async ({ json, errors }) => {
    const { status, body } = await publish(json)
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'validation_failed' })
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(errors)
  })

  // What JSON.stringify cannot write.
  it.each([
    { name: '1e400', text: '1e400', path: '/data/x', code: 'number_imprecise' },
    {
      name: 'a number of 20 digits',
      text: '12345678901234567890',
      path: '/data/x',
      code: 'number_imprecise',
    },
    { name: '__proto__', text: '{"__proto__":{"a":1}}', path: '/data/x/__proto__', code: 'forbidden_key' },
    {
      name: 'constructor.prototype',
      text: '{"constructor":{"prototype":{"a":1}}}',
      path: '/data/x/constructor',
      code: 'forbidden_key',
    },
    {
      name: 'arrays 100 deep',
      text: '['.repeat(100) + ']'.repeat(100),
      path: `/data/x${'/0'.repeat(62)}`,
      code: 'nested_too_deeply',
    },
    {
      name: 'arrays 60,000 deep',
      text: '['.repeat(60_000) + ']'.repeat(60_000),
      path: `/data/x${'/0'.repeat(62)}`,
      code: 'nested_too_deeply',
    },
  ])('with $name in data is refused', async ({ text, path, code }) => {
    const body = JSON.stringify({ event, data: { ...data, x: '?' } }).replace('"?"', text)
    const answer = await api.call('POST', '/api/events', {
      key: api.keys.publisher,
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toContainEqual({ path, code, detail: expect.any(String) })
  })

  it('lists at most 100 errors', async () => {
    const { body } = await publish({
      event,
      data: { ...data, bad: Array.from({ length: 5000 }, () => '\0') },
    })
    expect(body.detail).toBe('100 values or more are not acceptable.')
    expect(body.errors).toHaveLength(100)
  })

  it('names the place of an error by what holds it, when its own name is too long', async () => {
    const { body, text } = await publish({
      event,
      data: { ...data, deep: { ['x'.repeat(20_000)]: Array.from({ length: 1000 }, () => 9e99) } },
    })
    expect(body.errors).toHaveLength(100)
    expect(new Set(body.errors.map(({ path }: { path: string }) => path))).toEqual(new Set(['/data/deep']))
    expect(text.length).toBeLessThan(20_000)
  })

  it('refuses for its size what is too large, without a look for a million mistakes', async () => {
    const event = 'integration.disconnected'
    const { affected_controls: _, ...example } = eventCatalog[event].example
    // As many issues as this overflow the stack of zod.
    const json = { event, data: { ...example, affected_controls: Array.from({ length: 700_000 }, () => 1) } }
    const { status, body } = await publish(json)
    expect([status, body.code]).toEqual([413, 'event_too_large'])
  })

  it('leaves nothing behind', async () => {
    const eventId = randomUUID()
    await publish({ event, data: {}, event_id: eventId })
    const { body } = await api.call('GET', `/api/deliveries?event_id=${eventId}`, { key: api.keys.admin })
    expect(body.data).toEqual([])
  })
})

describe('the largest event', () => {
  // The envelope around `data`, with a UUID and an instant of fixed lengths.
  const overhead = JSON.stringify({
    event,
    event_id: randomUUID(),
    timestamp: new Date(0).toISOString(),
    data: { ...data, padding: '' },
  }).length

  it('has an envelope of 262,144 bytes', async () => {
    const padding = 'x'.repeat(262_144 - overhead)
    const { status, body } = await publish({ event, data: { ...data, padding } })
    expect(status).toBe(202)
    expect(Buffer.byteLength(await bodyOf(body.event_id))).toBe(262_144)
  })

  it('may be written in escapes, which take six bytes each', async () => {
    const padding = 'x'.repeat(262_144 - overhead)
    const body = JSON.stringify({ event, data: { ...data, padding } }).replaceAll('x', '\\u0078')
    expect(body.length).toBeGreaterThan(1_500_000)
    const headers = { 'content-type': 'application/json' }
    const call = { key: api.keys.publisher, body, headers }
    expect((await api.call('POST', '/api/events', call)).status).toBe(202)
    expect((await api.call('POST', '/api/events/dry-run', call)).body.size_bytes).toBe(262_144)
  })

  it('is refused with one byte more', async () => {
    const padding = 'x'.repeat(262_145 - overhead)
    const { status, body } = await publish({ event, data: { ...data, padding } })
    expect([status, body.code]).toEqual([413, 'event_too_large'])
  })
})

it('an event that was answered with 202 is there for another connection at once', async () => {
  const { body } = await publish({ event, data })
  const { rows } = await api.database.pool.query(
    'select subscription_id from webhooks.delivery where event_id = $1',
    [body.event_id],
  )
  expect(rows).toEqual([{ subscription_id: subscriptionId }])
})
