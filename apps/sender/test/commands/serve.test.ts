import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type CliResult, runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/eventually.ts'
import type { Row } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

let directory: string
let created: CliResult
let running: ChildProcess | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'complywise-serve-'))
  created = await runCli(['keys', 'create', '--role', 'admin'], { env: { SENDER_DATA_DIR: directory } })
})
afterEach(async () => {
  if (running?.exitCode !== null || running.signalCode !== null) return
  running.kill('SIGTERM')
  await once(running, 'close')
})
afterAll(() => rm(directory, { recursive: true }))

/** Starts `sender serve` on its embedded database and waits until it is ready. */
async function serve(): Promise<{
  readonly child: ChildProcess
  readonly url: string
  readonly log: readonly Row[]
}> {
  const child = startCli(['serve'], { env: { SENDER_DATA_DIR: directory, SENDER_PORT: '0' } })
  running = child
  const log: Row[] = []
  createInterface(child.stdout!).on('line', (line) => log.push(JSON.parse(line)))
  const ready = await eventually(() => log.find((line) => line['msg'] === 'ready'), 60_000)
  return { child, url: ready['url'], log }
}

function isDatabaseRunning(): boolean {
  return existsSync(join(directory, 'postgres', 'data', 'postmaster.pid'))
}

test('without a running sender, a command makes the embedded database, and stops it again', () => {
  expect(created).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^cwk_admin_/), stderr: '' })
  expect(isDatabaseRunning()).toBe(false)
})

test('on a port that is taken, sender serve says so, exits with 1 and leaves no database running', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  const { exitCode, stdout } = await runCli(['serve'], {
    env: { SENDER_DATA_DIR: directory, SENDER_PORT: port },
  })
  taken.close()
  const last: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect([exitCode, last]).toMatchObject([
    1,
    { level: 'fatal', msg: 'could not start', err: { code: 'EADDRINUSE' } },
  ])
  expect(isDatabaseRunning()).toBe(false)
})

test('beside a running sender, sender keys create and sender publish do their work', async () => {
  const env = { SENDER_DATA_DIR: directory }
  const { child, url } = await serve()
  const subscribed = await fetch(`${url}/api/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${created.stdout.trimEnd()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://nowhere.invalid/', events: ['*'] }),
  })
  expect(subscribed.status).toBe(201)
  const [member, published] = await Promise.all([
    runCli(['keys', 'create', '--role', 'member'], { env }),
    runCli(['publish', 'evidence.uploaded', '--json', '--data', '-'], {
      env,
      stdin: JSON.stringify(eventCatalog['evidence.uploaded'].example),
    }),
  ])
  expect([member.exitCode, published.exitCode, published.stderr]).toEqual([0, 0, ''])
  // The running sender is told of the event, and the new key reads its log.
  const attempted = await eventually(async () => {
    const response = await fetch(`${url}/api/deliveries`, {
      headers: { authorization: `Bearer ${member.stdout.trimEnd()}` },
    })
    const { data } = JSON.parse(await response.text())
    return data.find((delivery: Row) => delivery['attempt_count'] > 0)
  })
  expect(attempted).toMatchObject({
    event: 'evidence.uploaded',
    event_id: JSON.parse(published.stdout).event_id,
  })
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([0, null])
})
