import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJwtVerifier } from '../../src/http/jwt-verifier.ts'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { deleteExpired } from '../../src/store/delete-expired.ts'
import { AUDIENCE, inSeconds, ISSUER, makeKey, signWith, startIssuer } from '../http/support/issuer.ts'
import { sendRaw } from './support/raw-request.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

type Headers = Readonly<Record<string, string>>

const sameOrigin = { 'sec-fetch-site': 'same-origin' }

let api: TestApi
let behindProxy: TestApi

beforeAll(async () => {
  api = await startApi()
  behindProxy = await startApi({ trustedProxies: ['127.0.0.1/32'] })
})
afterAll(async () => {
  await api.close()
  await behindProxy.close()
})

function signIn(key: string, headers: Headers = sameOrigin, on = api): Promise<Answer> {
  return on.call('POST', '/api/session', { json: { key }, headers })
}

function cookieOf({ headers }: Answer): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Signs in; gives the headers with which a page of the sender goes on. */
async function begin(key = api.keys.admin, on = api): Promise<{ readonly cookie: string } & Headers> {
  return { ...sameOrigin, cookie: cookieOf(await signIn(key, sameOrigin, on)) }
}

function whoAmI(headers: Headers, on = api): Promise<Answer> {
  return on.call('GET', '/api/session', { headers })
}

async function rows(sql: string) {
  return (await api.database.pool.query(sql)).rows
}

describe('signing in', () => {
  it.each(['admin', 'member'] as const)('lets the key of a %s do what it may, by cookie', async (role) => {
    const answer = await signIn(api.keys[role])
    const [account] = await rows(`select id from webhooks.account where name = 'acme'`)
    const [key] = await rows(
      `select api_key.id from webhooks.api_key join webhooks.account on account.id = account_id
       where account.name = 'acme' and role = '${role}'`,
    )
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/session'])
    expect(answer.body).toEqual({
      actor: `key:${key.id}`,
      key_name: '',
      account: { id: account.id, name: 'acme' },
      role,
      expires_at: expect.any(String),
    })
    const headers = { ...sameOrigin, cookie: cookieOf(answer) }
    expect((await whoAmI(headers)).body).toEqual(answer.body)
    expect((await api.call('GET', '/api/webhooks', { headers })).status).toBe(200)
    const json = { url: 'https://example.com/', events: ['*'] }
    const created = await api.call('POST', '/api/webhooks', { headers, json })
    expect([created.status, created.body.code]).toEqual(
      { admin: [201, undefined], member: [403, 'role_forbidden'] }[role],
    )
  })

  it('tells the name of the key', async () => {
    const json = { role: 'member', name: 'Dana’s laptop' }
    const { body } = await api.call('POST', '/api/keys', { key: api.keys.admin, json })
    expect((await signIn(body.key)).body).toMatchObject({ key_name: 'Dana’s laptop', role: 'member' })
  })

  it('lasts for twelve hours', async () => {
    const { body } = await signIn(api.keys.admin)
    const [{ lasts }] = await rows(
      `select expires_at - created_at as lasts from webhooks.session where expires_at between
         '${body.expires_at}' and '${body.expires_at}'::timestamptz + interval '1 ms'`,
    )
    expect(lasts).toMatchObject({ hours: 12 })
  })

  it('stores no token', async () => {
    const { cookie } = await begin()
    const [, token = ''] = cookie.split('=')
    expect(token).toMatch(/^[\w-]{43}$/)
    const stored = JSON.stringify(await rows('select session::text from webhooks.session'))
    expect(stored).not.toContain(token)
    expect(stored).not.toContain(Buffer.from(token).toString('hex'))
  })

  it.each([
    { name: 'an unknown key', key: () => 'cwk_admin_x', status: 401, code: 'key_unknown' },
    {
      name: 'an id of a key',
      key: () => '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
      status: 401,
      code: 'key_unknown',
    },
    { name: 'a key with a space', key: () => ` ${api.keys.admin}`, status: 401, code: 'key_unknown' },
    { name: 'the key of a publisher', key: () => api.keys.publisher, status: 403, code: 'role_forbidden' },
    { name: 'an empty key', key: () => '', status: 422, code: 'validation_failed' },
    { name: 'a very long key', key: () => 'a'.repeat(513), status: 422, code: 'validation_failed' },
  ])('with $name is answered $status $code, without a cookie', async ({ key, status, code }) => {
    const answer = await signIn(key())
    expect([answer.status, answer.body.code, answer.headers.get('set-cookie')]).toEqual([status, code, null])
    expect(answer.text).not.toContain('cwk_')
  })

  it('needs the key in the body, whatever Authorization has', async () => {
    const answer = await api.call('POST', '/api/session', {
      key: api.keys.admin,
      json: {},
      headers: sameOrigin,
    })
    expect(answer.status).toBe(422)
  })

  it('with a key of another account reads the records of that account', async () => {
    const headers = await begin(api.otherKeys.member)
    expect((await whoAmI(headers)).body.account.name).toBe('globex')
  })
})

