import { eventCatalog, eventTypes } from '@complywise/webhooks'
import { expect, it } from 'vitest'
import { startApi } from './support/start-api.ts'

const ROUNDS = 1200

const nasty: readonly unknown[] = [
  null,
  true,
  0,
  -0.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '\0',
  '\uD800',
  '\u202E',
  '🙂'.repeat(300),
  "'; drop table webhooks.event; --",
  '${7*7}',
  '%00',
  '*',
  'scan.completed',
  'javascript:alert(1)',
  'http://[::ffff:7f00:1]/',
  'https://exa mple.com',
  'whsec_',
  '9999-12-31T23:59:59.999-23:59',
  '00000000-0000-0000-0000-000000000000',
  'x'.repeat(70_000),
  [],
  [[[[[[]]]]]],
  {},
  { constructor: { prototype: 1 } },
  JSON.parse('{"__proto__":{"polluted":true}}'),
]

/** The same sequence of numbers in [0, 1) in every run: a failure can be repeated (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(20_260_301)

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** A copy in which some values, at any depth, are replaced or renamed. */
function mutate(value: unknown): unknown {
  if (random() < 0.15) return pick([...nasty, value])
  if (Array.isArray(value)) return value.map(mutate)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [
    random() < 0.05 ? `${name}\0` : name,
    mutate(member),
  ])
  return Object.fromEntries(entries)
}

const filters = ['limit', 'cursor', 'subscription_id', 'event', 'event_id', 'status', 'since', 'until', 'x']

function mutateQuery(): string {
  const query = new URLSearchParams()
  for (let count = Math.ceil(random() * 3); count > 0; count -= 1) {
    query.append(pick(filters), String(pick(nasty)).slice(0, 500).toWellFormed())
  }
  return query.toString()
}

it(`no answer to ${ROUNDS} distorted requests is a failure of the server`, { timeout: 120_000 }, async () => {
  const api = await startApi()
  const subscription = { url: 'https://example.com/', events: ['*'], secret: 'not a weak secret, is it now?' }
  const requests = [
    () => api.call('POST', '/api/webhooks', { key: api.keys.admin, json: mutate(subscription) }),
    () => {
      const event = pick(eventTypes)
      const json = { event, data: eventCatalog[event].example, timestamp: '2026-03-01T12:00:00Z' }
      return api.call('POST', '/api/events', { key: api.keys.publisher, json: mutate(json) })
    },
    () => api.call('GET', `/api/deliveries?${mutateQuery()}`, { key: api.keys.member }),
    () => api.call('GET', `/api/webhooks?${mutateQuery()}`, { key: api.keys.member }),
    () => {
      const id = encodeURIComponent(String(pick(nasty)).slice(0, 200).toWellFormed())
      return api.call(pick(['GET', 'DELETE']), `/api/webhooks/${id}`, { key: api.keys.admin })
    },
  ]
  const statuses = new Map<number, number>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const { status, text } = await pick(requests)()
    expect(status >= 500 ? text : '').toBe('')
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const { rows } = await api.database.pool.query('select count(*)::int as count from webhooks.event')
  await api.close()
  expect(rows[0].count).toBe(statuses.get(202))
  expect([...statuses.keys()].toSorted((a, b) => a - b)).toEqual([200, 201, 202, 404, 422])
})
