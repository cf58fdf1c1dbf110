import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CliOptions, runCli, runCliOnTerminal } from '../support/cli.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 60_000 })

let store: TestStore
let options: CliOptions
beforeAll(async () => {
  store = await openTestStore()
  options = {
    env: {
      DATABASE_URL: store.connectionString,
      SENDER_ENCRYPTION_KEY: Buffer.from(store.encryptionKey).toString('base64'),
    },
  }
})
afterAll(() => store.close())

test.concurrent('sender keys create prints the key alone where stdout is piped, and the key works', async () => {
  const { exitCode, stdout, stderr } = await runCli(
    ['keys', 'create', '--role', 'publisher', '--account', 'acme'],
    options,
  )
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^cwk_publisher_[\w-]{43}\n$/)
  expect(await store.apiKeys.authenticate(stdout.trimEnd())).toMatchObject({
    accountId: store.accountId,
    role: 'publisher',
  })
})

test.concurrent('sender keys create --json prints one object, and makes the account that there is not yet', async () => {
  const account = 'Ünïcödé & "Söhne"'
  const { exitCode, stdout } = await runCli(
    ['keys', 'create', '--role', 'admin', '--account', account, '--json'],
    options,
  )
  const created = JSON.parse(stdout)
  expect([exitCode, created]).toEqual([
    0,
    {
      id: expect.any(String),
      account_id: await store.apiKeys.findAccount(account),
      account,
      role: 'admin',
      name: '',
      key: expect.stringMatching(/^cwk_admin_/),
    },
  ])
  expect(await store.apiKeys.authenticate(created.key)).toMatchObject({ actor: `key:${created.id}` })
})

test.concurrent('sender keys create says on a terminal whose key it is and that it is shown once', async () => {
  const { exitCode, stdout } = await runCliOnTerminal(
    ['keys', 'create', '--role', 'member', '--account', 'umbrella'],
    options,
  )
  expect(exitCode).toBe(0)
  expect(stdout.replaceAll('\r', '')).toMatch(
    /^cwk_member_[\w-]{43}\n\nA key with the role member for the account umbrella\. It is stored as a hash and cannot be shown again\.\n$/,
  )
})

test.concurrent('an account name that no account may have is refused, and exits with 2', async () => {
  const result = await runCli(['keys', 'create', '--role', 'admin', '--account', 'x'.repeat(201)], options)
  expect(result).toEqual({ exitCode: 2, stdout: '', stderr: '--account: Expected 1 to 200 characters.\n' })
})

test.concurrent('a key is made, listed and revoked, each by the account that it is of', async () => {
  const account = ['--account', 'initech']
  const made = await runCli(
    ['keys', 'create', '--role', 'member', '--name', 'night\tshift', ...account],
    options,
  )
  const listed = await runCli(['keys', 'list', ...account, '--json'], options)
  const [{ id }] = JSON.parse(listed.stdout)
  expect(JSON.parse(listed.stdout)).toEqual([
    {
      id,
      account_id: await store.apiKeys.findAccount('initech'),
      role: 'member',
      name: 'night\tshift',
      created_at: expect.any(String),
      revoked_at: null,
    },
  ])
  const elsewhere = await runCli(['keys', 'revoke', id], options)
  expect(elsewhere).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^There is no account default/),
  })
  const revoked = await runCli(['keys', 'revoke', id, ...account, '--json'], options)
  expect(JSON.parse(revoked.stdout)).toEqual({
    id,
    role: 'member',
    name: 'night\tshift',
    revoked_at: expect.any(String),
  })
  expect(await store.apiKeys.authenticate(made.stdout.trimEnd())).toBeUndefined()
  const { stdout } = await runCli(['keys', 'list', ...account], options)
  expect(stdout.split('\t')).toEqual([
    id,
    'member',
    expect.stringMatching(/Z$/),
    JSON.parse(revoked.stdout).revoked_at,
    'night shift\n',
  ])
})

test.concurrent('revoking a key ends the sessions that were begun with it', async () => {
  const { id, key } = await store.apiKeys.create('globex', 'admin')
  const principal = await store.apiKeys.authenticate(key)
  const { token } = await store.sessions.begin(principal!)
  expect(await store.sessions.find(token)).toMatchObject({ principal })
  const { exitCode } = await runCli(['keys', 'revoke', id, '--account', 'globex'], options)
  expect([exitCode, await store.sessions.find(token)]).toEqual([0, undefined])
})

test.concurrent('keys are listed on a terminal under the names of the columns', async () => {
  const { id } = await store.apiKeys.create('massive-dynamic', 'publisher', 'scanner')
  const { stdout } = await runCliOnTerminal(['keys', 'list', '--account', 'massive-dynamic'], options)
  expect(stdout.replaceAll('\r', '').split('\n')).toEqual([
    expect.stringMatching(/^ID +ROLE +CREATED +REVOKED +NAME$/),
    expect.stringMatching(new RegExp(`^${id}  publisher  \\S+Z  -        scanner$`)),
    '',
  ])
})

test.concurrent('revoking by the key itself is refused without repeating it', async () => {
  const { key } = await store.apiKeys.create('hooli', 'admin')
  const { exitCode, stderr } = await runCli(['keys', 'revoke', key, '--account', 'hooli'], options)
  expect([exitCode, stderr]).toEqual([
    2,
    '<id>: Expected a UUID, as sender keys list shows it; not the key.\n',
  ])
})
