import { readFileSync } from 'node:fs'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiGrants } from '../../src/doctor/api-grants.ts'
import { startApi, type TestApi } from '../api/support/start-api.ts'
import { runCli } from '../support/cli.ts'
import { settingsOf } from '../support/run-sender.ts'
import type { Row } from '../support/test-store.ts'

const guide = readFileSync(new URL('../../../../docs/security.md', import.meta.url), 'utf8')
const [, grants = ''] = /<!-- grants -->\n\n```sql\n(.*?)```/s.exec(guide) ?? []

let api: TestApi
/** Unlike those of the documentation, as roles are shared by all databases of a server. */
let roles: { readonly api: string; readonly app: string }

beforeAll(async () => {
  api = await startApi()
  const { pool } = api.database
  const { rows } = await pool.query('select current_database() as database')
  const database: string = rows[0].database
  roles = { api: `${database}_api`, app: `${database}_app` }
  await pool.query(`create role ${roles.api}; create role ${roles.app}`)
  await pool.query(grants.replaceAll('webhooks_api', roles.api).replaceAll('webhooks_app', roles.app))
  // From here on, every new connection of the API has the role only.
  await pool.query(`alter database ${database} set role = ${roles.api}`)
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`,
  )
  await pool.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
})
afterAll(async () => {
  const { pool } = api.database
  await pool.query(`set role none; drop owned by ${roles.api}, ${roles.app}`)
  await pool.query(`set role none; drop role ${roles.api}; drop role ${roles.app}`)
  await api.close()
})

function call(method: string, path: string, json?: unknown, key = api.keys.admin) {
  return api.call(method, path, { key, ...(json !== undefined && { json }) })
}

it('with the grants of docs/security.md, the API can do all that it does', async () => {
  const { rows } = await api.database.pool.query('select current_user as name')
  expect(rows[0].name).toBe(roles.api)
  const created = await call('POST', '/api/webhooks', {
    url: 'https://example.com/hook',
    events: ['*'],
    headers: { authorization: 'Bearer x' },
  })
  const path = `/api/webhooks/${created.body.id}`
  const event = { event: 'scan.completed', data: eventCatalog['scan.completed'].example }
  const publisher = api.keys.publisher
  const answers = [created]
  answers.push(await call('PATCH', path, { description: 'x' }))
  answers.push(await call('POST', `${path}/pause`), await call('POST', `${path}/resume`))
  answers.push(await call('POST', `${path}/rotate-secret`, {}), await call('POST', `${path}/test`, {}))
  answers.push(await call('POST', '/api/events', event, publisher))
  answers.push(await call('POST', '/api/events/batch', { events: [event, event] }, publisher))
  answers.push(await call('POST', '/api/events/dry-run', event, publisher))
  const deliveries = await call('GET', '/api/deliveries')
  answers.push(deliveries, await call('GET', `/api/deliveries/${deliveries.body.data[0].id}`))
  answers.push(await call('GET', `/api/events/${deliveries.body.data[0].event_id}`))
  const job = await call('POST', `${path}/recover`, { since: '2026-01-01T00:00:00Z' })
  answers.push(job, await call('POST', `/api/recover-jobs/${job.body.id}/cancel`))
  const key = await call('POST', '/api/keys', { role: 'member' })
  answers.push(key, await call('GET', '/api/webhooks', undefined, key.body.key))
  const headers = { 'sec-fetch-site': 'same-origin' }
  const session = await api.call('POST', '/api/session', { json: { key: key.body.key }, headers })
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
  answers.push(session, await api.call('GET', '/api/session', { headers: { cookie } }))
  answers.push(await api.call('DELETE', '/api/session', { headers: { ...headers, cookie } }))
  answers.push(await call('DELETE', `/api/keys/${key.body.id}`), await call('GET', '/api/audit'))
  answers.push(await call('GET', `${path}/transitions`), await call('DELETE', path))
  expect(answers.filter(({ status }) => status >= 300).map(({ body }) => body)).toEqual([])
})

it.each([
  'delete from webhooks.audit_entry',
  `update webhooks.audit_entry set actor = 'nobody'`,
  'truncate webhooks.audit_entry',
  'delete from webhooks.audit_head',
  'drop table webhooks.audit_entry',
  'delete from webhooks.event',
  'delete from webhooks.attempt',
  'create table webhooks.mine (id int)',
])('with them, the API could not: %s', async (sql) => {
  await expect(api.database.pool.query(sql)).rejects.toThrow(/permission denied|must be owner/)
})

async function examine(
  senderRoles: string,
): Promise<{ readonly exitCode: number | null; readonly rights: Row }> {
  const store = { connectionString: api.connectionString, encryptionKey: api.encryptionKeys.current }
  const { exitCode, stdout } = await runCli(['doctor', '--host', 'nowhere.invalid', '--json'], {
    env: { ...settingsOf(store), SENDER_ROLES: senderRoles },
  })
  const findings: readonly Row[] = JSON.parse(stdout).findings
  return { exitCode, rights: findings.find(({ check }) => check === 'rights') ?? {} }
}

async function asOwner(sql: string): Promise<void> {
  const client = await api.database.pool.connect()
  await client.query(`set role none; ${sql}`).finally(() => client.release(true))
}

describe('sender doctor', { timeout: 90_000 }, () => {
  it('finds the role of the API well, and not for a dispatcher', async () => {
    expect(await examine('api')).toEqual({ exitCode: 0, rights: expect.objectContaining({ status: 'ok' }) })
    const { exitCode, rights } = await examine('api,dispatcher')
    expect([exitCode, rights['status'], rights['detail']]).toEqual([
      1,
      'fail',
      expect.stringMatching(/^does not own account, api_key, /),
    ])
  })

  it('names the grants that are missing, and never asks for more than the recipe gives', async () => {
    await asOwner(`revoke select on webhooks.delivery from ${roles.api};
      revoke insert on webhooks.event, webhooks.attempt from ${roles.api};
      revoke execute on function webhooks.publish from ${roles.api}`)
    const { exitCode, rights } = await examine('api')
    await asOwner(grants.replaceAll('webhooks_api', roles.api).replaceAll('webhooks_app', roles.app))
    expect(exitCode).toBe(1)
    expect(rights).toMatchObject({
      status: 'fail',
      detail: 'may not execute: publish; insert: attempt, event; select: delivery',
      remedy: expect.stringContaining('docs/security.md'),
    })
  })

  it('warns of an API that may rewrite the audit log', async () => {
    await asOwner(`grant update on webhooks.audit_entry to ${roles.api}`)
    const { exitCode, rights } = await examine('api')
    await asOwner(`revoke update on webhooks.audit_entry from ${roles.api}`)
    expect([exitCode, rights['status'], rights['detail']]).toEqual([
      0,
      'warn',
      expect.stringContaining('audit log'),
    ])
  })

  it('knows the grants of docs/security.md', () => {
    const statements = grants.matchAll(/grant (\w+) on (?:function )?(webhooks\..+?)\s+to webhooks_api;/gs)
    const documented = Array.from(statements, ([, right, names = '']) => [
      right,
      Array.from(names.matchAll(/webhooks\.(\w+)/g), ([, name = '']) => name).toSorted((a, b) =>
        a.localeCompare(b),
      ),
    ])
    expect(Object.fromEntries(documented)).toEqual(apiGrants)
  })
})

it('with them, an application can publish, and read nothing', async () => {
  const client = await api.database.pool.connect()
  try {
    const { rows: accounts } = await client.query('select id from webhooks.account limit 1')
    await client.query(`set role none; set role ${roles.app}`)
    const { rows } = await client.query(
      `select is_new from webhooks.publish(account_id => $1, event => 'scan.completed', data => '{}')`,
      [accounts[0].id],
    )
    expect(rows).toEqual([{ is_new: true }])
    await expect(client.query('select from webhooks.event')).rejects.toThrow(/permission denied/)
  } finally {
    client.release(true)
  }
})
