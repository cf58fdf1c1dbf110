import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstAnswerTo, sendRaw } from './support/raw-request.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const json = { 'content-type': 'application/json' }

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function post(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = json,
) {
  return await api.call('POST', '/api/webhooks', { key: api.keys.admin, body, headers })
}

function withKey(...lines: readonly string[]): string {
  return `${[lines[0], 'host: localhost', `authorization: Bearer ${api.keys.admin}`, ...lines.slice(1)].join('\r\n')}\r\n\r\n`
}

describe('every answer', () => {
  it.each([
    ['GET', '/api/webhooks', 200],
    ['GET', '/healthz', 200],
    ['GET', '/nothing', 404],
    ['PUT', '/api/webhooks', 405],
    ['GET', '/%', 400],
    ['GET', `/api/webhooks/${'a'.repeat(200)}`, 404],
  ])(
    'to %s %s is protected against sniffing and caching and names its request',
    async (method, path, status) => {
      const answer = await api.call(method, path, { key: api.keys.admin })
      expect(answer.status).toBe(status)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      })
    },
  )

  it.each([
    { sent: 'checkout-42.a_B', answered: /^checkout-42\.a_B$/ },
    { sent: 'two words', answered: /^[\da-f-]{36}$/ },
    { sent: 'x'.repeat(65), answered: /^[\da-f-]{36}$/ },
  ])('has the x-request-id of the request if it is a plain one: $sent', async ({ sent, answered }) => {
    const { headers } = await api.call('GET', '/healthz', { headers: { 'x-request-id': sent } })
    expect(headers.get('x-request-id')).toMatch(answered)
  })
})

describe('an unknown path', () => {
  it.each([
    '/api',
    '/api/webhook',
    '/api/webhooks/',
    '/api/webhooks//',
    '/api/webhooks/1/2',
    '/API/webhooks',
    '/.env',
  ])('is answered 404 without a key: %s', async (path) => {
    const { status, headers, body } = await api.call('POST', path, { body: 'ignored' })
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect([status, body.code]).toEqual([404, 'route_not_found'])
  })
})

