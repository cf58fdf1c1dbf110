import { randomBytes } from 'node:crypto'
import { createLogger, readConfig } from '@complywise/service'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configDefinition, type SenderConfig } from '../../src/config.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const logger = createLogger({ name: 'test', level: 'silent' })

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

/** The configuration with the test's database, its URL changed by `edit`, and `key`. */
function config(edit: (url: URL) => void, key: Uint8Array = store.encryptionKey): SenderConfig {
  const url = new URL(store.connectionString)
  edit(url)
  const env = { DATABASE_URL: url.href, SENDER_ENCRYPTION_KEY: Buffer.from(key).toString('base64') }
  const result = readConfig(configDefinition, env)
  if (result.kind === 'invalid') throw new Error('the configuration is invalid')
  return result.config
}

test('a store is open, migrated, and knows its key', async () => {
  const opened = await openStore(
    config(() => undefined),
    'service',
    logger,
  )
  const { rows } = await opened.pool.query('select count(*)::int as count from webhooks.account')
  await opened.close()
  expect(rows).toEqual([{ count: 1 }])
  expect(Buffer.from(opened.encryptionKeys.current)).toEqual(store.encryptionKey)
})

test.each<[string, Partial<URL>, RegExp, RegExp]>([
  ['does not listen', { port: '1', password: 'hunter2' }, /:1\/test_\w+$/, /ECONNREFUSED/],
  [
    'has no address',
    { hostname: 'nowhere.invalid', password: 'hunter2' },
    /nowhere\.invalid:\d+\/test_\w+$/,
    /getaddrinfo/,
  ],
  ['does not know the role', { username: 'nobody', password: 'hunter2' }, /:\d+\/test_\w+$/, /nobody/],
  ['does not exist', { pathname: '/missing' }, /:\d+\/missing$/, /database "missing" does not exist/],
])(
  'a database that %s is named with the reason, without its password',
  async (_name, parts, name, reason) => {
    const changed = config((url) => Object.assign(url, parts))
    const error: unknown = await openStore(changed, 'service', logger).catch((cause: unknown) => cause)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Could not connect to the database /),
      cause: { message: expect.stringMatching(reason) },
    })
    expect(String(error)).toMatch(name)
    expect(String(error)).not.toContain('hunter2')
  },
)

test('a database that cannot hold every character is refused', async () => {
  const name = `${new URL(store.connectionString).pathname.slice(1)}_latin1`
  await store.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`)
  const opening = openStore(
    config((url) => (url.pathname = name)),
    'service',
    logger,
  )
  const error: unknown = await opening.catch((cause: unknown) => cause)
  await store.query(`drop database ${name} with (force)`)
  expect(String(error)).toMatch(
    /^Error: The database \S+_latin1 has the encoding LATIN1\. Use one made with: CREATE DATABASE /,
  )
})

test('a key that is not the one of the stored secrets is refused', async () => {
  await store.subscribe()
  const opening = openStore(
    config(() => undefined, randomBytes(32)),
    'service',
    logger,
  )
  await expect(opening).rejects.toThrow(/^The encryption key does not open the secrets in the database\. /)
})
