import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAccessOptions } from '../../src/http/access-options.ts'
import { createRateLimiter } from '../../src/http/rate-limiter.ts'
import { createApiKeyStore } from '../../src/store/api-keys.ts'
import { deriveAuditKey } from '../../src/store/audit-chain.ts'
import { createAuditLog } from '../../src/store/audit.ts'
import { createSessionStore } from '../../src/store/sessions.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const sameOrigin = { 'sec-fetch-site': 'same-origin' }

let api: TestApi
let limited: TestApi

beforeAll(async () => {
  api = await startApi()
  limited = await startApi({ signInLimiter: createRateLimiter(3, 600_000) })
})
afterAll(async () => {
  await api.close()
  await limited.close()
})

function signIn(key: string, on: TestApi): Promise<Answer> {
  return on.call('POST', '/api/session', { json: { key }, headers: sameOrigin })
}

async function countOf(table: string, on: TestApi): Promise<number> {
  return (await on.database.pool.query(`select from webhooks.${table}`)).rows.length
}

it('a key may sign in so often, at once too, and each refusal leaves nothing behind', async () => {
  const before = await countOf('audit_entry', limited)
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(limited.keys.member, limited)))
  const refused = answers.filter(({ status }) => status === 429)
  expect([answers.filter(({ status }) => status === 201).length, refused.length]).toEqual([3, 17])
  for (const { body, headers } of refused) {
    expect([body.code, headers.get('set-cookie')]).toEqual(['rate_limited', null])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(await countOf('session', limited)).toBe(3)
  expect((await countOf('audit_entry', limited)) - before).toBe(3)
})

it('a key that signed in too often still counts for everything else, and so do others', async () => {
  for (let n = 0; n < 4; n++) await signIn(limited.otherKeys.admin, limited)
  expect((await signIn(limited.otherKeys.admin, limited)).status).toBe(429)
  expect((await limited.call('GET', '/api/session', { key: limited.otherKeys.admin })).status).toBe(200)
  expect((await signIn(limited.otherKeys.member, limited)).status).toBe(201)
})

it.each([
  { rateLimitPerMinute: 6000, limit: 10 },
  { rateLimitPerMinute: 0, limit: undefined },
])('with $rateLimitPerMinute requests a minute, $limit sign-ins are', ({ rateLimitPerMinute, limit }) => {
  const audit = createAuditLog(deriveAuditKey(randomBytes(32)))
  const { db } = api.database
  const stores = { apiKeys: createApiKeyStore(db, audit), sessions: createSessionStore(db, audit) }
  const { signInLimiter } = createAccessOptions(stores, {
    rateLimitPerMinute,
    authFailuresPerMinute: 60,
    jwtRoleClaim: 'role',
    jwtAccountClaim: 'account_id',
  })
  expect(signInLimiter && [signInLimiter.limit, signInLimiter.windowMs]).toEqual(limit && [limit, 60_000])
})

it('a key has its newest 20 sessions, whatever others have', async () => {
  const other = await signIn(api.keys.member, api)
  const cookies = []
  for (let n = 0; n < 22; n++) cookies.push(cookieOf(await signIn(api.keys.admin, api)))
  const statuses = []
  for (const cookie of [...cookies, cookieOf(other)]) {
    statuses.push((await api.call('GET', '/api/session', { headers: { cookie } })).status)
  }
  expect(statuses).toEqual([401, 401, ...Array.from({ length: 21 }, () => 200)])
})

it('a key has no more than 20 sessions when it signs in at once', async () => {
  await Promise.all(Array.from({ length: 40 }, () => signIn(api.otherKeys.admin, api)))
  const { rows } = await api.database.pool.query(
    `select from webhooks.session join webhooks.api_key on api_key.id = api_key_id
     join webhooks.account on account.id = account_id where account.name = 'globex'`,
  )
  expect(rows).toHaveLength(20)
})

it.each([
  { bytes: 4096, status: 401 },
  { bytes: 4097, status: 413 },
])('a body of $bytes bytes is answered $status', async ({ bytes, status }) => {
  const body = JSON.stringify({ key: 'cwk_admin_x' }).padEnd(bytes)
  const headers = { ...sameOrigin, 'content-type': 'application/json' }
  expect((await api.call('POST', '/api/session', { body, headers })).status).toBe(status)
})

function cookieOf({ headers }: Answer): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
