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
      key: expect.stringMatching(/^cwk_admin_/),
    },
  ])
  expect(await store.apiKeys.authenticate(created.key)).toMatchObject({ keyId: created.id })
})

test.concurrent('sender keys create says on a terminal whose key it is and that it is shown once', async () => {
  const { exitCode, stdout } = await runCliOnTerminal(['keys', 'create', '--role', 'member'], options)
  expect(exitCode).toBe(0)
  expect(stdout.replaceAll('\r', '')).toMatch(
    /^cwk_member_[\w-]{43}\n\nA key with the role member for the account default\. It is stored as a hash and cannot be shown again\.\n$/,
  )
})

test.concurrent('an account name that no account may have is refused, and exits with 2', async () => {
  const result = await runCli(['keys', 'create', '--role', 'admin', '--account', 'x'.repeat(201)], options)
  expect(result).toEqual({ exitCode: 2, stdout: '', stderr: '--account: Expected 1 to 200 characters.\n' })
})
