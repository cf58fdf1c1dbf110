import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createLogger, readConfig, type RunningService } from '@complywise/service'
import { createReceiver, eventCatalog, eventTypes, generateSecret } from '@complywise/webhooks'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { configDefinition } from '../../src/config.ts'
import { startSender } from '../../src/sender.ts'
import { sealSecret } from '../../src/store/sealed-secret.ts'
import { version } from '../../src/version.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 20_000 })

/** A request as it came over the wire. */
interface Captured {
  readonly request: IncomingMessage
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

let store: TestStore
let sender: RunningService
let endpoint: Server
let endpointUrl: string
let api: string
let keys: Readonly<Record<'admin' | 'publisher', string>>
let captured: Captured[] = []
/** What the endpoint answers next; 200 when there is nothing. */
let statuses: number[] = []

// A whole sender, as `sender serve` starts it, on a database of its own.
beforeAll(async () => {
  store = await openTestStore()
  endpoint = createServer((request, response) => void capture(request, response))
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  endpointUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hooks?tenant=a%20b`
  const port = await freePort()
  api = `http://127.0.0.1:${port}`
  const config = readConfig(configDefinition, {
    DATABASE_URL: store.connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
    SENDER_PORT: String(port),
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
    SENDER_RETRY_BASE_MS: '10',
    SENDER_MAX_IN_FLIGHT_PER_SUBSCRIPTION: '2',
  })
  if (config.kind === 'invalid') throw new Error(JSON.stringify(config.problems))
  sender = await startSender(config.config, createLogger({ name: 'test', level: 'silent' }))
  keys = {
    admin: (await store.apiKeys.create('acme', 'admin')).key,
    publisher: (await store.apiKeys.create('acme', 'publisher')).key,
  }
})
beforeEach(async () => {
  await store.query('update webhooks.subscription set deleted_at = now()')
  captured = []
  statuses = []
})
afterAll(async () => {
  await sender.stop()
  endpoint.close()
  endpoint.closeAllConnections()
  await store.close()
})

async function capture(request: IncomingMessage, response: ServerResponse): Promise<void> {
  captured.push({ request, headers: singleHeaders(request), body: await buffer(request) })
  response.writeHead(statuses.shift() ?? 200).end()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function singleHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(request.headersDistinct).map(([name, values = []]) => {
    expect({ name, values }).toEqual({ name, values: [expect.any(String)] })
    return [name, values[0] ?? '']
  })
  return Object.fromEntries(entries)
}

async function call(key: string, path: string, json: unknown): Promise<Row> {
  const response = await fetch(api + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
  expect(response.ok).toBe(true)
  return JSON.parse(await response.text())
}

async function subscribe(secret?: string, url = endpointUrl): Promise<Row> {
  return await call(keys.admin, '/api/webhooks', { url, events: ['*'], ...(secret && { secret }) })
}

const data = { ...eventCatalog['scan.completed'].example, note: 'Ünïcödé 😀 \u2028 </script> "\\' }

/** Publishes an event and waits for its first request. */
async function publish(): Promise<Captured> {
  await call(keys.publisher, '/api/events', { event: 'scan.completed', data })
  return await eventually(() => captured[0])
}

function openssl(args: readonly string[], input: Uint8Array): Buffer {
  return execFileSync('openssl', args, { input })
}

const secrets: readonly (readonly [form: string, secret: string])[] = [
  ['generated', generateSecret()],
  ['of the form whsec_', `whsec_${randomBytes(24).toString('base64')}`],
  ['plain', 'your-secret'],
  ['plain that looks like base64', randomBytes(24).toString('base64')],
  ['plain and not ASCII', 'pässwörd with spaces 🔑'],
]

/** What the npm package wants: base64 after whsec_; any other secret has to be given as bytes. */
function standardWebhook(secret: string): Webhook {
  return secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(Buffer.from(secret), { format: 'raw' })
}

describe('a request', () => {
  test('is a POST to the endpoint with exactly the headers of the contract', async () => {
    const { id } = await subscribe()
    const { request, headers, body } = await publish()
    const [delivery] = await store.query('select * from webhooks.delivery where subscription_id = $1', [id])
    const { event_id: eventId, timestamp } = JSON.parse(body.toString())
    expect([request.method, request.url, request.httpVersion]).toEqual(['POST', '/hooks?tenant=a%20b', '1.1'])
    expect(headers).toEqual({
      host: new URL(endpointUrl).host,
      connection: 'keep-alive',
      'content-length': String(body.byteLength),
      'content-type': 'application/json',
      'content-digest': expect.stringMatching(/^sha-256=:[A-Za-z0-9+/]{43}=:$/),
      'user-agent': `ComplyWise-Webhooks/${version}`,
      'webhook-id': eventId,
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'x-complywise-attempt': '1',
      'x-complywise-delivery': delivery?.['id'],
      'x-complywise-event': 'scan.completed',
      'x-complywise-signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    })
    expect(body.toString()).toBe(
      `{"event":"scan.completed","event_id":"${eventId}","timestamp":"${timestamp}","data":${JSON.stringify(data)}}`,
    )
    expect(Math.abs(Number(headers['webhook-timestamp']) * 1000 - Date.now())).toBeLessThan(10_000)
  })

  test('carries each event type of the catalog, and its example, as it was published', async () => {
    await subscribe()
    for (const event of eventTypes)
      await call(keys.publisher, '/api/events', { event, data: eventCatalog[event].example })
    await eventually(() => captured.length === eventTypes.length)
    const received = captured.map(({ headers, body }) => [
      headers['x-complywise-event'],
      JSON.parse(body.toString()),
    ])
    expect(new Map(received.map(([event, envelope]) => [event, envelope.data]))).toEqual(
      new Map(eventTypes.map((event) => [event, eventCatalog[event].example])),
    )
    expect(received.map(([event, envelope]) => event === envelope.event)).not.toContain(false)
  })
})

describe.each(secrets)('with a secret that is %s', (_form, secret) => {
  let request: Captured
  beforeEach(async () => {
    await subscribe(secret)
    request = await publish()
  })

  test('openssl computes the same X-ComplyWise-Signature from the bytes that came', () => {
    const [hex] =
      openssl(['dgst', '-sha256', '-hmac', secret], request.body)
        .toString()
        .match(/[0-9a-f]{64}/) ?? []
    expect(request.headers['x-complywise-signature']).toBe(`sha256=${hex}`)
  })

  test('openssl computes the same Content-Digest', () => {
    const digest = openssl(['dgst', '-sha256', '-binary'], request.body).toString('base64')
    expect(request.headers['content-digest']).toBe(`sha-256=:${digest}:`)
  })

  test('the npm package standardwebhooks verifies the trio, and nothing that was changed', () => {
    const webhook = standardWebhook(secret)
    const body = request.body.toString()
    expect(webhook.verify(body, request.headers)).toEqual(JSON.parse(body))
    expect(() => webhook.verify(body.replace('scan', 'scam'), request.headers)).toThrow(
      'No matching signature',
    )
    expect(() => webhook.verify(body, { ...request.headers, 'webhook-id': 'other' })).toThrow(
      'No matching signature',
    )
    expect(() => standardWebhook(generateSecret()).verify(body, request.headers)).toThrow(
      'No matching signature',
    )
  })

  test('a receiver made with the SDK accepts it, and one with another secret does not', async () => {
    const events: unknown[] = []
    const log = { warn: () => undefined, error: () => undefined }
    const receiver = createReceiver({ secret, log, requireAttemptSignature: true })
    receiver.on('scan.completed', (event) => void events.push(event.data))
    const received = { method: 'POST', headers: request.request.headers, body: request.body }
    expect(await receiver.receive(received)).toMatchObject({ status: 200, body: '{"status":"processed"}' })
    expect(events).toEqual([data])
    const stranger = createReceiver({ secret: generateSecret(), log })
    expect((await stranger.receive(received)).status).toBe(401)
  })
})

describe('the attempts of one delivery', () => {
  test('have the same bytes and ids, and each its own number and valid signature', async () => {
    const secret = generateSecret()
    statuses = [500, 302]
    await subscribe(secret)
    await publish()
    await eventually(() => captured.length === 3)
    const same = (name: string): number => new Set(captured.map(({ headers }) => headers[name])).size
    expect(captured.map(({ headers }) => headers['x-complywise-attempt'])).toEqual(['1', '2', '3'])
    expect(new Set(captured.map(({ body }) => body.toString('hex'))).size).toBe(1)
    expect(['webhook-id', 'x-complywise-delivery', 'x-complywise-signature'].map(same)).toEqual([1, 1, 1])
    for (const { body, headers } of captured) {
      expect(standardWebhook(secret).verify(body.toString(), headers)).toBeTruthy()
    }
  })
})

describe('a secret that is being replaced', () => {
  test('signs beside the new one, which alone makes X-ComplyWise-Signature', async () => {
    const [newest, oldest] = [generateSecret(), generateSecret()]
    const { id } = await subscribe(oldest)
    await store.query(
      `insert into webhooks.subscription_secret (subscription_id, sealed, hint) values ($1, $2, '')`,
      [id, sealSecret(newest, id, store.encryptionKeys)],
    )
    const { headers, body } = await publish()
    const payload = body.toString()
    for (const secret of [newest, oldest])
      expect(standardWebhook(secret).verify(payload, headers)).toBeTruthy()
    const [hex] =
      openssl(['dgst', '-sha256', '-hmac', newest], body)
        .toString()
        .match(/[0-9a-f]{64}/) ?? []
    expect(headers['x-complywise-signature']).toBe(`sha256=${hex}`)
  })
})

describe('two subscriptions at one origin', () => {
  test('of which one never answers: the other does not wait for it', async () => {
    const waiting: IncomingMessage[] = []
    const hanging = createServer((request, response) => {
      if (request.url === '/ok') response.end()
      else waiting.push(request)
    })
    hanging.listen(0, '127.0.0.1')
    await once(hanging, 'listening')
    const address = hanging.address()
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    await subscribe(undefined, `${origin}/hang`)
    for (const _ of [1, 2]) await call(keys.publisher, '/api/events', { event: 'scan.completed', data })
    await eventually(() => waiting.length === 2)
    const { id } = await subscribe(undefined, `${origin}/ok`)
    await call(keys.publisher, '/api/events', { event: 'scan.completed', data })
    await eventually(async () => {
      const done = await store.query(
        `select from webhooks.delivery where subscription_id = $1 and status = 'succeeded'`,
        [id],
      )
      return done.length === 1
    })
    hanging.close()
    hanging.closeAllConnections()
    expect(waiting).toHaveLength(2)
  })
})
