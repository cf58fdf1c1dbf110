import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { formatTraceparent, parseTraceparent } from '../../src/telemetry/traceparent.ts'
import { startCli } from '../support/cli.ts'
import { eventually } from '../support/eventually.ts'
import { settingsOf, startEndpoint, type TestEndpoint } from '../support/run-sender.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { type Collector, startCollector } from './support/collector.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SERVER = 2
const CLIENT = 3

let store: TestStore
let collector: Collector
let endpoint: TestEndpoint
let status = 503

beforeAll(async () => {
  store = await openTestStore()
  collector = await startCollector()
  endpoint = await startEndpoint(() => status)
})
afterAll(async () => {
  await endpoint.close()
  await collector.close()
  await store.close()
})

interface Process {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a process of its own in one role. */
async function startRole(role: string, env: Readonly<Record<string, string>>): Promise<Process> {
  const child = startCli(['serve'], {
    env: { ...settingsOf(store), SENDER_ROLES: role, SENDER_RETRY_BASE_MS: '10', ...env },
  })
  const log: Row[] = []
  createInterface(child.stdout!).on('line', (line) => log.push(JSON.parse(line)))
  const ready = await eventually(() => log.find((line) => line['msg'] === 'ready'), 45_000)
  return {
    url: ready['url'],
    async stop() {
      child.kill('SIGTERM')
      expect(await once(child, 'close')).toEqual([0, null])
    },
  }
}

async function publish(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const { key } = await store.apiKeys.create('acme', 'publisher')
  const response = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      event: 'evidence.uploaded',
      data: eventCatalog['evidence.uploaded'].example,
    }),
  })
  expect(response.status).toBe(202)
}

test('one trace leads from the publisher over the API to every attempt in another process', async () => {
  const subscription = await store.subscribe({ url: `${endpoint.url}path?token=hunter2` })
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const [api, dispatcher] = await Promise.all([
    startRole('api', env),
    startRole('dispatcher', { ...env, OTEL_SERVICE_NAME: 'dispatch' }),
  ])
  expect(dispatcher.url).toBeUndefined()
  const publisher = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  await publish(api.url, { traceparent: formatTraceparent(publisher) })
  await eventually(() => endpoint.requests.length > 0)
  status = 200
  await eventually(async () => (await store.query('select from webhooks.owed_delivery')).length === 0)
  await Promise.all([api.stop(), dispatcher.stop()])

  const spans = collector.spans.filter(({ traceId }) => traceId === publisher.traceId)
  const request = spans.find(({ kind }) => kind === SERVER)
  expect(request).toMatchObject({
    service: 'complywise-sender',
    name: 'POST /api/events',
    parentSpanId: publisher.spanId,
    attributes: { 'http.route': '/api/events', 'http.response.status_code': 202 },
    isError: false,
  })
  const attempts = spans.filter(({ kind }) => kind === CLIENT)
  expect(attempts.length).toBeGreaterThanOrEqual(2)
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({
      service: 'dispatch',
      name: 'POST',
      parentSpanId: request?.spanId,
      attributes: {
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(endpoint.url).port),
        'complywise.event': 'evidence.uploaded',
        'complywise.subscription_id': subscription.id,
      },
    })
  }
  expect(attempts.find(({ isError }) => isError)?.attributes).toMatchObject({
    'complywise.outcome': 'http_503',
    'http.response.status_code': 503,
    'http.request.resend_count': 0,
    'error.type': '503',
  })
  expect(attempts.find(({ isError }) => !isError)?.attributes).toMatchObject({
    'complywise.outcome': 'succeeded',
    'http.response.status_code': 200,
  })
  // Customers are told nothing of our traces, and traces nothing of what a customer's URL may hold.
  for (const { headers } of endpoint.requests) expect(headers).not.toHaveProperty('traceparent')
  expect(JSON.stringify(collector.spans)).not.toMatch(/hunter2|cwk_/)
})

test('without a collector no span is made, and the publisher’s traceparent is kept with its event', async () => {
  const before = collector.spans.length
  const api = await startRole('api', {})
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await publish(api.url, { traceparent })
  await publish(api.url, { traceparent: 'none' })
  await api.stop()
  expect(collector.spans).toHaveLength(before)
  expect(await store.query('select traceparent from webhooks.event order by id desc limit 2')).toEqual([
    { traceparent: null },
    { traceparent },
  ])
})

test.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 1],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', 0],
  ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-what-comes', 1],
])('%s is a traceparent with the flags %d', (text, traceFlags) => {
  expect(parseTraceparent(text)).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags,
    isRemote: true,
  })
})

test.each([
  '',
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7',
])('"%s" is no traceparent', (text) => {
  expect(parseTraceparent(text)).toBeUndefined()
})