describe('the cookie', () => {
  it('can be read by no script, is sent to no other site, and ends in twelve hours', async () => {
    const { headers } = await signIn(api.keys.admin)
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^cw_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
  })

  it('is for https alone, and for this host alone, when it was asked for over https', async () => {
    const answer = await signIn(
      behindProxy.keys.admin,
      { ...sameOrigin, 'x-forwarded-proto': 'https' },
      behindProxy,
    )
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-cw_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      ),
    ])
    const cookie = cookieOf(answer)
    const encrypted = await whoAmI({ cookie, 'x-forwarded-proto': 'https' }, behindProxy)
    expect(encrypted.status).toBe(200)
    // Over https, another name could have been set by another subdomain; over http the prefix promises nothing.
    const renamed = { cookie: cookie.replace('__Host-', ''), 'x-forwarded-proto': 'https' }
    expect((await whoAmI(renamed, behindProxy)).body.code).toBe('key_missing')
    expect((await whoAmI({ cookie }, behindProxy)).body.code).toBe('key_missing')
  })

  it('is a plain one behind a proxy that is not trusted', async () => {
    const answer = await signIn(api.keys.admin, { ...sameOrigin, 'x-forwarded-proto': 'https' })
    expect(cookieOf(answer)).toMatch(/^cw_session=/)
  })

  it.each([
    { name: 'among others', with: (cookie: string) => `a=b; ${cookie};theme=dark` },
    { name: 'beside one whose name ends like it', with: (cookie: string) => `x_cw_session=1; ${cookie}` },
    { name: 'beside garbage', with: (cookie: string) => `;;=; cw_session; ${cookie}; ="` },
  ])('counts $name', async ({ with: surround }) => {
    const { cookie } = await begin()
    expect((await whoAmI({ cookie: surround(cookie) })).status).toBe(200)
  })

  it.each([
    { name: 'empty', cookie: 'cw_session=' },
    { name: 'of garbage', cookie: "cw_session=' or 1=1" },
    { name: 'too short', cookie: `cw_session=${'a'.repeat(42)}` },
    { name: 'very long', cookie: `cw_session=${'a'.repeat(8000)}` },
    { name: 'made up', cookie: `cw_session=${'a'.repeat(43)}` },
    { name: 'in quotes', cookie: `cw_session="${'a'.repeat(43)}"` },
  ])('that is $name is answered 401 session_expired', async ({ cookie }) => {
    const { status, body, headers } = await whoAmI({ cookie })
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'session_expired', 'Bearer'])
  })

  // Browsers take them for a part of the name, which has no prefix then: any subdomain can set such a cookie.
  it.each(['\xa0', '\x85', '\x0b', '\x0c'])(
    'counts for nothing behind the character %j',
    async (character) => {
      const https = { ...sameOrigin, 'x-forwarded-proto': 'https' }
      const cookie = cookieOf(await signIn(behindProxy.keys.admin, https, behindProxy))
      const ask = (sent: string): Promise<string> => {
        const head = `GET /api/session HTTP/1.1\r\nhost: x\r\nx-forwarded-proto: https\r\nconnection: close`
        return sendRaw(behindProxy.port, Buffer.from(`${head}\r\ncookie: ${sent}\r\n\r\n`, 'latin1'))
      }
      expect(await ask(`a=b; \t${cookie}\t`)).toMatch(/^HTTP\/1\.1 200 /)
      expect(await ask(`a=b; ${character}${cookie}`)).toMatch(/^HTTP\/1\.1 40[01] /)
      expect(await ask(`a=b; ${cookie}${character}`)).toMatch(/^HTTP\/1\.1 40[01] /)
    },
  )

  it('counts for nothing when it comes twice, as when a neighbor has set another', async () => {
    const [one, other] = [await begin(), await begin(api.otherKeys.admin)]
    for (const cookie of [`${one.cookie}; ${other.cookie}`, `${other.cookie}; ${one.cookie}`]) {
      expect((await whoAmI({ cookie })).body.code).toBe('session_expired')
    }
  })

  it.each([
    { name: 'a good key', key: () => api.otherKeys.member, status: 200, account: 'globex', expires: null },
    { name: 'a wrong key', key: () => 'cwk_admin_x', status: 401, account: undefined, expires: undefined },
  ])('counts for nothing beside $name in Authorization', async ({ key, status, account, expires }) => {
    const headers = await begin()
    const answer = await api.call('GET', '/api/session', { key: key(), headers })
    expect([answer.status, answer.body.account?.name, answer.body.expires_at]).toEqual([
      status,
      account,
      expires,
    ])
  })

  it('is not asked for beside a key: no origin matters to it', async () => {
    const json = { url: 'https://example.com/', events: ['*'] }
    const headers = { 'sec-fetch-site': 'cross-site', cookie: (await begin()).cookie }
    expect((await api.call('POST', '/api/webhooks', { key: api.keys.admin, headers, json })).status).toBe(201)
  })

  it('lets a page watch deliveries', async () => {
    const { cookie } = await begin(api.keys.member)
    const request = get(`${api.origin}/api/deliveries/live`, { agent: false, headers: { cookie } })
    const [response]: IncomingMessage[] = await once(request, 'response')
    expect([response?.statusCode, response?.headers['content-type']]).toEqual([200, 'text/event-stream'])
    request.destroy()
  })
})

