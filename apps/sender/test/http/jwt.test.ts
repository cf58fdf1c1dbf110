import type { JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJwtVerifier, type JwtOptions } from '../../src/http/jwt-verifier.ts'
import { createRateLimiter, type RateLimiter } from '../../src/http/rate-limiter.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'
import * as forge from './support/forged-tokens.ts'
import {
  AUDIENCE,
  inSeconds,
  ISSUER,
  type Issuer,
  makeKey,
  type SigningKey,
  signWith,
  startIssuer,
} from './support/issuer.ts'
import { type ProtectedServer, serveProtected } from './support/protected-server.ts'

let store: TestStore
let key: SigningKey
let issuer: Issuer
let server: ProtectedServer
beforeAll(async () => {
  store = await openTestStore()
  key = await makeKey('first')
  issuer = await startIssuer([key.jwk])
  server = await serve(issuer)
})
afterAll(async () => {
  await server.close()
  await issuer.close()
  await store.close()
})

function serve(
  { url }: Issuer,
  options: Partial<JwtOptions> = {},
  failureLimiter?: RateLimiter,
): Promise<ProtectedServer> {
  const claims = { roleClaim: 'role', accountClaim: 'account_id' }
  const jwt = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl: url, ...claims, ...options })
  const { apiKeys, sessions } = store
  return serveProtected({ apiKeys, sessions, jwt, ...(failureLimiter && { failureLimiter }) })
}

/** What a good token says. */
function good(): JWTPayload {
  const who = { sub: 'mia@example.com', role: 'admin', account_id: store.accountId }
  return { iss: ISSUER, aud: AUDIENCE, exp: inSeconds(60), ...who }
}

/** A token that is good but for what `claims` and `by` change; `undefined` takes a claim away. */
function sign(claims: Readonly<Record<string, unknown>> = {}, by: SigningKey = key): Promise<string> {
  return signWith(by, { ...good(), ...claims })
}

function call(token: string, on = server, path?: string) {
  return on.get({ authorization: `Bearer ${token}` }, path)
}

describe('a token of the issuer', () => {
  test('lets its user in, as an actor of its own', async () => {
    const { status, body } = await call(await sign())
    expect([status, body]).toEqual([
      200,
      { actor: 'user:mia@example.com', accountId: store.accountId, role: 'admin' },
    ])
  })

  test.each(['RS256', 'PS384', 'ES512', 'EdDSA'])('may be signed with %s', async (alg) => {
    const other = await makeKey('other', alg)
    const theirs = await startIssuer([other.jwk])
    const own = await serve(theirs)
    expect((await call(await sign({}, other), own)).status).toBe(200)
    await own.close()
    await theirs.close()
  })

  test('may name the account by its name, and be for several audiences', async () => {
    const { status, body } = await call(await sign({ account_id: 'acme', aud: ['other', AUDIENCE] }))
    expect([status, body.accountId]).toEqual([200, store.accountId])
  })

  test('may have its role in a list, of which the highest counts', async () => {
    const roles = [['member'], ['other', 'member', 'admin'], ['publisher', 'member']]
    const answers = []
    for (const role of roles) answers.push((await call(await sign({ role }))).body.role)
    expect(answers).toEqual(['member', 'admin', 'member'])
  })

  test('may have claims of other names, where that is configured', async () => {
    const own = await serve(issuer, { roleClaim: 'https://complywise.example/role', accountClaim: 'org' })
    const claims = { 'https://complywise.example/role': 'member', org: 'acme', role: 'admin' }
    const { status, body } = await call(await sign(claims), own)
    await own.close()
    expect([status, body.role]).toEqual([200, 'member'])
  })

  test('gives the rights of its role only', async () => {
    const { status, body } = await call(await sign({ role: 'member' }), server, '/admin')
    expect([status, body.code]).toEqual([403, 'role_forbidden'])
  })

  test('is good for half a minute past its time, as clocks differ', async () => {
    expect((await call(await sign({ exp: inSeconds(-10) }))).status).toBe(200)
  })
})

describe('a token is answered 401', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['that never expires', () => sign({ exp: undefined }), /`exp`/],
    ['that is not valid yet', () => sign({ nbf: inSeconds(60) }), /`nbf`/],
    ['for another audience', () => sign({ aud: 'other' }), /`aud`/],
    ['for no audience', () => sign({ aud: undefined }), /`aud`/],
    ['of another issuer', () => sign({ iss: 'https://evil.example' }), /`iss`/],
    ['without a subject', () => sign({ sub: undefined }), /`sub`/],
    ['whose subject would break a log line', () => sign({ sub: 'mia\nroot' }), /`sub`/],
    ['whose subject is very long', () => sign({ sub: 'x'.repeat(256) }), /`sub`/],
    [
      'with a key id that the issuer does not have',
      async () => sign({}, await makeKey('unknown')),
      /not signed/,
    ],
    ['signed with another key under a known id', async () => sign({}, await makeKey('first')), /not signed/],
    ['without a signature', async () => forge.unsigned(good()), /not signed/],
    [
      'signed with the public key as if it were a secret',
      () => forge.signedWithPublicKey(good(), key),
      /not signed/,
    ],
    [
      'whose payload was changed',
      async () => forge.withClaims(await sign({ role: 'member' }), good()),
      /not signed/,
    ],
    ['that brings its own key', () => forge.signedWithOwnKey(good()), /not signed/],
    ['that is none', async () => 'a.b.c', /not signed/],
  ])('%s', async (_name, make, detail) => {
    const { status, body, headers } = await call(await make())
    expect([status, body.code]).toEqual([401, 'token_invalid'])
    expect(body.detail).toMatch(detail)
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })
})

