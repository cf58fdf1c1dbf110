import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createReceiver, eventCatalog, eventTypes } from '@complywise/webhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const secret = 'a secret of more than twenty-four bytes'

let api: TestApi
let endpoint: Server
let url: string
let received: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = []
/** How the endpoint answers. */
let answer: (response: ServerResponse) => void

beforeAll(async () => {
  const network = parseNetwork('127.0.0.0/8')
  api = await startApi({ allowedNetworks: network === undefined ? [] : [network], testsPerMinute: 3 })
  endpoint = createServer((request, response) => void receive(request, response))
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
})
beforeEach(() => {
  received = []
  answer = (response) => response.end('{"status":"ignored"}')
})
afterAll(async () => {
  endpoint.close()
  endpoint.closeAllConnections()
  await api.close()
})

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push({ headers: request.headers, body: await buffer(request) })
  answer(response)
}

async function create(json: object = {}): Promise<string> {
  const body = { url, events: ['scan.failed'], secret, ...json }
  return (await api.call('POST', '/api/webhooks', { key: api.keys.admin, json: body })).body.id
}

async function test(id: string, json?: unknown): Promise<Answer> {
  return await api.call('POST', `/api/webhooks/${id}/test`, { key: api.keys.admin, json })
}

async function health(id: string) {
  const { body } = await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.admin })
  return { state: body.state, health: body.health, version: body.version }
}

