import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
    actor: `key:${created.id}`,
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

describe('revoking', () => {
  test('a key makes it nobody’s, and recalls since when', async () => {
    const { id, key } = await store.apiKeys.create('acme', 'admin', 'ci')
    const revoked = await store.apiKeys.revoke(store.accountId, id, 'key:me')
    expect(revoked).toMatchObject({ id, role: 'admin', name: 'ci', revokedAt: expect.any(Date) })
    expect(await store.apiKeys.authenticate(key)).toBeUndefined()
  })

  test('it again changes nothing and is recorded once', async () => {
    const { id } = await store.apiKeys.create('acme', 'admin')
    const first = await store.apiKeys.revoke(store.accountId, id, 'key:me')
    expect(await store.apiKeys.revoke(store.accountId, id, 'key:me')).toEqual(first)
    expect(await entriesOf(id)).toMatchObject([
      { action: 'api_key.created', actor: 'command:keys' },
      { action: 'api_key.revoked', actor: 'key:me' },
    ])
  })

  test('by several at once is recorded once', async () => {
    const { id } = await store.apiKeys.create('acme', 'admin')
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.apiKeys.revoke(store.accountId, id, `key:${n}`)),
    )
    expect(await entriesOf(id)).toHaveLength(2)
  })

  test('another account’s key finds none', async () => {
    const { id, key } = await store.apiKeys.create('globex', 'admin')
    expect(await store.apiKeys.revoke(store.accountId, id, 'key:me')).toBeUndefined()
    expect(await store.apiKeys.authenticate(key)).toBeDefined()
  })
})

test('the keys of an account are listed newest first, page by page, revoked ones and no other account’s included', async () => {
  const { accountId } = await store.apiKeys.create('lister', 'admin', 'first')
  await store.apiKeys.add(accountId, { role: 'member', name: 'second' }, 'key:me')
  const { id } = await store.apiKeys.add(accountId, { role: 'publisher', name: 'third' }, 'key:me')
  await store.apiKeys.revoke(accountId, id, 'key:me')
  const page = await store.apiKeys.list(accountId, { limit: 2 })
  expect(page.items).toMatchObject([
    { name: 'third', revokedAt: expect.any(Date) },
    { name: 'second', revokedAt: null },
  ])
  const rest = await store.apiKeys.list(accountId, { limit: 2, after: page.next! })
  expect([rest.items.map(({ name }) => name), rest.next]).toEqual([['first'], undefined])
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
    Array.from({ length: 20 }, () => store.apiKeys.create('initrode', 'publisher')),
  )
  expect(new Set(created.map(({ accountId }) => accountId)).size).toBe(1)
  expect(new Set(created.map(({ key }) => key)).size).toBe(20)
  expect(await store.apiKeys.findAccount('initrode')).toBe(created[0]?.accountId)
})

test('an account that no key was made for is not found', async () => {
  expect(await store.apiKeys.findAccount('initech')).toBeUndefined()
})

function entriesOf(keyId: string) {
  return store.query('select * from webhooks.audit_entry where target = $1 order by number', [
    `api_key:${keyId}`,
  ])
}
