import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CliResult, runCli, runCliOnTerminal } from '../support/cli.ts'
import { runSender, settingsOf } from '../support/run-sender.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

let store: TestStore

beforeAll(async () => {
  store = await openTestStore()
  await store.subscribe()
})
afterAll(() => store.close())

interface Examined {
  readonly exitCode: number | null
  /** By what was looked at. */
  readonly findings: Readonly<Record<string, Row>>
}

// `.invalid` resolves nowhere (RFC 6761), with a network or without.
const noWayOut = ['--host', 'nowhere.invalid']

function doctor(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliResult> {
  return runCli(['doctor', ...noWayOut, ...args], { env: { ...settingsOf(store), ...env } })
}

async function examine(env: Readonly<Record<string, string>> = {}): Promise<Examined> {
  const { exitCode, stdout } = await doctor(env, '--json')
  const findings: readonly Row[] = JSON.parse(stdout).findings
  return { exitCode, findings: Object.fromEntries(findings.map((finding) => [finding['check'], finding])) }
}

test('beside a running sender all is well but what was not configured, and it exits with 0', async () => {
  const sender = await runSender(store)
  const { exitCode, findings } = await examine()
  await sender.stop()
  const seen = Object.entries(findings).map(([check, { status }]) => [check, status])
  expect(Object.fromEntries(seen)).toEqual({
    configuration: 'ok',
    database: 'ok',
    writes: 'ok',
    // The tests' database does not wait for the disk.
    durability: 'warn',
    autovacuum: 'ok',
    connections: 'ok',
    clock: 'ok',
    migrations: 'ok',
    rights: 'ok',
    'encryption key': 'ok',
    partitions: 'ok',
    dispatchers: 'ok',
    outbound: 'warn',
    smtp: 'ok',
    jwks: 'ok',
    operator: 'warn',
  })
  expect(exitCode).toBe(0)
  expect(findings['dispatchers']?.['detail']).toMatch(/^1 connected; 0 owed/)
})

test.each<[string, Readonly<Record<string, string>>, string, Row]>([
  [
    'a key that opens nothing',
    { SENDER_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
    'encryption key',
    {
      detail: expect.stringMatching(/^does not open 1 of/),
      remedy: expect.stringContaining('SENDER_ENCRYPTION_KEY'),
    },
  ],
  [
    'a mail server that is not there',
    { SENDER_SMTP_URL: 'smtp://root:hunter2@127.0.0.1:1', SENDER_EMAIL_FROM: 'webhooks@example.com' },
    'smtp',
    { detail: expect.stringContaining('ECONNREFUSED'), remedy: expect.stringContaining('SENDER_SMTP_URL') },
  ],
  [
    'keys of users that nobody serves',
    {
      SENDER_JWT_ISSUER: 'https://login.example.com',
      SENDER_JWT_AUDIENCE: 'webhooks',
      SENDER_JWKS_URL: 'http://127.0.0.1:1/jwks',
    },
    'jwks',
    { remedy: expect.stringContaining('SENDER_JWKS_URL') },
  ],
  [
    'a proxy that is not there',
    { SENDER_PROXY_URL: 'http://root:hunter2@127.0.0.1:1' },
    'outbound',
    { detail: expect.stringContaining('127.0.0.1:1'), remedy: expect.stringContaining('SENDER_PROXY_URL') },
  ],
  [
    'a database that is not there',
    { DATABASE_URL: 'postgres://root:hunter2@127.0.0.1:1/x' },
    'database',
    { detail: expect.stringContaining('ECONNREFUSED'), remedy: expect.stringContaining('DATABASE_URL') },
  ],
])('%s fails, with what to do, and exits with 1', async (_name, env, check, says) => {
  const { exitCode, findings } = await examine(env)
  expect(findings[check]).toMatchObject({ status: 'fail', ...says })
  expect(exitCode).toBe(1)
  expect(JSON.stringify(findings)).not.toContain('hunter2')
})

test('what is late while no dispatcher is connected fails', async () => {
  const { id } = await store.subscribe({ events: ['scan.failed'] })
  await store.owe(id, 1)
  await store.query(`update webhooks.owed_delivery set due_at = now() - interval '5 minutes'`)
  expect((await examine()).findings['dispatchers']).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^none is connected; 1 owed, the oldest due for 30\d s$/),
  })
  await store.query('delete from webhooks.owed_delivery')
})

test('services that answer are well', async () => {
  const mail = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] })
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
  const mailAddress = mail.server.address()
  const keys = createServer((_request, response) => response.end('{"keys":[{"kty":"OKP"}]}'))
  keys.listen(0, '127.0.0.1')
  await once(keys, 'listening')
  const keysAddress = keys.address()
  const { findings } = await examine({
    SENDER_SMTP_URL: `smtp://127.0.0.1:${typeof mailAddress === 'object' ? mailAddress?.port : ''}`,
    SENDER_EMAIL_FROM: 'webhooks@example.com',
    SENDER_EMAIL_TO: 'ops@example.com',
    SENDER_JWT_ISSUER: 'https://login.example.com',
    SENDER_JWT_AUDIENCE: 'webhooks',
    SENDER_JWKS_URL: `http://127.0.0.1:${typeof keysAddress === 'object' ? keysAddress?.port : ''}/`,
  })
  await new Promise<void>((resolve) => mail.close(() => resolve()))
  keys.close()
  expect(findings).toMatchObject({
    smtp: { status: 'ok' },
    jwks: { status: 'ok', detail: '1 keys' },
    operator: { status: 'ok', detail: 'is told of disabled subscriptions by e-mail' },
  })
})

test('every problem of the configuration is a finding of its own', async () => {
  const { exitCode, stdout, stderr } = await doctor({ SENDER_PORT: 'http', SENDER_BOGUS: '1' })
  expect([exitCode, stderr]).toEqual([1, ''])
  expect(stdout.split('\n').map((line) => line.split('\t').slice(0, 3))).toEqual([
    ['fail', 'configuration', expect.stringMatching(/^SENDER_PORT must be/)],
    ['fail', 'configuration', 'SENDER_BOGUS is not a setting'],
    [''],
  ])
})

test.skipIf(process.platform === 'win32').each([
  { env: {}, isColored: true },
  { env: { NO_COLOR: '1' }, isColored: false },
])('on a terminal it is a table, colored: $isColored with $env', async ({ env, isColored }) => {
  const { stdout } = await runCliOnTerminal(['doctor', ...noWayOut], {
    env: { ...settingsOf(store), ...env, TERM: 'xterm' },
  })
  expect(stdout).toMatch(/ok .*configuration {3}all settings are valid\s+.*ok .*database {8}PostgreSQL/)
  expect(stdout).toMatch(/→ Set SENDER_OPERATOR_WEBHOOK_URL/)
  expect(stdout.includes('\u001B[')).toBe(isColored)
})
