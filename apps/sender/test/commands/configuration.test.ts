import { randomBytes } from 'node:crypto'
import { formatConfigProblems, readConfig } from '@complywise/service'
import { expect, test, vi } from 'vitest'
import { configDefinition } from '../../src/config.ts'
import { runCli } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

const key = randomBytes(32).toString('base64')

test.concurrent.each(['serve', 'keys create --role admin'])(
  'sender %s lists every problem of its configuration at once and exits with 2',
  async (command) => {
    const { exitCode, stdout, stderr } = await runCli(command.split(' '), {
      env: {
        DATABASE_URL: 'mysql://root:hunter2@localhost/x',
        SENDER_ENCRYPTION_KEY: 'aHVudGVyMg==',
        SENDER_PORT: 'http',
        SENDER_ALLOWED_NETWORKS: '10.0.0.0/8,10.0.0.1',
        SENDER_RETRY_FACTOR: '0',
        SENDER_ATTEMPT_TIMEOUT: '5000',
      },
    })
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr.split('\n').filter((line) => /^ {2}\S/.test(line))).toEqual([
      '  DATABASE_URL must start with postgres:// or postgresql://.',
      '  SENDER_ENCRYPTION_KEY must be 32 bytes in base64.',
      '  SENDER_PORT must be a whole number from 0 to 65535, but is "http".',
      '  SENDER_ALLOWED_NETWORKS must be networks in CIDR notation, and 10.0.0.1 is none, but is "10.0.0.0/8,10.0.0.1".',
      '  SENDER_RETRY_FACTOR must be a whole number from 1 to 10, but is "0".',
      '  SENDER_ATTEMPT_TIMEOUT is not a setting.',
    ])
    expect(stderr).not.toMatch(/hunter2|aHVudGVyMg/)
  },
)

function problems(env: Readonly<Record<string, string>>): string {
  const result = readConfig(configDefinition, env)
  return formatConfigProblems(result.kind === 'invalid' ? result.problems : [])
}

test.concurrent.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'a database without a key',
    { DATABASE_URL: 'postgres://localhost/x' },
    /SENDER_ENCRYPTION_KEY is required with DATABASE_URL/,
  ],
  [
    'a retention that is shorter than backlogs are kept',
    { SENDER_RETENTION_DAYS: '6' },
    /SENDER_RETENTION_DAYS is 6, but backlogs are kept for up to 7 days\.\s+Set it to 7 or more, or lower SENDER_BACKLOG_MAX_AGE_MS/,
  ],
  [
    'a retention that is shorter than deliveries are attempted',
    { SENDER_RETRY_MAX_ATTEMPTS: '100' },
    /SENDER_RETENTION_DAYS is 30, but deliveries are attempted for up to 52 days/,
  ],
  [
    'a password that is not encoded',
    { DATABASE_URL: 'postgres://root:hun#ter2@localhost/x', SENDER_ENCRYPTION_KEY: key },
    /DATABASE_URL must be a URL in which special characters of user name and password are percent-encoded/,
  ],
  [
    'a port that is none',
    { DATABASE_URL: 'postgres://root:hunter2@localhost:99999/x', SENDER_ENCRYPTION_KEY: key },
    /DATABASE_URL must be a URL/,
  ],
  [
    'a key with a character of no alphabet',
    { SENDER_ENCRYPTION_KEY: `${key.slice(0, 10)}?${key.slice(10)}` },
    /SENDER_ENCRYPTION_KEY must be 32 bytes in base64/,
  ],
  [
    'a key in hexadecimal digits',
    { SENDER_ENCRYPTION_KEY: Buffer.from(key, 'base64').toString('hex') },
    /SENDER_ENCRYPTION_KEY must be 32 bytes in base64/,
  ],
  [
    'an issuer of tokens without its keys',
    { SENDER_JWT_ISSUER: 'https://login.example', SENDER_JWT_AUDIENCE: 'webhooks' },
    /SENDER_JWKS_URL is missing\.\n +Set SENDER_JWT_ISSUER, SENDER_JWT_AUDIENCE and SENDER_JWKS_URL together/,
  ],
  [
    'keys of tokens that travel in the clear',
    {
      SENDER_JWT_ISSUER: 'https://login.example',
      SENDER_JWT_AUDIENCE: 'webhooks',
      SENDER_JWKS_URL: 'http://login.example/jwks.json',
    },
    /SENDER_JWKS_URL must be an https: URL, or an http: one on this machine/,
  ],
  [
    'one previous key of several that is none',
    { SENDER_PREVIOUS_ENCRYPTION_KEYS: `${key},hunter2` },
    /SENDER_PREVIOUS_ENCRYPTION_KEYS must be keys of 32 bytes in base64/,
  ],
  [
    'a key of the audit log that is none',
    { SENDER_AUDIT_KEY: 'hunter2' },
    /SENDER_AUDIT_KEY must be 32 bytes in base64/,
  ],
  [
    'a proxy that is no network',
    { SENDER_TRUSTED_PROXIES: '10.0.0.0/8,proxy.example' },
    /SENDER_TRUSTED_PROXIES must be networks in CIDR notation, and proxy\.example is none/,
  ],
  [
    'a cap below the first wait',
    { SENDER_RETRY_BASE_MS: '5000', SENDER_RETRY_CAP_MS: '4999' },
    /SENDER_RETRY_CAP_MS is less than SENDER_RETRY_BASE_MS/,
  ],
])('%s is the one problem that is listed', (_name, env, says) => {
  const text = problems(env)
  expect(text).toMatch(/^1 problem with the configuration:/)
  expect(text).toMatch(says)
  expect(text).not.toContain('ter2')
})

test.concurrent.each([
  'postgres://localhost/x',
  'postgresql://root:p%23ss%40w%20rd@[::1]:5433/x?sslmode=disable',
  'postgres://root:with space@localhost/x',
  'postgres:///x?host=/var/run/postgresql',
  'postgres://localhost/x?sslrootcert=/missing.pem',
])('%s is a database', (url) => {
  expect(problems({ DATABASE_URL: url, SENDER_ENCRYPTION_KEY: key })).toBe(formatConfigProblems([]))
})

test.concurrent('a database that cannot be connected to is named with the reason, without its password; exit code 1', async () => {
  const env = { DATABASE_URL: 'postgres://root:hunter2@127.0.0.1:1/x', SENDER_ENCRYPTION_KEY: key }
  expect(await runCli(['keys', 'create', '--role', 'admin'], { env })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'Could not connect to the database 127.0.0.1:1/x: connect ECONNREFUSED 127.0.0.1:1\n',
  })
  const { exitCode, stdout, stderr } = await runCli(['serve'], { env })
  expect([exitCode, stderr]).toEqual([1, ''])
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    level: 'fatal',
    msg: 'could not start',
    err: {
      message: 'Could not connect to the database 127.0.0.1:1/x',
      cause: { message: 'connect ECONNREFUSED 127.0.0.1:1', code: 'ECONNREFUSED' },
    },
  })
  expect(stdout).not.toContain('hunter2')
})
