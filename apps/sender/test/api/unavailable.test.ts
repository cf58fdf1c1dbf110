import { randomBytes, randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { expect, it } from 'vitest'
import { createApiKeyStore } from '../../src/store/api-keys.ts'
import { createAuditLog } from '../../src/store/audit.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startApi } from './support/start-api.ts'

it('a database that refuses connections is answered 503 with Retry-After, and without its address', async () => {
  const closed = openDatabase({ connectionString: 'postgres://127.0.0.1:1/nowhere' })
  const audit = createAuditLog(randomBytes(32))
  const api = await startApi({ apiKeys: createApiKeyStore(closed.db, audit) })
  const answer = await api.call('GET', '/api/webhooks', { key: api.keys.admin })
  await api.close()
  await closed.close()
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(answer.text).not.toContain('127.0.0.1')
})

it('a database that shuts down in the middle of a request is answered 503, and publishing again works', async () => {
  const api = await startApi()
  const { pool } = api.database
  const json = {
    event: 'scan.completed',
    data: eventCatalog['scan.completed'].example,
    event_id: randomUUID(),
  }
  const publish = () => api.call('POST', '/api/events', { key: api.keys.publisher, json })
  const blocker = await pool.connect()
  await blocker.query('begin; lock table webhooks.event in exclusive mode')
  const waiting = publish()
  await expect
    .poll(async () => {
      const { rows } = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like '%webhooks.publish%' and pid <> pg_backend_pid()`,
      )
      return rows.length
    })
    .toBe(1)
  const { status, body } = await waiting
  await blocker.query('rollback')
  blocker.release()
  const again = await publish()
  await api.close()
  expect([status, body.code]).toEqual([503, 'unavailable'])
  expect([again.status, again.body.already_published]).toEqual([202, false])
})

it('a database that does not answer in time is answered 503, and the event is published once all the same', async () => {
  const api = await startApi({ requestTimeoutMs: 1000 })
  const { pool } = api.database
  const json = {
    event: 'scan.completed',
    data: eventCatalog['scan.completed'].example,
    event_id: randomUUID(),
  }
  const publish = () => api.call('POST', '/api/events', { key: api.keys.publisher, json })
  const blocker = await pool.connect()
  await blocker.query('begin; lock table webhooks.event in exclusive mode')
  const { status, headers, body } = await publish()
  await blocker.query('commit')
  blocker.release()
  await expect
    .poll(async () => (await publish()).body, { timeout: 20_000 })
    .toMatchObject({ event_id: json.event_id, already_published: true })
  await api.close()
  expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5'])
})

it('a failure that is nobody else’s is answered 500 without saying what failed', async () => {
  const api = await startApi()
  await api.database.pool.query('alter table webhooks.subscription rename to elsewhere')
  const { status, body, text } = await api.call('GET', '/api/webhooks', { key: api.keys.admin })
  await api.close()
  expect([status, body.code]).toEqual([500, 'internal_error'])
  expect(text).not.toMatch(/relation|elsewhere|subscription|sql/i)
})