describe('a token that has expired', () => {
  test('is answered 401 with a code of its own', async () => {
    const { status, body, headers } = await call(await sign({ exp: inSeconds(-40) }))
    expect([status, body.code]).toEqual([401, 'token_expired'])
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  test('is not one of the refused credentials that an address is held to', async () => {
    const own = await serve(issuer, {}, createRateLimiter(1, 60_000))
    for (let n = 0; n < 3; n++) await call(await sign({ exp: inSeconds(-40) }), own)
    const statuses = [(await call(await sign(), own)).status]
    await call(forge.unsigned(good()), own)
    statuses.push((await call(await sign({ jti: 'new' }), own)).status)
    await own.close()
    expect(statuses).toEqual([200, 429])
  })
})

describe('a genuine token is answered 403', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['without a role', { role: undefined }],
    ['with a role that nobody has', { role: 'owner' }],
    ['with the role of services', { role: 'publisher' }],
    ['with a role that is an object', { role: { admin: true } }],
    ['without an account', { account_id: undefined }],
    ['with an empty account', { account_id: '' }],
    ['with a list of accounts', { account_id: ['acme'] }],
    ['with the id of an account that there is not', { account_id: '00000000-0000-7000-8000-000000000009' }],
    ['with the name of an account that there is not', { account_id: 'nowhere' }],
  ])('%s', async (_name, claims) => {
    const { status, body } = await call(await sign(claims))
    expect([status, body.code]).toEqual([403, 'token_forbidden'])
  })

  test('with the id of another account as the name of its own', async () => {
    const other = '00000000-0000-7000-8000-00000000000a'
    await store.apiKeys.create(other, 'admin')
    expect((await call(await sign({ account_id: other }))).status).toBe(403)
  })
})

describe('the issuer’s keys', () => {
  test('are fetched once for many tokens', async () => {
    const theirs = await startIssuer([key.jwk])
    const own = await serve(theirs)
    await Promise.all(Array.from({ length: 20 }, async () => call(await sign(), own)))
    await own.close()
    await theirs.close()
    expect(theirs.requestCount).toBe(1)
  })

  test('are fetched again for a key id that was not there, at most twice a minute', async () => {
    const theirs = await startIssuer([key.jwk])
    const own = await serve(theirs)
    await call(await sign(), own)
    for (let n = 0; n < 5; n++) await call(await sign({}, await makeKey(`made up ${n}`)), own)
    await own.close()
    await theirs.close()
    expect(theirs.requestCount).toBeLessThanOrEqual(2)
  })

  test('may be rotated: tokens by the new key are good once it is published, and by the old one until it is gone', async () => {
    const next = await makeKey('second')
    const theirs = await startIssuer([key.jwk])
    const own = await serve(theirs, { cooldownMs: 0 })
    const statuses = [(await call(await sign(), own)).status, (await call(await sign({}, next), own)).status]
    theirs.keys = [key.jwk, next.jwk]
    statuses.push((await call(await sign({}, next), own)).status, (await call(await sign(), own)).status)
    theirs.keys = [next.jwk]
    await call(await sign({}, await makeKey('third')), own)
    statuses.push((await call(await sign({}, next), own)).status, (await call(await sign(), own)).status)
    await own.close()
    await theirs.close()
    expect(statuses).toEqual([200, 401, 200, 200, 200, 401])
  })

  test.each(['error', 'nonsense', 'redirect'] as const)(
    'that cannot be had (%s) are a 503 with Retry-After, and API keys go on working',
    async (answer) => {
      const theirs = await startIssuer([key.jwk])
      theirs.answer = answer
      const own = await serve(theirs)
      const { status, headers, body } = await call(await sign(), own)
      const apiKey = (await store.apiKeys.create('acme', 'admin')).key
      const withKey = await call(apiKey, own)
      await own.close()
      await theirs.close()
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5'])
      expect(withKey.status).toBe(200)
    },
  )

  test('that are known serve on while the issuer is down, and a token by another is a 503, not a 401', async () => {
    const theirs = await startIssuer([key.jwk])
    const own = await serve(theirs, { cooldownMs: 0 })
    const statuses = [(await call(await sign(), own)).status]
    await theirs.close()
    const unknown = await sign({}, await makeKey('second'))
    statuses.push((await call(unknown, own)).status, (await call(await sign(), own)).status)
    await own.close()
    expect(statuses).toEqual([200, 503, 200])
  })

  test('are not asked for again at once by every token while they cannot be had', async () => {
    const theirs = await startIssuer([key.jwk])
    theirs.answer = 'error'
    const own = await serve(theirs)
    for (let n = 0; n < 10; n++) await call(await sign(), own)
    await own.close()
    await theirs.close()
    expect(theirs.requestCount).toBe(1)
  })
})

test('public routes look at no token', async () => {
  expect((await call('a.b.c', server, '/open')).status).toBe(200)
})

test('without an issuer, a token is an unknown key', async () => {
  const own = await serveProtected({ apiKeys: store.apiKeys, sessions: store.sessions })
  const { status, body } = await call(await sign(), own)
  await own.close()
  expect([status, body.code]).toEqual([401, 'key_unknown'])
})
