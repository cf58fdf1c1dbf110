import { readFileSync } from 'node:fs'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { runSender, startEndpoint, type TestEndpoint, type TestSender } from '../support/run-sender.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { scrape, type ScrapedMetric, valueOf } from './support/scrape.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: TestStore
let sender: TestSender
let endpoint: TestEndpoint
let status = 200
let metrics: ReadonlyMap<string, ScrapedMetric>

/** Delivers one event to an endpoint that answers 503 once, and then takes it. */
async function deliver(): Promise<void> {
  const { key } = await store.apiKeys.create('acme', 'publisher')
  await store.subscribe({ url: endpoint.url })
  status = 503
  const event = {
    event: 'evidence.uploaded',
    event_id: crypto.randomUUID(),
    data: eventCatalog['evidence.uploaded'].example,
  }
  for (const _ of [1, 2]) {
    const response = await fetch(`${sender.url}/api/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    })
    expect(response.status).toBe(202)
  }
  await eventually(() => endpoint.requests.length > 0)
  status = 200
  await eventually(async () => (await store.query('select from webhooks.owed_delivery')).length === 0)
  await fetch(`${sender.url}/nowhere/${crypto.randomUUID()}`)
}

beforeAll(async () => {
  store = await openTestStore()
  endpoint = await startEndpoint(() => status)
  sender = await runSender(store, { SENDER_RETRY_BASE_MS: '10' })
  await deliver()
  metrics = await eventually(async () => {
    const scraped = await scrape(sender.operationsUrl)
    const wasCounted = valueOf(scraped, 'complywise_sender_deliveries_settled_total', { status: 'succeeded' })
    return wasCounted === 1 && scraped
  })
})
afterAll(async () => {
  await sender.stop()
  await endpoint.close()
  await store.close()
})

test.each([
  ['complywise_sender_events_published_total', { result: 'new' }, 1],
  ['complywise_sender_events_published_total', { result: 'repeated' }, 1],
  ['complywise_sender_deliveries_made_total', {}, 1],
  ['complywise_sender_attempts_total', { outcome: 'succeeded' }, 1],
  ['complywise_sender_attempts_total', { outcome: 'http_5xx' }, 1],
  ['complywise_sender_deliveries_settled_total', { status: 'pending' }, 1],
  ['complywise_sender_attempt_duration_seconds_count', { succeeded: 'true' }, 1],
  ['complywise_sender_attempt_phase_duration_seconds_count', { phase: 'first_byte' }, 2],
  ['complywise_sender_first_attempt_delay_seconds_count', {}, 1],
  ['complywise_sender_queue_operation_deliveries_sum', { operation: 'settle' }, 2],
  ['complywise_sender_http_requests_total', { method: 'POST', route: '/api/events', status: '202' }, 2],
  ['complywise_sender_http_requests_total', { method: 'any', route: 'none', status: '404' }, 1],
  ['complywise_sender_leases_lost_total', {}, 0],
  ['complywise_sender_in_flight', {}, 0],
  ['complywise_sender_slots', {}, 512],
  ['complywise_sender_ready', { check: 'database' }, 1],
  ['complywise_sender_ready', { check: 'dispatcher' }, 1],
  ['complywise_sender_database_connections_max', { pool: 'api' }, 9],
  ['complywise_sender_subscriptions', { state: 'active' }, 1],
  ['complywise_sender_oldest_due_seconds', {}, 0],
  ['complywise_sender_owed_deliveries', {}, 0],
])('after one delivery that took two attempts, %s%j is %d', (name, labels, value) => {
  expect(valueOf(metrics, name, labels)).toBe(value)
})

test('figures of the database are the same in every process and tell what keeps each lane', async () => {
  const [due, held, paused] = await Promise.all([store.subscribe(), store.subscribe(), store.subscribe()])
  await Promise.all([due, held, paused].map(({ id }) => store.owe(id, 3)))
  await store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [paused.id])
  await store.query(
    `update webhooks.subscription set held_until = now() + interval '1 hour' where id = any($1)`,
    [[due.id, held.id]],
  )
  // Nobody dispatches here, so that the one lane stays due.
  const other = await runSender(store, { SENDER_ROLES: 'api' })
  await sender.stop()
  await store.query(`update webhooks.subscription set held_until = null where id = $1`, [due.id])
  await store.query(`update webhooks.owed_delivery set due_at = now() - interval '90 seconds'`)
  const figures = await scrape(other.operationsUrl)
  await other.stop()
  sender = await runSender(store)
  expect(valueOf(figures, 'complywise_sender_owed_deliveries')).toBe(9)
  expect(valueOf(figures, 'complywise_sender_oldest_due_seconds')).toBeGreaterThanOrEqual(90)
  expect(valueOf(figures, 'complywise_sender_oldest_due_seconds')).toBeLessThan(600)
  expect(
    Object.fromEntries(
      figures.get('complywise_sender_lanes')?.samples.map(({ labels, value }) => [labels['state'], value]) ??
        [],
    ),
  ).toEqual({ due: 1, held: 1, paused: 1, scheduled: 0, probing: 0, disabled: 0 })
})

test('a database that cannot be asked leaves its figures out, and nothing else', async () => {
  const broken = await runSender(store, { SENDER_ROLES: 'api' })
  await store.query('alter table webhooks.owed_delivery rename to hidden')
  const figures = await scrape(broken.operationsUrl)
  await store.query('alter table webhooks.hidden rename to owed_delivery')
  await broken.stop()
  expect(valueOf(figures, 'complywise_sender_owed_deliveries')).toBeUndefined()
  expect(figures.get('complywise_sender_lanes')?.samples).toEqual([])
  expect(valueOf(figures, 'complywise_sender_subscriptions', { state: 'active' })).toBeGreaterThan(0)
})

function byName(a: Pick<Documented, 'name'>, b: Pick<Documented, 'name'>): number {
  return a.name.localeCompare(b.name)
}

interface Documented {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
  readonly help: string
}

/** The rows of docs/metrics.md: name, type with labels, meaning, advice. */
function readGuide(): readonly Documented[] {
  const guide = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')
  return [...guide.matchAll(/^\| `(\w+)`\s*\| (\w+)([^|]*)\| ([^|]+)\|/gm)].map(
    ([, name = '', type = '', labels = '', help = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
      help: help.trim(),
    }),
  )
}

test('docs/metrics.md lists every metric of the sender’s own with its type and its meaning, and no other', () => {
  const served = [...metrics]
    .filter(([name]) => name.startsWith('complywise_sender_'))
    .map(([name, { type, help }]) => ({ name, type, help }))
  const documented = readGuide().map(({ name, type, help }) => ({ name, type, help }))
  expect(documented.toSorted(byName)).toEqual(served.toSorted(byName))
})

test('docs/metrics.md names the labels of every metric', () => {
  const guide = new Map(readGuide().map((row) => [row.name, row.labels]))
  for (const [name, { samples }] of metrics) {
    if (!name.startsWith('complywise_sender_')) continue
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
    labels.delete('le')
    expect({ name, labels: guide.get(name) }).toEqual({ name, labels: expect.arrayContaining([...labels]) })
  }
})

test('names follow the conventions of Prometheus', () => {
  for (const [name, { type }] of metrics) {
    if (!name.startsWith('complywise_sender_')) continue
    expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' })
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|count)$/)
  }
})
