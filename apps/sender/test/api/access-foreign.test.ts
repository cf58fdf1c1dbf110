import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles as allRoles } from '../../src/store/api-keys.ts'
import { type OpenApi, readOpenApi } from './support/contract.ts'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
let document: OpenApi
/** One record of each kind of acme's, by the path that leads to it. */
let records: Readonly<Record<string, string>>

beforeAll(async () => {
  api = await startApi()
  document = await readOpenApi(api.origin)
  records = await fill()
})
afterAll(() => api.close())

async function fill(): Promise<Readonly<Record<string, string>>> {
  const key = api.keys.admin
  const json = { url: 'https://example.com/hook', events: ['*'] }
  const subscription = (await api.call('POST', '/api/webhooks', { key, json })).body.id
  const event = randomUUID()
  const data = eventCatalog['scan.completed'].example
  await api.call('POST', '/api/events', {
    key: api.keys.publisher,
    json: { event: 'scan.completed', data, event_id: event },
  })
  const delivery = (await api.call('GET', '/api/deliveries', { key })).body.data[0].id
  const since = new Date(Date.now() - 60_000).toISOString()
  const job = await api.call('POST', `/api/webhooks/${subscription}/recover`, { key, json: { since } })
  const apiKey = (await api.call('POST', '/api/keys', { key, json: { role: 'member' } })).body.id
  return {
    '/api/webhooks/': subscription,
    '/api/events/': event,
    '/api/deliveries/': delivery,
    '/api/recover-jobs/': job.body.id,
    '/api/keys/': apiKey,
  }
}

function operations() {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, responses }]) => ({
      isStream: 'text/event-stream' in (responses['200']?.content ?? {}),
      operationId,
      template,
      method: method.toUpperCase(),
      roles: security.flatMap((requirement) => requirement['api_key'] ?? []),
    })),
  )
}

/** Bodies that are valid, so that it is the id that an operation is refused for. */
const bodies: Readonly<Record<string, unknown>> = {
  changeSubscription: { description: 'taken over' },
  rotateSecret: {},
  testSubscription: {},
  checkSignature: { signature: 'sha256=0' },
  recover: { since: '2026-01-01T00:00:00Z' },
}

/** The whole database but for its clocks, to see that nothing was changed. */
async function dump(): Promise<string> {
  const { rows } = await api.database.pool.query(
    `select relname as name from pg_class
     where relnamespace = 'webhooks'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
  )
  const tables = []
  for (const { name } of rows) {
    tables.push(
      (await api.database.pool.query(`select t::text as row from webhooks.${name} t order by 1`)).rows,
    )
  }
  return JSON.stringify(tables)
}

describe('another account’s records', () => {
  it('are not found by any operation, with any role, and are not changed', async () => {
    const before = await dump()
    const answers = []
    for (const { operationId, template, method, roles } of operations()) {
      const prefix = Object.keys(records).find((path) => template.startsWith(`${path}{`))
      if (prefix === undefined) continue
      const path = template.replace(/\{\w+\}/, records[prefix]!)
      for (const role of allRoles.filter((role) => roles.includes(role))) {
        const key = api.otherKeys[role]
        const body = bodies[operationId]
        const { status, body: problem } = await api.call(method, path, {
          key,
          ...(body !== undefined && { json: body }),
        })
        answers.push([operationId, role, status, problem?.code])
      }
    }
    expect(answers.filter(([, , status, code]) => status !== 404 || code !== 'not_found')).toEqual([])
    expect(new Set(answers.map(([operationId]) => operationId)).size).toBe(
      operations().filter(({ template }) => template.includes('{')).length,
    )
    expect(await dump()).toBe(before)
  })

  it('are in no list, filtered by them or not', async () => {
    const key = api.otherKeys.admin
    const lists = operations().filter(({ method, template, roles, isStream }) => {
      return method === 'GET' && !template.includes('{') && roles.length > 0 && !isStream
    })
    for (const { template } of lists) {
      const { text } = await api.call('GET', template, { key })
      for (const id of Object.values(records)) expect(text).not.toContain(id)
    }
    const filters = {
      subscription_id: records['/api/webhooks/'],
      event_id: records['/api/events/'],
      id: records['/api/deliveries/'],
      redelivery_of: records['/api/deliveries/'],
    }
    for (const [name, id] of Object.entries(filters)) {
      const { status, body } = await api.call('GET', `/api/deliveries?${name}=${id}`, { key })
      expect([name, status, body.data]).toEqual([name, 200, []])
    }
  })

  it('are not told from records that never were', async () => {
    const key = api.otherKeys.admin
    for (const [prefix, id] of Object.entries(records)) {
      if (prefix === '/api/keys/') continue
      const theirs = await api.call('GET', prefix + id, { key })
      const nobodys = await api.call('GET', prefix + randomUUID(), { key })
      expect(theirs.body).toEqual(nobodys.body)
    }
  })
})

describe('a body with a field that callers do not set', () => {
  const extra = { account_id: randomUUID(), id: randomUUID(), state_reason: 'x', version: 9, created_at: 'x' }

  it.each([
    { method: 'POST', path: () => '/api/webhooks', json: { url: 'https://example.com/', events: ['*'] } },
    { method: 'PATCH', path: () => `/api/webhooks/${records['/api/webhooks/']}`, json: {} },
    { method: 'POST', path: () => '/api/keys', json: { role: 'member' } },
    { method: 'POST', path: () => `/api/webhooks/${records['/api/webhooks/']}/rotate-secret`, json: {} },
  ])('is refused, by name: $method $json', async ({ method, path, json }) => {
    const { status, body } = await api.call(method, path(), {
      key: api.keys.admin,
      json: { ...json, ...extra },
    })
    const named = body.errors.map(({ path }: { path: string }) => path.slice(1))
    expect([status, named.toSorted()]).toEqual([422, Object.keys(extra).toSorted()])
  })
})
