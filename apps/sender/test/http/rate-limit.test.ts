import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { originOf } from '../../src/http/rate-limit.ts'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import { type ProtectedServer, serveProtected } from './support/protected-server.ts'

let store: TestStore
const servers: ProtectedServer[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await store.close()
})

async function serve(
  options: Omit<Parameters<typeof serveProtected>[0], 'apiKeys' | 'sessions'>,
): Promise<ProtectedServer> {
  const server = await serveProtected({ apiKeys: store.apiKeys, sessions: store.sessions, ...options })
  servers.push(server)
  return server
}

async function bearer(role: 'admin' | 'member' | 'publisher' = 'admin') {
  return { authorization: `Bearer ${(await store.apiKeys.create('acme', role)).key}` }
}

const wrong = { authorization: 'Bearer cwk_admin_wrong' }

function from(address: string) {
  return { ...wrong, 'x-forwarded-for': address }
}

describe('a caller with a limit', () => {
  test('is told what is left, and past it answered 429 with Retry-After, like every problem', async () => {
    const server = await serve({ requestLimiter: createRateLimiter(2, 60_000) })
    const headers = await bearer()
    const answers = [await server.get(headers), await server.get(headers), await server.get(headers)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual(
      Array.from({ length: 3 }, () => '"default";q=2;w=60'),
    )
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"default";r=1;t=30',
      '"default";r=0;t=60',
      expect.stringMatching(/^"default";r=0;t=(60|59)$/),
    ])
    expect(answers[2]?.headers.get('retry-after')).toMatch(/^(30|29)$/)
    expect(answers[2]?.headers.get('content-type')).toBe('application/problem+json')
    expect(answers[2]?.body).toMatchObject({ code: 'rate_limited', detail: 'More than 2 requests in 60 s.' })
  })

  test('does not use up another’s', async () => {
    const server = await serve({ requestLimiter: createRateLimiter(1, 60_000) })
    const [one, other] = [await bearer(), await bearer('member')]
    const statuses = [await server.get(one), await server.get(other), await server.get(one)]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
  })

  test('has requests counted that its role may not make', async () => {
    const server = await serve({ requestLimiter: createRateLimiter(1, 60_000) })
    const headers = await bearer('publisher')
    expect([(await server.get(headers)).status, (await server.get(headers)).status]).toEqual([403, 429])
  })

  test('may ask for what is public any number of times', async () => {
    const server = await serve({ requestLimiter: createRateLimiter(1, 60_000) })
    const headers = await bearer()
    for (let n = 0; n < 5; n++) expect((await server.get(headers, '/open')).status).toBe(200)
  })
})

describe('an address from which too many credentials were refused', () => {
  test('is answered 429, with a right key too that was not used before, and not for credentials that were', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(2, 60_000) })
    const [known, fresh] = [await bearer(), await bearer()]
    expect((await server.get(known)).status).toBe(200)
    const statuses = []
    for (const headers of [wrong, wrong, wrong, fresh, known])
      statuses.push((await server.get(headers)).status)
    expect(statuses).toEqual([401, 401, 429, 429, 200])
  })

  test('has no more of them looked at when they come at once', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(10, 600_000) })
    const guesses = Array.from({ length: 100 }, (_, n) => ({ authorization: `Bearer cwk_admin_${n}` }))
    const answers = await Promise.all(guesses.map(async (headers) => await server.get(headers)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90)
  })

  test('is none from which many requests with one right key come at once, then as many with another', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(1, 600_000) })
    for (const headers of [await bearer(), await bearer()]) {
      const answers = await Promise.all(Array.from({ length: 20 }, async () => await server.get(headers)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    }
  })

  test('is let try again when Retry-After is over', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(20, 1000) })
    for (let n = 0; n < 20; n++) await server.get(wrong)
    const headers = await bearer()
    await expect.poll(async () => (await server.get(headers)).status).toBe(200)
  })

  test('is not a caller that sends no credentials at all, nor one whose role may not', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(1, 60_000) })
    const publisher = await bearer('publisher')
    for (let n = 0; n < 3; n++) expect((await server.get()).status).toBe(401)
    for (let n = 0; n < 3; n++) expect((await server.get(publisher)).status).toBe(403)
    expect((await server.get(await bearer())).status).toBe(200)
  })

  test('still cannot use a key that was good and is revoked', async () => {
    const server = await serve({ failureLimiter: createRateLimiter(1, 60_000) })
    const { id, key, accountId } = await store.apiKeys.create('acme', 'admin')
    const headers = { authorization: `Bearer ${key}` }
    expect((await server.get(headers)).status).toBe(200)
    await store.apiKeys.revoke(accountId, id, 'key:me')
    expect([(await server.get(headers)).status, (await server.get(headers)).status]).toEqual([401, 401])
  })

  test('is the one that a trusted proxy names, and no proxy is trusted otherwise', async () => {
    const behind = await serve({
      failureLimiter: createRateLimiter(1, 60_000),
      trustedProxies: ['127.0.0.0/8'],
    })
    const statuses = []
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '198.51.100.9, 192.0.2.2']) {
      statuses.push((await behind.get(from(address))).status)
    }
    expect(statuses).toEqual([401, 401, 429, 429])
    const open = await serve({ failureLimiter: createRateLimiter(1, 60_000) })
    expect([(await open.get(from('192.0.2.1'))).status, (await open.get(from('192.0.2.2'))).status]).toEqual([
      401, 429,
    ])
  })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
  ['2001:db8:1:2::', '20010db800010002/64'],
  ['2001:db8:1:3::', '20010db800010003/64'],
  ['::1', '0000000000000000/64'],
  ['fe80::1%eth0', 'fe80000000000000/64'],
  ['', ''],
])('requests from %s count for %s', (address, origin) => {
  expect(originOf(address)).toBe(origin)
})