describe('POST /api/webhooks/{id}/test', () => {
  it('sends one signed event, and answers with all that there is to know of it', async () => {
    const id = await create({ headers: { authorization: 'Bearer abc', 'x-team': 'a' } })
    const { status, body } = await test(id)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      event: 'webhook.test',
      outcome: 'succeeded',
      http_status: 200,
      detail: null,
      remote_address: '127.0.0.1',
      request: { url },
      response_body: '{"status":"ignored"}',
    })
    expect(body.advice).toMatch(/^Nothing/)
    expect(received).toHaveLength(1)
    const [request] = received
    expect(request?.body.toString()).toBe(body.request.body)
    expect(JSON.parse(body.request.body)).toMatchObject({ event: 'webhook.test', event_id: body.event_id })
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-team': 'a',
      'x-complywise-delivery': body.delivery_id,
      'webhook-id': body.event_id,
    })
    expect(body.request.headers).toMatchObject({ authorization: '********', 'x-team': 'a' })
  })

  it('is verified by a receiver of the SDK, which ignores it', async () => {
    const log = { warn: () => undefined, error: () => undefined }
    const receiver = createReceiver({ secret, log, requireAttemptSignature: true })
    await test(await create())
    const [request] = received
    const reply = await receiver.receive({
      method: 'POST',
      headers: request?.headers ?? {},
      body: request?.body ?? new Uint8Array(),
    })
    expect([reply.status, reply.body]).toEqual([200, '{"status":"ignored"}'])
  })

  it.each(eventTypes)('sends an example of %s when asked to, whatever it is subscribed to', async (event) => {
    const log = { warn: () => undefined, error: () => undefined }
    const receiver = createReceiver({ secret, log })
    const seen: unknown[] = []
    receiver.on(event, (each) => void seen.push(each.data))
    const { body } = await test(await create(), { event })
    const [request] = received
    const reply = await receiver.receive({
      method: 'POST',
      headers: request?.headers ?? {},
      body: request?.body ?? new Uint8Array(),
    })
    expect([body.event, reply.body, seen]).toEqual([
      event,
      '{"status":"processed"}',
      [eventCatalog[event].example],
    ])
  })

  it('is in the Delivery Log as a test', async () => {
    const id = await create()
    const { body } = await test(id)
    const { body: logged } = await api.call('GET', `/api/deliveries/${body.delivery_id}`, {
      key: api.keys.member,
    })
    expect(logged).toMatchObject({
      id: body.delivery_id,
      subscription_id: id,
      event: 'webhook.test',
      event_id: body.event_id,
      is_test: true,
      matched_by: null,
      status: 'succeeded',
      attempt_count: 1,
      body: body.request.body,
      attempts: [{ number: 1, outcome: 'succeeded', http_status: 200 }],
    })
  })

  it.each<{ name: string; respond: (response: ServerResponse) => void; expected: object }>([
    {
      name: 'refuses the signature',
      respond: (response) => response.writeHead(401).end('who are you?'),
      expected: { outcome: 'http_401', http_status: 401, response_body: 'who are you?' },
    },
    {
      name: 'fails',
      respond: (response) => response.writeHead(500).end(),
      expected: { outcome: 'http_500', http_status: 500, response_body: '' },
    },
    {
      name: 'redirects',
      respond: (response) => response.writeHead(302, { location: '/login' }).end(),
      expected: { outcome: 'redirect', http_status: 302 },
    },
    {
      name: 'is gone',
      respond: (response) => response.writeHead(410).end(),
      expected: { outcome: 'http_410', http_status: 410 },
    },
    {
      name: 'is overloaded',
      respond: (response) => response.writeHead(503, { 'retry-after': '3600' }).end(),
      expected: { outcome: 'http_503', http_status: 503 },
    },
    {
      name: 'hangs up',
      respond: (response) => response.destroy(),
      expected: { outcome: 'reset', http_status: null, response_body: null },
    },
    {
      name: 'does not answer in time',
      respond: () => undefined,
      expected: { outcome: 'timeout', http_status: null },
    },
  ])('tells what came of it when the endpoint $name, and counts nothing', async ({ respond, expected }) => {
    const id = await create({ timeout_ms: 1000 })
    const before = await health(id)
    answer = respond
    const { status, body } = await test(id)
    expect([status, body]).toMatchObject([200, { ...expected, advice: expect.stringMatching(/\.$/) }])
    expect(await health(id)).toEqual(before)
    const { rows } = await api.database.pool.query(
      'select status, reason, last_outcome, is_test from webhooks.delivery where subscription_id = $1',
      [id],
    )
    expect(rows).toEqual([
      { status: 'failed', reason: 'test_failed', last_outcome: body.outcome, is_test: true },
    ])
  })

  it('tells that nothing listens', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const address = closed.address()
    closed.close()
    const port = typeof address === 'object' ? address?.port : ''
    const { body } = await test(await create({ url: `http://127.0.0.1:${port}/` }))
    expect(body).toMatchObject({ outcome: 'connect', http_status: null, detail: expect.any(String) })
    expect(body.advice).toContain('firewall')
  })

  it.each(['paused', 'disabled'])('works on one that is %s, and leaves it so', async (state) => {
    const id = await create()
    await api.database.pool.query(
      'update webhooks.subscription set state = $2, consecutive_failures = 5, failing_since = now() where id = $1',
      [id, state],
    )
    const before = await health(id)
    const { body } = await test(id)
    expect(body.outcome).toBe('succeeded')
    expect(await health(id)).toEqual(before)
    expect(before.state).toBe(state)
  })

  it('may be made so many times a minute for one subscription, and for others too', async () => {
    const id = await create()
    const answers = []
    for (let count = 0; count < 4; count += 1)
      answers.push(await test(count % 2 === 0 ? id : id.toUpperCase()))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    const [, , , last] = answers
    expect(last?.body.code).toBe('tests_too_frequent')
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(received).toHaveLength(3)
    expect((await test(await create())).status).toBe(200)
  })

  it('of a subscription that is not there is not found, however often', async () => {
    const id = crypto.randomUUID()
    for (let count = 0; count < 4; count += 1) expect((await test(id)).status).toBe(404)
  })

  it.each([
    { name: 'an unknown type', json: { event: 'scan.started' }, path: '/event', code: 'invalid_value' },
    { name: 'a pattern', json: { event: '*' }, path: '/event', code: 'invalid_value' },
    { name: 'a URL', json: { url: 'https://example.com' }, path: '/url', code: 'unknown_field' },
    { name: 'a text', json: 'webhook.test', path: '', code: 'invalid_type' },
  ])('refuses $name', async ({ json, path, code }) => {
    const { status, body } = await test(await create(), json)
    expect([status, body.errors]).toEqual([422, [{ path, code, detail: expect.any(String) }]])
    expect(received).toHaveLength(0)
  })

  it('is answered for when the subscription is deleted meanwhile', async () => {
    const id = await create()
    answer = (response) => {
      void api
        .call('DELETE', `/api/webhooks/${id}`, { key: api.keys.admin })
        .then(() => response.end('too late'))
    }
    const { status, body } = await test(id)
    expect([status, body.outcome]).toEqual([200, 'succeeded'])
    const { rows } = await api.database.pool.query(
      'select status from webhooks.delivery where subscription_id = $1',
      [id],
    )
    expect(rows).toEqual([{ status: 'canceled' }])
  })
})
