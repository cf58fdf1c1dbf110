import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { deriveAuditKey } from '../../src/store/audit-chain.ts'
import { runCli } from '../support/cli.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 120_000 })

let store: TestStore
let env: Readonly<Record<string, string>>
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'complywise-audit-'))
  store = await openTestStore()
  env = {
    DATABASE_URL: store.connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
  }
  await store.apiKeys.add(store.accountId, { role: 'member', name: 'Söhne & "Co"\n' }, 'user:mia')
})
afterAll(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

test('an intact log exits with 0 and prints its end, which a later run is held to', async () => {
  const { exitCode, stdout } = await runCli(['verify-audit'], { env })
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^acme: intact, 2 entries\. [\w-]+:2:[0-9a-f]{64}\n$/),
  ])
  const head = stdout.trimEnd().split(' ').at(-1) ?? ''
  expect((await runCli(['verify-audit', '--expect', head], { env })).exitCode).toBe(0)
  const longer = head.replace(':2:', ':3:')
  expect(await runCli(['verify-audit', '--expect', head, '--expect', longer], { env })).toEqual({
    exitCode: 1,
    stdout: 'acme: BROKEN at entry 3. It is missing: the log was longer.\n',
    stderr: '',
  })
  const gone = head.replace(store.accountId, '00000000-0000-7000-8000-000000000042')
  expect((await runCli(['verify-audit', '--expect', gone], { env })).stdout).toMatch(
    /^00000000-0000-7000-8000-000000000042: BROKEN at entry 1/,
  )
})

test('a log that was tampered with exits with 1 and names the entry', async () => {
  const other = await openTestStore()
  await other.query(`update webhooks.audit_entry set actor = 'key:other'`)
  const { exitCode, stdout } = await runCli(['verify-audit', '--account', 'acme', '--json'], {
    env: { ...env, DATABASE_URL: other.connectionString, SENDER_ENCRYPTION_KEY: encode(other.encryptionKey) },
  })
  await other.close()
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    1,
    {
      is_intact: false,
      accounts: [
        {
          account_id: other.accountId,
          account: 'acme',
          entries: 0,
          head: `${other.accountId}:0:${'0'.repeat(64)}`,
          broken: { kind: 'changed', number: 1 },
        },
      ],
    },
  ])
})

test('a log goes on when it is given a key of its own, and when that is changed', async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)].map(encode)
  const own = { ...env, SENDER_AUDIT_KEY: first ?? '' }
  await runCli(['keys', 'create', '--role', 'member', '--account', 'rotating'], { env })
  await runCli(['keys', 'create', '--role', 'member', '--account', 'rotating'], { env: own })
  const changed = { ...env, SENDER_AUDIT_KEY: second ?? '', SENDER_PREVIOUS_AUDIT_KEYS: first ?? '' }
  await runCli(['keys', 'create', '--role', 'member', '--account', 'rotating'], { env: changed })
  const verify = ['verify-audit', '--account', 'rotating']
  expect(await runCli(verify, { env: changed })).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^rotating: intact, 3 entries/),
  })
  expect(await runCli(verify, { env: { ...changed, SENDER_PREVIOUS_AUDIT_KEYS: '' } })).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^rotating: BROKEN at entry 2\./),
  })
})

test('a file is never written over', async () => {
  const path = join(directory, 'twice.jsonl')
  expect((await runCli(['verify-audit', '--account', 'acme', '--export', path], { env })).exitCode).toBe(0)
  expect(await runCli(['verify-audit', '--account', 'acme', '--export', path], { env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `--export: The file ${path} cannot be made (EEXIST).\n`,
  })
})

// What the documentation tells auditors to do without this program.
test('the recipe of docs/security.md recomputes what was exported, with jq and openssl alone', async () => {
  const guide = await readFile(new URL('../../../../docs/security.md', import.meta.url), 'utf8')
  const [, recipe = ''] = /<!-- recipe -->\n\n```sh\n(.*?)```/s.exec(guide) ?? []
  const path = join(directory, 'audit.jsonl')
  await runCli(['verify-audit', '--account', 'acme', '--export', path], { env })
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const expected = lines.map((line): string => JSON.parse(line).hash)
  const run = (script: string) =>
    execFileSync('sh', ['-c', script], {
      cwd: directory,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], SENDER_AUDIT_KEY: encode(store.encryptionKey) },
    })
  expect(run(recipe).trimEnd().split('\n')).toEqual(expected.map((hash) => `${hash} ${hash}`))
  expect(run(`${recipe}\necho $KEY`).trimEnd().split('\n').at(-1)).toBe(
    Buffer.from(deriveAuditKey(store.encryptionKey)).toString('hex'),
  )
})

function encode(key: Uint8Array): string {
  return Buffer.from(key).toString('base64')
}
