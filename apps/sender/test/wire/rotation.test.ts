import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createLogger, readConfig, type RunningService } from '@complywise/service'
import { createReceiver, eventCatalog, generateSecret, type Receiver } from '@complywise/webhooks'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { configDefinition } from '../../src/config.ts'
import { startSender } from '../../src/sender.ts'
import { eventually } from '../support/eventually.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 20_000 })

/** A request as it came over the wire. */
interface Captured {
  readonly headers: Record<string, string>
  readonly body: Buffer
}

let store: TestStore
let sender: RunningService
let endpoint: Server
let endpointUrl: string
let api: string
let keys: Readonly<Record<'admin' | 'publisher', string>>
let captured: Captured[] = []

// A whole sender, as `sender serve` starts it, on a database of its own.
beforeAll(async () => {
  store = await openTestStore()
  endpoint = createServer((request, response) => void capture(request, response))
  endpointUrl = `http://127.0.0.1:${await listen(endpoint)}/`
  const probe = createServer()
  const port = await listen(probe)
  probe.close()
  api = `http://127.0.0.1:${port}`
  const config = readConfig(configDefinition, {
    DATABASE_URL: store.connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
    SENDER_PORT: String(port),
    SENDER_OPERATIONS_PORT: '0',
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
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
})
afterAll(async () => {
  await sender.stop()
  endpoint.close()
  endpoint.closeAllConnections()
  await store.close()
})

async function capture(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  captured.push({ headers: Object.fromEntries(headers), body: await buffer(request) })
  response.end()
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function call(key: string, path: string, json: unknown): Promise<Row> {
  const response = await fetch(api + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
  expect([path, response.ok]).toEqual([path, true])
  return JSON.parse(await response.text())
}

const rotate = (id: string, json: object) => call(keys.admin, `/api/webhooks/${id}/rotate-secret`, json)

/** One request that the dispatcher made and one of a test, which the API makes. */
async function requests(id: string): Promise<readonly Captured[]> {
  captured = []
  const data = eventCatalog['scan.completed'].example
  await call(keys.publisher, '/api/events', { event: 'scan.completed', data })
  await call(keys.admin, `/api/webhooks/${id}/test`, {})
  await eventually(() => captured.length === 2)
  return captured
}

const log = { warn: () => undefined, error: () => undefined }

function statusOf(receiver: Receiver, { headers, body }: Captured): Promise<number> {
  return receiver.receive({ method: 'POST', headers, body }).then(({ status }) => status)
}

/** Which of the libraries accept the request with that secret. */
async function accepting(secret: string, request: Captured): Promise<readonly string[]> {
  const payload = request.body.toString()
  const verifiers: Readonly<Record<string, () => unknown>> = {
    standardwebhooks: () => new StandardWebhook(secret).verify(payload, request.headers),
    svix: () => new SvixWebhook(secret).verify(payload, request.headers),
  }
  const names = Object.keys(verifiers).filter((name) => {
    try {
      verifiers[name]?.()
      return true
    } catch {
      return false
    }
  })
  const isAccepted = (await statusOf(createReceiver({ secret, log }), request)) === 200
  return isAccepted ? [...names, 'sdk'] : names
}

test('in the middle of a rotation, what is sent is accepted with either secret', async () => {
  const [old, fresh] = [generateSecret(), generateSecret()]
  const { id } = await call(keys.admin, '/api/webhooks', { url: endpointUrl, events: ['*'], secret: old })
  for (const request of await requests(id)) {
    expect(await accepting(old, request)).toEqual(['standardwebhooks', 'svix', 'sdk'])
    expect(await accepting(fresh, request)).toEqual([])
  }
  const { secret, secrets } = await rotate(id, { secret: fresh, overlap_seconds: 3600 })
  expect(secret).toBe(fresh)
  expect(secrets).toMatchObject([{ expires_at: null }, { expires_at: expect.any(String) }])
  for (const request of await requests(id)) {
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect(await accepting(fresh, request)).toEqual(['standardwebhooks', 'svix', 'sdk'])
    // X-ComplyWise-Signature, which a receiver of the SDK asks for, has room for the new one alone.
    expect(await accepting(old, request)).toEqual(['standardwebhooks', 'svix'])
    expect(await statusOf(createReceiver({ secret: [old, fresh], log }), request)).toBe(200)
  }
})

test('after the overlap, only the new secret signs', async () => {
  const [old, fresh] = [generateSecret(), generateSecret()]
  const { id } = await call(keys.admin, '/api/webhooks', { url: endpointUrl, events: ['*'], secret: old })
  await rotate(id, { secret: fresh, overlap_seconds: 3600 })
  await store.query(
    'update webhooks.subscription_secret set expires_at = now() where subscription_id = $1 and expires_at is not null',
    [id],
  )
  for (const request of await requests(id)) {
    expect(await accepting(old, request)).toEqual([])
    expect(await accepting(fresh, request)).toEqual(['standardwebhooks', 'svix', 'sdk'])
  }
})

test('without an overlap, the old secret is gone at once', async () => {
  const old = generateSecret()
  const { id } = await call(keys.admin, '/api/webhooks', { url: endpointUrl, events: ['*'], secret: old })
  const { secret, secrets, warnings } = await rotate(id, { overlap_seconds: 0 })
  expect(secrets).toHaveLength(1)
  expect(warnings).toMatchObject([{ code: 'receiver_unprepared' }])
  for (const request of await requests(id)) {
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(1)
    expect(await accepting(old, request)).toEqual([])
    expect(await accepting(secret, request)).toEqual(['standardwebhooks', 'svix', 'sdk'])
  }
})

test('a rotation that came too early is undone by giving the old secret again', async () => {
  const [old, fresh] = [generateSecret(), generateSecret()]
  const { id } = await call(keys.admin, '/api/webhooks', { url: endpointUrl, events: ['*'], secret: old })
  await rotate(id, { secret: fresh })
  const { secrets } = await rotate(id, { secret: old })
  expect(secrets.map(({ hint }: Row) => hint)).toEqual([`…${old.slice(-4)}`, `…${fresh.slice(-4)}`])
  for (const request of await requests(id)) {
    expect(await accepting(old, request)).toEqual(['standardwebhooks', 'svix', 'sdk'])
    expect(await accepting(fresh, request)).toEqual(['standardwebhooks', 'svix'])
  }
})
