import { eventCatalog } from '@complywise/webhooks'
import { expect, it } from 'vitest'
import { startApi } from './support/start-api.ts'

it('a server that is closed answers what is in flight, and takes nothing new', async () => {
  const api = await startApi()
  const { pool } = api.database
  const json = { event: 'scan.completed', data: eventCatalog['scan.completed'].example }
  const blocker = await pool.connect()
  await blocker.query('begin; lock table webhooks.event in exclusive mode')
  const inFlight = api.call('POST', '/api/events', { key: api.keys.publisher, json })
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%webhooks.publish%'`
  await expect.poll(async () => (await pool.query(waiting)).rows.length).toBe(1)
  const stopped = api.stop()
  await expect(fetch(`${api.origin}/healthz`)).rejects.toThrow('fetch failed')
  await blocker.query('commit')
  blocker.release()
  const { status, headers } = await inFlight
  await stopped
  await api.close()
  expect(status).toBe(202)
  expect(headers.get('connection')).toBe('close')
})
