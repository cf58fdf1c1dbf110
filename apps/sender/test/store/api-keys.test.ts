import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roles } from '../../src/store/api-keys.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())

test.each(roles)('a key with the role %s speaks for its account in that role', async (role) => {
  const created = await store.apiKeys.create('acme', role)
  expect(created.key).toMatch(new RegExp(`^cwk_${role}_[A-Za-z0-9_-]{43}$`))
  expect(await store.apiKeys.authenticate(created.key)).toEqual({
    keyId: created.id,
    accountId: store.accountId,
    role,
  })
})

test('no table holds a key, in whole or in part', async () => {
  const { id, key } = await store.apiKeys.create('acme', 'admin')
  const tables = await store.query(
    `select relname as name from pg_class where relnamespace = 'webhooks'::regnamespace and relkind = 'r'`,
  )
  const dumps = await Promise.all(
    tables.map(({ name }) => store.query(`select t::text as line from webhooks.${name} t`)),
  )
  const lines = dumps.flat().map(({ line }) => String(line))
  expect(lines.some((line) => line.includes(id))).toBe(true)
  const random = Buffer.from(key.split('_').slice(2).join('_'), 'base64url')
  for (const readable of [key.slice(10, 20), Buffer.from(key).toString('hex'), random.toString('hex')])
    expect(lines.filter((line) => line.includes(readable))).toEqual([])
  const [row] = await store.query('select key_hash from webhooks.api_key where id = $1', [id])
  expect(row?.['key_hash']).toEqual(createHash('sha256').update(key).digest())
})

test('a revoked key is nobody’s', async () => {
  const { id, key } = await store.apiKeys.create('acme', 'admin')
  await store.query('update webhooks.api_key set revoked_at = now() where id = $1', [id])
  expect(await store.apiKeys.authenticate(key)).toBeUndefined()
})

test.each(['', 'cwk_admin_', 'x'.repeat(10_000), 'cwk_admin_\0', "' or true --", 'ключ'])(
  'the key %j, which was never made, is nobody’s',
  async (key) => {
    expect(await store.apiKeys.authenticate(key)).toBeUndefined()
  },
)

test('a key in other letter case or with more at its end is nobody’s', async () => {
  const { key } = await store.apiKeys.create('acme', 'admin')
  expect(await store.apiKeys.authenticate(key.toUpperCase())).toBeUndefined()
  expect(await store.apiKeys.authenticate(`${key} `)).toBeUndefined()
})

test('keys made at once for a new account share one account', async () => {
  const created = await Promise.all(
    Array.from({ length: 20 }, () => store.apiKeys.create('globex', 'publisher')),
  )
  expect(new Set(created.map(({ accountId }) => accountId)).size).toBe(1)
  expect(new Set(created.map(({ key }) => key)).size).toBe(20)
  expect(await store.apiKeys.findAccount('globex')).toBe(created[0]?.accountId)
})

test('an account that no key was made for is not found', async () => {
  expect(await store.apiKeys.findAccount('initech')).toBeUndefined()
})
