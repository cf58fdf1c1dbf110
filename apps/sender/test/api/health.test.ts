import { afterAll, beforeAll, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
let isDispatching = true

beforeAll(async () => {
  api = await startApi()
  api.readiness.add('database', async () => {
    await api.database.pool.query('select 1')
    return { status: 'ok' }
  })
  api.readiness.add('dispatcher', async () =>
    isDispatching ? { status: 'ok' } : { status: 'unavailable', detail: 'stopped claiming' },
  )
})
afterAll(() => api.close())

it('/healthz is ok as long as the process answers', async () => {
  const { status, body } = await api.call('GET', '/healthz')
  expect([status, body]).toEqual([200, { status: 'ok' }])
})

it('/readyz is ok when every check is', async () => {
  const { status, body } = await api.call('GET', '/readyz')
  expect([status, body]).toEqual([
    200,
    { status: 'ok', checks: { database: { status: 'ok' }, dispatcher: { status: 'ok' } } },
  ])
})

it('/readyz is 503 and names what is not usable, while /healthz stays ok', async () => {
  isDispatching = false
  const { status, body } = await api.call('GET', '/readyz')
  expect(status).toBe(503)
  expect(body).toMatchObject({
    code: 'not_ready',
    detail: 'Not usable now: dispatcher.',
    checks: { database: { status: 'ok' }, dispatcher: { status: 'unavailable', detail: 'stopped claiming' } },
  })
  expect((await api.call('GET', '/healthz')).status).toBe(200)
})

it('/readyz is 503 with a code of its own once the process is about to stop', async () => {
  isDispatching = true
  api.readiness.drain()
  const { status, body } = await api.call('GET', '/readyz')
  expect(status).toBe(503)
  expect(body).toMatchObject({ code: 'draining', checks: { database: { status: 'ok' } } })
  expect((await api.call('GET', '/healthz')).status).toBe(200)
})