/** What browsers say of where a request comes from, and whether that is a page of the sender. */
const origins: readonly { readonly name: string; readonly says: () => Headers; readonly isOwn: boolean }[] = [
  { name: 'same-origin', says: () => ({ 'sec-fetch-site': 'same-origin' }), isOwn: true },
  { name: 'same-site', says: () => ({ 'sec-fetch-site': 'same-site' }), isOwn: false },
  { name: 'cross-site', says: () => ({ 'sec-fetch-site': 'cross-site' }), isOwn: false },
  { name: 'none', says: () => ({ 'sec-fetch-site': 'none' }), isOwn: false },
  { name: 'an empty site', says: () => ({ 'sec-fetch-site': '' }), isOwn: false },
  { name: 'two sites', says: () => ({ 'sec-fetch-site': 'same-origin, cross-site' }), isOwn: false },
  {
    name: 'cross-site with the own origin',
    says: () => ({ 'sec-fetch-site': 'cross-site', origin: api.origin }),
    isOwn: false,
  },
  {
    name: 'same-origin with an origin that a proxy knows otherwise',
    says: () => ({ 'sec-fetch-site': 'same-origin', origin: 'https://webhooks.example' }),
    isOwn: true,
  },
  { name: 'the own origin', says: () => ({ origin: api.origin }), isOwn: true },
  { name: 'another scheme', says: () => ({ origin: api.origin.replace('http:', 'https:') }), isOwn: false },
  { name: 'another port', says: () => ({ origin: 'http://127.0.0.1:1' }), isOwn: false },
  { name: 'another host', says: () => ({ origin: `http://localhost:${api.port}` }), isOwn: false },
  { name: 'a longer host', says: () => ({ origin: `${api.origin}.example` }), isOwn: false },
  { name: 'an opaque origin', says: () => ({ origin: 'null' }), isOwn: false },
  { name: 'no origin in Origin', says: () => ({ origin: '%' }), isOwn: false },
  { name: 'nothing', says: () => ({}), isOwn: false },
]

describe('a request with the cookie', () => {
  const methods = [
    { method: 'GET', path: '/api/webhooks', isChange: false },
    { method: 'HEAD', path: '/api/webhooks', isChange: false },
    { method: 'POST', path: '/api/webhooks', isChange: true },
    { method: 'PATCH', path: '/api/webhooks/0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11', isChange: true },
    { method: 'DELETE', path: '/api/keys/0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11', isChange: true },
  ]

  it.each(methods.flatMap((one) => origins.map((origin) => ({ ...one, ...origin }))))(
    'is told apart by where it comes from: $method with $name',
    async ({ method, path, isChange, says, isOwn }) => {
      const { cookie } = await begin()
      const { status } = await api.call(method, path, { headers: { ...says(), cookie } })
      // Anything else is an answer of the route itself.
      expect(status === 403).toBe(isChange && !isOwn)
    },
  )

  it('that comes from elsewhere is refused with a code, and changes nothing', async () => {
    const headers = { cookie: (await begin()).cookie, 'sec-fetch-site': 'cross-site' }
    const json = { url: 'https://cross-site.example/', events: ['*'] }
    const { status, body } = await api.call('POST', '/api/webhooks', { headers, json })
    expect([status, body.code]).toEqual([403, 'cross_site_request'])
    expect(await rows(`select from webhooks.subscription where url like '%cross-site%'`)).toEqual([])
  })

  it.each([
    { origin: 'https://webhooks.example', status: 201 },
    { origin: 'https://webhooks.example:443', status: 201 },
    { origin: 'http://webhooks.example', status: 403 },
    { origin: 'https://webhooks.example:8443', status: 403 },
    { origin: 'https://example', status: 403 },
  ])(
    'may come through a trusted proxy, from the origin that it names: $origin',
    async ({ origin, status }) => {
      const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'webhooks.example' }
      const answer = await signIn(behindProxy.keys.admin, { ...proxied, origin }, behindProxy)
      expect(answer.status).toBe(status)
    },
  )
})

