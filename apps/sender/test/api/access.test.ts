import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../src/store/api-keys.ts'
import { type OpenApi, readOpenApi } from './support/contract.ts'
import { startApi, type TestApi } from './support/start-api.ts'

/** Who may call what; a route that is missing here fails the first test. */
const access: Readonly<Record<string, readonly string[]>> = {
  createSubscription: ['admin'],
  listSubscriptions: ['admin', 'member'],
  getSubscription: ['admin', 'member'],
  changeSubscription: ['admin'],
  deleteSubscription: ['admin'],
  pauseSubscription: ['admin'],
  resumeSubscription: ['admin'],
  enableSubscription: ['admin'],
  rotateSecret: ['admin'],
  testSubscription: ['admin'],
  listTransitions: ['admin', 'member'],
  publishEvent: ['publisher'],
  publishBatch: ['publisher'],
  dryRunEvent: ['publisher', 'admin', 'member'],
  listEventTypes: ['admin', 'member', 'publisher'],
  getEvent: ['admin', 'member'],
  listDeliveries: ['admin', 'member'],
  getDelivery: ['admin', 'member'],
  watchDeliveries: ['admin', 'member'],
  getDeliveryStatistics: ['admin', 'member'],
  getSubscriptionStatistics: ['admin', 'member'],
  checkEndpoint: ['admin'],
  checkSignature: ['admin', 'member'],
  redeliver: ['admin'],
  recover: ['admin'],
  listRecoverJobs: ['admin', 'member'],
  getRecoverJob: ['admin', 'member'],
  cancelRecoverJob: ['admin'],
  createKey: ['admin'],
  listKeys: ['admin'],
  revokeKey: ['admin'],
  listAuditEntries: ['admin', 'member'],
  createSession: [],
  getSession: ['admin', 'member'],
  endSession: [],
  getLiveness: [],
  getReadiness: [],
  getOpenApi: [],
}

const ID = '01234567-89ab-7def-8123-456789abcdef'

/** What every role that may call it may ask for. */
const queries: Readonly<Record<string, string>> = { listAuditEntries: `?target=subscription:${ID}` }

let api: TestApi
let document: OpenApi

beforeAll(async () => {
  api = await startApi()
  document = await readOpenApi(api.origin)
})
afterAll(() => api.close())

function operations() {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path: template.replace(/\{\w+\}/, ID) + (queries[operation.operationId] ?? ''),
    })),
  )
}

// A stream has no end to wait for.
async function ask(method: string, path: string, key?: string) {
  const headers = {
    'sec-fetch-site': 'same-origin',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  }
  const response = await fetch(api.origin + path, { method, headers })
  if (response.status !== 403) await response.body?.cancel()
  return { status: response.status, detail: response.status === 403 ? await readDetail(response) : 'may' }
}

async function readDetail(response: Response): Promise<unknown> {
  const problem: { readonly detail?: unknown } = JSON.parse(await response.text())
  return problem.detail
}

describe('the role matrix', () => {
  it('has every route, as the OpenAPI document declares it', () => {
    const declared = operations().map(({ operationId, security }) => [
      operationId,
      security.flatMap((requirement) => requirement['api_key'] ?? []),
    ])
    expect(Object.fromEntries(declared)).toEqual(access)
  })

  it.each(roles)('lets the role %s do exactly what it may', async (role) => {
    const answers = []
    for (const { operationId, method, path } of operations()) {
      const { status, detail } = await ask(method, path, api.keys[role])
      answers.push([operationId, detail])
      expect([operationId, status]).not.toEqual([operationId, 401])
    }
    const expected = Object.entries(access).map(([id, allowed]) => [
      id,
      allowed.length === 0 || allowed.includes(role)
        ? 'may'
        : `A key with the role ${allowed.join(' or ')} may do this; yours is ${role}.`,
    ])
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(expected))
  })

  it('lets nobody without a key do what needs one', async () => {
    const answers = []
    for (const { operationId, method, path } of operations()) {
      const { status } = await ask(method, path)
      answers.push([operationId, status === 401])
    }
    const expected = Object.entries(access).map(([id, allowed]) => [id, allowed.length > 0])
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(expected))
  })

  it('holds for HEAD as for GET', async () => {
    const answers = []
    for (const { path, operationId } of operations().filter(({ method }) => method === 'GET')) {
      answers.push([operationId, (await ask('HEAD', path)).status === 401])
    }
    const expected = answers.map(([id]) => [id, access[String(id)]!.length > 0])
    expect(answers).toEqual(expected)
  })
})

describe('a request', () => {
  it.each([
    { name: 'without a key', headers: {}, code: 'key_missing', challenge: 'Bearer' },
    { name: 'with an unknown key', headers: { authorization: 'Bearer cwk_admin_x' }, code: 'key_unknown' },
    { name: 'with an empty key', headers: { authorization: 'Bearer ' }, code: 'key_unknown' },
    { name: 'with another scheme', headers: { authorization: 'Basic YTpi' }, code: 'key_unknown' },
    { name: 'with two keys', headers: { authorization: 'Bearer a, Bearer b' }, code: 'key_unknown' },
    {
      name: 'with a very long key',
      headers: { authorization: `Bearer ${'a'.repeat(4000)}` },
      code: 'key_unknown',
    },
    { name: 'with a quote in the key', headers: { authorization: `Bearer ' or 1=1` }, code: 'key_unknown' },
  ])('$name is answered 401', async ({ headers, code, challenge = 'Bearer error="invalid_token"' }) => {
    const answer = await api.call('GET', '/api/webhooks', { headers })
    expect([answer.status, answer.body.code]).toEqual([401, code])
    expect(answer.headers.get('www-authenticate')).toBe(challenge)
  })

  it('may write the scheme in any case', async () => {
    const { status } = await api.call('GET', '/api/webhooks', {
      headers: { authorization: `bEARER  ${api.keys.admin}` },
    })
    expect(status).toBe(200)
  })

  it('with a revoked key is answered 401', async () => {
    const own = await startApi()
    await own.database.pool.query('update webhooks.api_key set revoked_at = now()')
    const { status, body } = await own.call('GET', '/api/webhooks', { key: own.keys.admin })
    await own.close()
    expect([status, body.code]).toEqual([401, 'key_unknown'])
  })

  it.each([
    { name: 'an unknown key', key: () => 'cwk_admin_x', status: 401 },
    { name: 'the wrong role', key: () => api.keys.member, status: 403 },
  ])('with $name is refused before its body is looked at', async ({ key, status }) => {
    const headers = { 'content-type': 'text/html' }
    const answer = await api.call('POST', '/api/webhooks', { key: key(), headers, body: '{' })
    expect(answer.status).toBe(status)
  })
})
