import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { type ProtectedServer, serveProtected } from './support/protected-server.ts'

let store: TestStore
let server: ProtectedServer
let behindProxy: ProtectedServer
beforeAll(async () => {
  store = await openTestStore()
  const failureLimiter = createRateLimiter(1, 60_000)
  const { apiKeys, sessions } = store
  server = await serveProtected({ apiKeys, sessions, failureLimiter })
  behindProxy = await serveProtected({ apiKeys, sessions, trustedProxies: ['127.0.0.1/32'] })
})
afterAll(async () => {
  await server.close()
  await behindProxy.close()
  await store.close()
})

test.each<[number, string, string, Readonly<Record<string, string>>]>([
  [200, 'GET', '/open', {}],
  [401, 'GET', '/whoami', {}],
  [401, 'GET', '/whoami', { authorization: 'Bearer wrong' }],
  [429, 'GET', '/whoami', { authorization: 'Bearer wrong again' }],
  [404, 'GET', '/nowhere', {}],
  [400, 'GET', '/%', {}],
  [405, 'OPTIONS', '/open', {}],
])(
  'an answer with the status %i (%s %s) is neither stored, nor interpreted, nor framed',
  async (status, method, path, headers) => {
    const response = await fetch(server.origin + path, { method, headers })
    await response.body?.cancel()
    expect(response.status).toBe(status)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(response.headers.has('x-powered-by') || response.headers.has('server')).toBe(false)
  },
)

describe('pages of another origin', () => {
  test.each([
    ['a request', 'GET', {}],
    [
      'a preflight',
      'OPTIONS',
      { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    ],
  ])('get no permission with %s', async (_name, method, headers) => {
    const response = await fetch(`${server.origin}/open`, {
      method,
      headers: { origin: 'https://evil.example', ...headers },
    })
    await response.body?.cancel()
    const cors = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'))
    expect(cors).toEqual([])
  })
})

describe('Strict-Transport-Security', () => {
  const overTls = { 'x-forwarded-proto': 'https' }

  test('is on an answer that a trusted proxy sends on over TLS, and on no other', async () => {
    const answers = [
      await behindProxy.get(overTls, '/open'),
      await behindProxy.get({}, '/open'),
      await server.get(overTls, '/open'),
    ]
    expect(answers.map(({ headers }) => headers.get('strict-transport-security'))).toEqual([
      'max-age=31536000',
      null,
      null,
    ])
  })
})

test.each(['a b', 'x'.repeat(65), '{"level":"fatal"}', 'ä', ''])(
  'a request id that could forge a line of a log is replaced: %j',
  async (id) => {
    const { headers } = await server.get({ 'x-request-id': id }, '/open')
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  },
)