describe('a request to sign in or out', () => {
  it.each(origins)('has to come from a page of the sender: $name', async ({ says, isOwn }) => {
    const entered = await signIn(api.keys.admin, says())
    expect([entered.status, entered.body.code]).toEqual(
      isOwn ? [201, undefined] : [403, 'cross_site_request'],
    )
    const { cookie } = await begin()
    const left = await api.call('DELETE', '/api/session', { headers: { ...says(), cookie } })
    expect([left.status, left.headers.get('set-cookie') === null]).toEqual(isOwn ? [204, false] : [403, true])
    expect((await whoAmI({ cookie })).status).toBe(isOwn ? 401 : 200)
  })

  it('is refused before its body is looked at', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'text/html' }
    expect((await api.call('POST', '/api/session', { headers, body: '{' })).status).toBe(403)
  })
})

it('GET /api/session says who comes with a token, too, and that no session ends', async () => {
  const key = await makeKey('first')
  const issuer = await startIssuer([key.jwk])
  const claims = { roleClaim: 'role', accountClaim: 'account_id' }
  const jwt = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl: issuer.url, ...claims })
  const own = await startApi({ jwt })
  const who = { sub: 'mia@example.com', role: 'member', account_id: 'acme' }
  const token = await signWith(key, { iss: ISSUER, aud: AUDIENCE, exp: inSeconds(60), ...who })
  const { status, body } = await own.call('GET', '/api/session', { key: token })
  const signedIn = await signIn(token, sameOrigin, own)
  await own.close()
  await issuer.close()
  expect([status, body]).toEqual([
    200,
    {
      actor: 'user:mia@example.com',
      key_name: '',
      account: { id: expect.any(String), name: 'acme' },
      role: 'member',
      expires_at: null,
    },
  ])
  // A token is for Authorization, and can be renewed there.
  expect([signedIn.status, signedIn.body.code]).toEqual([401, 'key_unknown'])
})

