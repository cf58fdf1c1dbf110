import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCli } from '../support/cli.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 120_000 })

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
  await store.subscribe()
})
afterAll(() => store.close())

test('a key is changed: refused alone, accepted with the old one beside it, sealed anew, then alone', async () => {
  const newer = randomBytes(32).toString('base64')
  const env = { DATABASE_URL: store.connectionString, SENDER_ENCRYPTION_KEY: newer }
  const older = Buffer.from(store.encryptionKey).toString('base64')
  const both = { ...env, SENDER_PREVIOUS_ENCRYPTION_KEYS: `${randomBytes(32).toString('base64')}, ${older}` }
  const alone = await runCli(['reencrypt'], { env })
  expect(alone).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/SENDER_PREVIOUS_ENCRYPTION_KEYS/),
  })
  const done = await runCli(['reencrypt', '--json'], { env: both })
  expect([done.exitCode, JSON.parse(done.stdout)]).toEqual([0, { resealed: 1, current: 1, others: [] }])
  const again = await runCli(['reencrypt'], { env })
  expect(again).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Sealed 0 anew; 1 open with SENDER_ENCRYPTION_KEY alone\.\nNo secret needs .*: keep them in SENDER_PREVIOUS_AUDIT_KEYS\.\n$/,
    ),
    stderr: '',
  })
  const auditKey = randomBytes(32).toString('base64')
  expect((await runCli(['reencrypt'], { env: { ...env, SENDER_AUDIT_KEY: auditKey } })).stdout).toMatch(
    /\nNothing needs SENDER_PREVIOUS_ENCRYPTION_KEYS any more\.\n$/,
  )
})