describe('a known path with another method', () => {
  it.each([
    ['PATCH', '/api/webhooks', 'GET, HEAD, POST'],
    ['OPTIONS', '/api/webhooks', 'GET, HEAD, POST'],
    ['PROPFIND', '/api/webhooks', 'GET, HEAD, POST'],
    ['PUT', `/api/webhooks/${randomUUID()}`, 'DELETE, GET, HEAD, PATCH'],
    ['POST', '/api/webhooks/1?a=b', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/api/events', 'POST'],
    ['DELETE', '/api/deliveries', 'GET, HEAD'],
    ['POST', '/readyz', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['POST', '/settings/integrations/webhooks', 'GET, HEAD'],
  ])('is answered 405 with Allow: %s %s', async (method, path, allow) => {
    const { status, headers, body } = await api.call(method, path)
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', allow])
  })
})

describe('a body', () => {
  it.each([
    { name: '{', bytes: '{' },
    { name: 'a trailing comma', bytes: '{"url":"https://example.com",}' },
    { name: 'single quotes', bytes: "{'url':'https://example.com'}" },
    { name: 'NaN', bytes: '{"url":NaN}' },
    { name: 'two values', bytes: '{}{}' },
    { name: 'white space', bytes: '  ' },
    { name: 'form data', bytes: 'url=https%3A%2F%2Fexample.com' },
    { name: 'a byte that is not UTF-8', bytes: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d) },
    { name: 'an overlong encoding', bytes: Uint8Array.of(0x22, 0xc0, 0xaf, 0x22) },
    { name: 'UTF-16', bytes: new Uint8Array(Buffer.from('\uFEFF{}', 'utf16le')) },
  ])('that is not JSON in UTF-8 is answered 400: $name', async ({ bytes }) => {
    const { status, body } = await post(bytes)
    expect([status, body.code]).toEqual([400, 'malformed_json'])
  })

  it('that is malformed is not repeated in the answer', async () => {
    const { text } = await post('{"secret":"do not repeat me"')
    expect(text).not.toContain('repeat')
  })

  it('may start with a byte order mark', async () => {
    const { status } = await post('\uFEFF{"url":"https://example.com","events":["*"]}')
    expect(status).toBe(201)
  })

  it.each([
    { name: 'no Content-Type', headers: { 'content-type': '' } },
    { name: 'text/plain', headers: { 'content-type': 'text/plain' } },
    { name: 'a form', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { name: 'problem+json', headers: { 'content-type': 'application/problem+json' } },
    { name: 'nonsense', headers: { 'content-type': ';;;' } },
  ])('is answered 415 with $name', async ({ headers }) => {
    const { status, body } = await post('{}', headers)
    expect([status, body.code]).toEqual([415, 'unsupported_media_type'])
  })

  it.each(['application/json;charset=utf-8', 'Application/JSON', 'application/json; charset="UTF-8"'])(
    'may be sent as %s',
    async (type) => {
      const { status } = await post('{"url":"https://example.com","events":["*"]}', { 'content-type': type })
      expect(status).toBe(201)
    },
  )

  it('that is absent is named as required', async () => {
    const answers = [await api.call('POST', '/api/webhooks', { key: api.keys.admin }), await post('')]
    expect(answers.map(({ status, body }) => [status, body.errors])).toEqual(
      Array.from({ length: 2 }, () => [422, [{ path: '', code: 'required', detail: 'This is required.' }]]),
    )
  })

  it.each([
    { name: '__proto__', text: '{"url":"https://example.com","events":["*"],"__proto__":{"admin":true}}' },
    {
      name: 'constructor',
      text: '{"url":"https://example.com","events":["*"],"constructor":{"prototype":{}}}',
    },
    { name: 'toString', text: '{"url":"https://example.com","events":["*"],"toString":1}' },
  ])('with $name is refused and pollutes nothing', async ({ name, text }) => {
    const { status, body } = await post(text)
    expect(status).toBe(422)
    expect(body.errors).toContainEqual({
      path: `/${name}`,
      code: 'unknown_field',
      detail: expect.any(String),
    })
    expect({}).not.toHaveProperty('admin')
  })
})

describe('a body of 10 MB', () => {
  const megabytes = new Uint8Array(10_000_000).fill(0x20)

  it('is answered 413, also to a client that sends all of it before it reads', async () => {
    const { status, body } = await post(megabytes)
    expect([status, body.code]).toEqual([413, 'body_too_large'])
  })

  it('is answered 413 when it comes in chunks of unknown number', async () => {
    const chunks = new Blob([megabytes]).stream()
    const { status, body } = await post(chunks)
    expect([status, body.code]).toEqual([413, 'body_too_large'])
  })

  it('is refused by its length, before any of it has arrived', async () => {
    const head = withKey(
      'POST /api/webhooks HTTP/1.1',
      'content-type: application/json',
      'content-length: 10000000',
    )
    expect(await firstAnswerTo(api.port, head)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('is refused in the middle when its length is unknown, so that no more of it is kept', async () => {
    const head = withKey(
      'POST /api/webhooks HTTP/1.1',
      'content-type: application/json',
      'transfer-encoding: chunked',
    )
    const chunk = `${(300 * 1024).toString(16)}\r\n${' '.repeat(300 * 1024)}\r\n`
    expect(await firstAnswerTo(api.port, head + chunk)).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('is not read at all without a key', async () => {
    const { status } = await api.call('POST', '/api/webhooks', { body: megabytes, headers: json })
    expect(status).toBe(401)
  })
})

describe('what is not HTTP', () => {
  it.each([
    { name: 'a greeting', text: () => 'hello\r\n\r\n', status: 400, code: 'malformed_request' },
    {
      name: 'TLS',
      text: () => '\u0016\u0003\u0001\u0002\u0000\u0001',
      status: 400,
      code: 'malformed_request',
    },
    {
      name: 'a header without colon',
      text: () => 'GET / HTTP/1.1\r\nhost: a\r\nbroken\r\n\r\n',
      status: 400,
      code: 'malformed_request',
    },
    {
      name: 'two lengths',
      text: () => withKey('POST /api/webhooks HTTP/1.1', 'content-length: 1', 'content-length: 2'),
      status: 400,
      code: 'malformed_request',
    },
    {
      name: 'length and chunks',
      text: () => withKey('POST /api/webhooks HTTP/1.1', 'content-length: 1', 'transfer-encoding: chunked'),
      status: 400,
      code: 'malformed_request',
    },
    {
      name: 'headers of 20 KB',
      text: () => withKey('GET /api/webhooks HTTP/1.1', `x-large: ${'a'.repeat(20_000)}`),
      status: 431,
      code: 'headers_too_large',
    },
    {
      name: 'a URL of 20 KB',
      text: () => withKey(`GET /${'a'.repeat(20_000)} HTTP/1.1`),
      status: 431,
      code: 'headers_too_large',
    },
  ])('is answered $status and the connection closed: $name', async ({ text, status, code }) => {
    const answer = await sendRaw(api.port, Buffer.from(text(), 'latin1'))
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toContain('content-type: application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ status, code })
  })

  it('does not disturb those who speak HTTP', async () => {
    await sendRaw(api.port, 'hello\r\n\r\n')
    expect((await api.call('GET', '/healthz')).status).toBe(200)
  })

  it('is answered 408 when it does not arrive in time', async () => {
    const own = await startApi({ requestTimeoutMs: 1000 })
    const answers = await Promise.all([
      sendRaw(own.port, 'GET /healthz HTTP/1.1\r\nhost: a\r\n'),
      sendRaw(
        own.port,
        `POST /api/webhooks HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${own.keys.admin}\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{`,
      ),
    ])
    await own.close()
    expect(answers).toEqual(
      Array.from({ length: 2 }, () => expect.stringMatching(/^HTTP\/1\.1 408 .*"request_timeout"/s)),
    )
  })
})

it('an event published over a connection that is reset afterwards is stored', async () => {
  const eventId = randomUUID()
  const body = JSON.stringify({
    event: 'scan.completed',
    data: eventCatalog['scan.completed'].example,
    event_id: eventId,
  })
  const head = `POST /api/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${api.keys.publisher}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  expect(await firstAnswerTo(api.port, head + body)).toMatch(/^HTTP\/1\.1 202 /)
  const { rows } = await api.database.pool.query('select from webhooks.event where event_id = $1', [eventId])
  expect(rows).toHaveLength(1)
})
