import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/eventually.ts'
import { settingsOf } from '../support/run-sender.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

let store: TestStore
const running: ChildProcess[] = []

beforeAll(async () => {
  store = await openTestStore()
})
afterEach(async () => {
  await Promise.all(
    running.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    }),
  )
})
afterAll(() => store.close())

interface Started {
  readonly child: ChildProcess
  readonly url: string | undefined
  readonly operationsUrl: string
  readonly log: readonly Row[]
}

async function serve(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = startCli(['serve'], { env: { ...settingsOf(store), ...env } })
  running.push(child)
  const log: Row[] = []
  createInterface(child.stdout!).on('line', (line) => log.push(JSON.parse(line)))
  const ready = await eventually(() => log.find((line) => line['msg'] === 'ready'), 45_000)
  return { child, url: ready['url'], operationsUrl: ready['operationsUrl'], log }
}

interface Ready {
  readonly status: number
  readonly body: Row
}

async function readyz(origin: string | undefined): Promise<Ready> {
  const response = await fetch(`${origin}/readyz`)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** An endpoint that answers when it is told to. */
async function startSlowEndpoint(): Promise<{
  readonly url: string
  readonly waiting: () => number
  answer(): void
}> {
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    request.resume()
    waiting.push(() => response.writeHead(200).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
    waiting: () => waiting.length,
    answer: () => waiting.splice(0).forEach((answer) => answer()),
  }
}

test('the role api serves and delivers nothing; the role dispatcher delivers and serves nothing', async () => {
  const endpoint = await startSlowEndpoint()
  const api = await serve({ SENDER_ROLES: 'api' })
  expect(await readyz(api.url)).toMatchObject({ status: 200 })
  expect((await readyz(api.operationsUrl)).body['checks']).toEqual({
    start: { status: 'ok' },
    database: { status: 'ok' },
    encryption_key: { status: 'ok' },
  })
  await store.subscribe({ url: endpoint.url, events: ['scan.completed'] })
  await store.publish(1)
  const dispatcher = await serve({ SENDER_ROLES: 'dispatcher' })
  expect(dispatcher.url).toBeUndefined()
  await eventually(() => endpoint.waiting() === 1)
  endpoint.answer()
  const ready = await eventually(async () => {
    const answer = await readyz(dispatcher.operationsUrl)
    return answer.status === 200 && answer
  })
  expect(Object.keys(ready.body['checks']).toSorted()).toEqual([
    'database',
    'dispatcher',
    'encryption_key',
    'partitions',
    'start',
  ])
})

test('a sender that is asked to stop says so first, answers meanwhile, finishes its attempts and ends with 0', async () => {
  const endpoint = await startSlowEndpoint()
  const { child, url, operationsUrl, log } = await serve({ SENDER_DRAIN_DELAY_MS: '1500' })
  await store.subscribe({ url: endpoint.url, events: ['scan.failed'] })
  const [eventId] = await store.publish(1, 'scan.failed')
  await eventually(() => endpoint.waiting() === 1)
  await eventually(async () => (await readyz(operationsUrl)).status === 200)
  child.kill('SIGTERM')
  const draining = await eventually(async () => {
    const answer = await readyz(operationsUrl)
    return answer.status === 503 && answer
  })
  expect(draining.body).toMatchObject({ status: 'draining', checks: { database: { status: 'ok' } } })
  // Whoever has not noticed yet is still answered.
  expect((await readyz(url)).body).toMatchObject({ code: 'draining' })
  const whole = await fetch(`${url}/openapi.json`)
  expect([whole.status, (await whole.text()).length]).toEqual([200, expect.any(Number)])
  const ended = once(child, 'close')
  // Probes get their answer until the very end.
  await eventually(async () => (await fetch(`${url}/healthz`).catch(() => undefined)) === undefined)
  expect((await readyz(operationsUrl)).status).toBe(503)
  endpoint.answer()
  expect(await ended).toEqual([0, null])
  expect(log.filter(({ msg }) => msg === 'not ready')).toEqual([])
  expect(
    await store.query('select status, attempt_count from webhooks.delivery where event_id = $1', [eventId]),
  ).toContainEqual({ status: 'succeeded', attempt_count: 1 })
})

test('a second signal ends a sender at once, and what was in flight is attempted again by another', async () => {
  const endpoint = await startSlowEndpoint()
  const { child } = await serve({ SENDER_ROLES: 'dispatcher' })
  await store.subscribe({ url: endpoint.url, events: ['scan.failed'] })
  await store.publish(1, 'scan.failed')
  await eventually(() => endpoint.waiting() >= 1)
  child.kill('SIGTERM')
  const ended = once(child, 'close')
  await eventually(async () => {
    child.kill('SIGTERM')
    return child.exitCode !== null
  })
  expect(await ended).toEqual([1, null])
})

test('a database that takes no writes is not ready, and ready again when it does', async () => {
  const { operationsUrl } = await serve({ SENDER_ROLES: 'api' })
  const [row] = await store.query('select current_database() as name')
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'complywise-sender%' and datname = current_database()`
  await store.query(`alter database ${row?.['name']} set default_transaction_read_only = on`)
  await store.query(`${cut} and pid <> pg_backend_pid()`).catch(() => undefined)
  const notReady = await eventually(async () => {
    const answer = await readyz(operationsUrl)
    return answer.status === 503 && answer.body['checks'].database.detail !== 'check failed' && answer
  })
  expect(notReady.body['checks'].database).toEqual({
    status: 'unavailable',
    detail: 'read-only: a standby, or set so',
  })
  expect((await fetch(`${operationsUrl}/healthz`)).status).toBe(200)
  await eventually(async () => {
    await store.query('set default_transaction_read_only = off')
    await store.query(`alter database ${row?.['name']} reset default_transaction_read_only`)
    await store.query(`${cut} and pid <> pg_backend_pid()`).catch(() => undefined)
    return (await readyz(operationsUrl)).status === 200
  })
})

test('requests that wait for the database keep no attempt waiting, and readiness sees what is left', async () => {
  const endpoint = await startSlowEndpoint()
  const { url, operationsUrl } = await serve({ SENDER_DATABASE_CONNECTIONS: '4' })
  const { key } = await store.apiKeys.create('acme', 'admin')
  const blocker = await store.database.pool.connect()
  await blocker.query('begin')
  await blocker.query('lock table webhooks.api_key in access exclusive mode')
  const requests = Array.from({ length: 20 }, () =>
    fetch(`${url}/api/webhooks`, { headers: { authorization: `Bearer ${key}` } }),
  )
  await store.subscribe({ url: endpoint.url, events: ['scan.failed'] })
  await store.publish(1, 'scan.failed')
  await eventually(() => endpoint.waiting() > 0)
  endpoint.answer()
  await eventually(async () => (await readyz(operationsUrl)).status === 200)
  await blocker.query('rollback')
  blocker.release()
  const statuses = await Promise.all(
    requests.map(async (request) => {
      const response = await request
      await response.text()
      return response.status
    }),
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
})

test('the operations server answers nothing else, and needs no key', async () => {
  const { operationsUrl } = await serve({ SENDER_ROLES: 'api' })
  expect((await fetch(`${operationsUrl}/metrics`)).headers.get('content-type')).toMatch(
    /^text\/plain; version=0\.0\.4/,
  )
  expect((await fetch(`${operationsUrl}/healthz`)).status).toBe(200)
  expect((await fetch(`${operationsUrl}/api/webhooks`)).status).toBe(404)
  expect((await fetch(`${operationsUrl}/metrics`, { method: 'POST' })).status).toBe(405)
})

test('an operations port that is taken is said so, and nothing is left running', async () => {
  const { operationsUrl } = await serve({ SENDER_ROLES: 'api' })
  const { exitCode, stdout } = await runCli(['serve'], {
    env: { ...settingsOf(store), SENDER_OPERATIONS_PORT: new URL(operationsUrl).port },
  })
  expect([exitCode, JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')]).toMatchObject([
    1,
    {
      msg: 'could not start',
      err: { message: expect.stringContaining('SENDER_OPERATIONS_PORT'), cause: { code: 'EADDRINUSE' } },
    },
  ])
})
