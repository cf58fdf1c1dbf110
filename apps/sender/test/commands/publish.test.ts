import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CliResult, runCli } from '../support/cli.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 60_000 })

const data = { ...eventCatalog['scan.completed'].example, note: 'é 😀' }
const json = JSON.stringify(data)

let store: TestStore
let directory: string
beforeAll(async () => {
  store = await openTestStore()
  await store.subscribe()
  directory = await mkdtemp(join(tmpdir(), 'complywise-publish-'))
  await writeFile(join(directory, 'data.json'), `${json}\n`)
})
afterAll(async () => {
  await rm(directory, { recursive: true })
  await store.close()
})

async function publish(args: readonly string[], stdin?: string): Promise<CliResult> {
  return await runCli(['publish', 'scan.completed', '--account', 'acme', ...args], {
    env: {
      DATABASE_URL: store.connectionString,
      SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
    },
    ...(stdin === undefined ? {} : { stdin }),
  })
}

async function envelope(eventId: string): Promise<unknown> {
  const [row] = await store.query('select body from webhooks.event where event_id = $1', [eventId])
  return JSON.parse(row?.['body'].toString())
}

test.concurrent.each<[string, () => readonly [string, string?]]>([
  ['a file', () => [`@${join(directory, 'data.json')}`]],
  ['stdin', () => ['-', json]],
])('sender publish takes data from %s and says what is owed', async (_name, source) => {
  const [argument, stdin] = source()
  const eventId = randomUUID()
  const result = await publish(['--data', argument, '--event-id', eventId.toUpperCase()], stdin)
  expect(result).toEqual({
    exitCode: 0,
    stdout: `Published scan.completed ${eventId}, owed to 1 subscription.\n`,
    stderr: '',
  })
  expect(await envelope(eventId)).toMatchObject({ event: 'scan.completed', event_id: eventId, data })
})

test.concurrent('the same event_id again makes nothing new, says so, and exits with 0', async () => {
  const eventId = randomUUID()
  const args = ['--data', json, '--event-id', eventId, '--timestamp', '2026-03-01T13:00:00+01:00']
  const first = await publish([...args, '--json'])
  expect([first.exitCode, JSON.parse(first.stdout)]).toEqual([
    0,
    { event_id: eventId, timestamp: '2026-03-01T12:00:00.000Z', delivery_count: 1, is_new: true },
  ])
  expect(await publish(args)).toEqual({
    exitCode: 0,
    stdout: `scan.completed ${eventId} was published before, owed to 1 subscription then. Nothing new was made.\n`,
    stderr: '',
  })
})

test.concurrent('for an account that does not exist it exits with 1', async () => {
  const result = await publish(['--data', json, '--account', 'initech'])
  expect(result).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'There is no account initech. It is made with its first key: sender keys create.\n',
  })
})

test.concurrent('everything that is wrong is listed at once, by the rules of the API; exit code 2', async () => {
  const wrong =
    '{"scan_job_id":"x","total_controls":1.5,"passed":1,"failed":1,"big":12345678901234567890,"nul":"\\u0000"}'
  const args = ['--data', wrong, '--event-id', 'x', '--timestamp', '2026-02-30T12:00:00Z']
  const { exitCode, stdout, stderr } = await publish(args)
  expect([exitCode, stdout]).toEqual([2, ''])
  const lines = stderr.trimEnd().split('\n')
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    '--data /big',
    '--data /nul',
    '--data /scan_job_id',
    '--data /total_controls',
    '--data /score',
    '--event-id',
    '--timestamp',
  ])
})

test.concurrent.each<[string, readonly string[], string]>([
  ['an empty stdin', ['--data', '-'], '--data: Not JSON.\n'],
  [
    'a file that is not there',
    ['--data', '@/missing.json'],
    '--data names the file /missing.json, which cannot be read (ENOENT).\n',
  ],
])('with %s it exits with 2', async (_name, args, stderr) => {
  expect(await publish(args)).toEqual({ exitCode: 2, stdout: '', stderr })
})

test.concurrent('of an event type that is not in the catalog it lists those that are; exit code 2', async () => {
  const { exitCode, stderr } = await runCli(['publish', 'scan.started', '--data', '{}'])
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/^<event>: Expected one of scan\.completed, scan\.failed, /),
  ])
})