describe('signing out', () => {
  it('ends the session for good, and has the browser forget it', async () => {
    const headers = await begin()
    const other = await begin()
    const { status, headers: answered } = await api.call('DELETE', '/api/session', { headers })
    expect([status, answered.getSetCookie()]).toEqual([
      204,
      ['cw_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict'],
    ])
    expect((await whoAmI(headers)).body.code).toBe('session_expired')
    expect((await whoAmI(other)).status).toBe(200)
  })

  it.each([
    { name: 'again', headers: begin },
    { name: 'without a session', headers: async () => sameOrigin },
    { name: 'with garbage in the cookie', headers: async () => ({ ...sameOrigin, cookie: 'cw_session=x' }) },
  ])('$name changes nothing and is answered alike', async ({ headers }) => {
    const sent = await headers()
    await api.call('DELETE', '/api/session', { headers: sent })
    const { status, headers: answered } = await api.call('DELETE', '/api/session', { headers: sent })
    expect([status, answered.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
  })

  it('over https forgets the cookie of https', async () => {
    const headers = { ...sameOrigin, 'x-forwarded-proto': 'https' }
    const { headers: answered } = await behindProxy.call('DELETE', '/api/session', { headers })
    expect(answered.get('set-cookie')).toMatch(/^__Host-cw_session=; Max-Age=0; .*; Secure$/)
  })
})

describe('a session', () => {
  it.each(['admin', 'member'] as const)('ends when its browser signs in again, as %s', async (role) => {
    const earlier = await begin(api.otherKeys.member)
    const stranger = await begin(api.otherKeys.member)
    const cookie = cookieOf(await signIn(api.keys[role], earlier))
    expect((await whoAmI({ cookie })).status).toBe(200)
    expect((await whoAmI(earlier)).body.code).toBe('session_expired')
    expect((await whoAmI(stranger)).status).toBe(200)
  })

  it('goes on when signing in again was refused', async () => {
    const earlier = await begin()
    const statuses = []
    for (const key of ['cwk_admin_x', api.keys.publisher]) statuses.push((await signIn(key, earlier)).status)
    expect([...statuses, (await whoAmI(earlier)).status]).toEqual([401, 403, 200])
  })

  it('ends at once when its key is revoked', async () => {
    const { body } = await api.call('POST', '/api/keys', { key: api.keys.admin, json: { role: 'admin' } })
    const headers = await begin(body.key)
    expect((await whoAmI(headers)).status).toBe(200)
    await api.call('DELETE', `/api/keys/${body.id}`, { key: api.keys.admin })
    const { status, body: problem } = await whoAmI(headers)
    expect([status, problem.code]).toEqual([401, 'session_expired'])
  })

  it('ends when its time is over, and is deleted some time later', async () => {
    const headers = await begin()
    await rows('update webhooks.session set expires_at = now()')
    const alive = await begin()
    expect((await whoAmI(headers)).body.code).toBe('session_expired')
    await deleteExpired(api.database.db)
    expect(await rows('select from webhooks.session')).toHaveLength(1)
    expect((await whoAmI(alive)).status).toBe(200)
  })

  it('has no other limit than its key', async () => {
    const limited = await startApi({ requestLimiter: createRateLimiter(3, 600_000) })
    const headers = await begin(limited.keys.admin, limited)
    const statuses = [(await whoAmI(headers, limited)).status]
    statuses.push((await limited.call('GET', '/api/webhooks', { key: limited.keys.admin })).status)
    for (const path of ['/api/session', '/api/webhooks']) {
      const answer = await limited.call('GET', path, { headers })
      statuses.push(answer.status)
    }
    const again = await signIn(limited.keys.admin, sameOrigin, limited)
    await limited.close()
    expect([...statuses, again.status]).toEqual([200, 200, 429, 429, 429])
  })
})

describe('refused credentials', () => {
  it('count alike whether a key was sent to sign in or in Authorization', async () => {
    const limited = await startApi({ failureLimiter: createRateLimiter(2, 600_000) })
    const answers = [await signIn('cwk_admin_1', sameOrigin, limited)]
    answers.push(await limited.call('GET', '/api/webhooks', { key: 'cwk_admin_2' }))
    answers.push(
      await signIn('cwk_admin_3', sameOrigin, limited),
      await signIn(limited.keys.admin, sameOrigin, limited),
    )
    answers.push(await limited.call('GET', '/api/webhooks', { key: limited.keys.admin }))
    await limited.close()
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 429, 429, 429])
  })

  it('of sessions are looked at no faster either, and keep nobody from signing in and going on', async () => {
    const limited = await startApi({ failureLimiter: createRateLimiter(2, 600_000) })
    const statuses = []
    for (const letter of ['a', 'b', 'c']) {
      statuses.push((await whoAmI({ cookie: `cw_session=${letter.repeat(43)}` }, limited)).status)
    }
    const headers = await begin(limited.keys.admin, limited)
    statuses.push((await whoAmI(headers, limited)).status)
    await limited.call('DELETE', '/api/session', { headers })
    for (let n = 0; n < 3; n++) statuses.push((await whoAmI(headers, limited)).status)
    await limited.close()
    expect(statuses).toEqual([401, 401, 429, 200, 401, 401, 401])
  })
})

it('a request’s log line has who is in the session, and neither the cookie nor the key', async () => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const logged = await startApi({ logger: pino({ level: 'trace' }, destination) })
  const headers = await begin(logged.keys.admin, logged)
  await whoAmI(headers, logged)
  await logged.call('DELETE', '/api/session', { headers })
  await whoAmI(headers, logged)
  await logged.close()
  const answered = lines.map((line) => JSON.parse(line)).filter(({ path }) => path === '/api/session')
  const actor = expect.stringMatching(/^key:/)
  expect(answered).toMatchObject([
    { method: 'POST', status: 201, actor },
    { method: 'GET', status: 200, actor },
    { method: 'DELETE', status: 204, actor },
    { method: 'GET', status: 401 },
  ])
  expect(lines.join('')).not.toContain(headers.cookie.split('=')[1])
  expect(lines.join('')).not.toMatch(/cwk_|cw_session/)
})
