import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

function create(json: unknown, key = api.keys.admin) {
  return api.call('POST', '/api/keys', { key, json })
}

describe('POST /api/keys', () => {
  it.each(['admin', 'member', 'publisher'])(
    'makes a key with the role %s that works, and shows it once',
    async (role) => {
      const { status, body, headers } = await create({ role, name: 'ci' })
      expect([status, body]).toEqual([
        201,
        {
          id: expect.any(String),
          role,
          name: 'ci',
          created_at: expect.any(String),
          revoked_at: null,
          key: expect.stringMatching(new RegExp(`^cwk_${role}_`)),
        },
      ])
      expect(headers.get('location')).toBe(`/api/keys/${body.id}`)
      expect((await api.call('POST', '/api/keys', { key: body.key, json: {} })).status).toBe(
        role === 'admin' ? 422 : 403,
      )
      const list = await api.call('GET', '/api/keys?limit=100', { key: api.keys.admin })
      expect(list.text).toContain(body.id)
      expect(list.text).not.toContain('cwk_')
    },
  )

  it.each([
    [{}, '/role'],
    [{ role: 'owner' }, '/role'],
    [{ role: 'admin', name: 'x'.repeat(201) }, '/name'],
    [{ role: 'admin', account_id: randomUUID() }, '/account_id'],
    [{ role: 'admin', id: randomUUID() }, '/id'],
    [{ role: 'admin', revoked_at: null }, '/revoked_at'],
  ])('refuses %j', async (json, path) => {
    const { status, body } = await create(json)
    expect([status, body.errors[0].path]).toEqual([422, path])
  })
})

describe('DELETE /api/keys/{id}', () => {
  it('revokes a key from the next request on, and says since when, as often as it is asked', async () => {
    const { body: made } = await create({ role: 'member' })
    expect((await api.call('GET', '/api/webhooks', { key: made.key })).status).toBe(200)
    const revoked = await api.call('DELETE', `/api/keys/${made.id}`, { key: api.keys.admin })
    expect([revoked.status, revoked.body.warnings]).toEqual([200, []])
    expect((await api.call('GET', '/api/webhooks', { key: made.key })).status).toBe(401)
    const again = await api.call('DELETE', `/api/keys/${made.id}`, { key: api.keys.admin })
    expect(again.body).toEqual(revoked.body)
  })

  it('lets a caller revoke its own key, with a warning', async () => {
    const { body: made } = await create({ role: 'admin' })
    const { status, body } = await api.call('DELETE', `/api/keys/${made.id}`, { key: made.key })
    expect([status, body.warnings]).toMatchObject([200, [{ code: 'own_key_revoked' }]])
    expect((await api.call('GET', '/api/keys', { key: made.key })).status).toBe(401)
  })

  it('finds no other account’s key', async () => {
    const { body: made } = await create({ role: 'admin' }, api.otherKeys.admin)
    const { status } = await api.call('DELETE', `/api/keys/${made.id}`, { key: api.keys.admin })
    expect(status).toBe(404)
    expect((await api.call('GET', '/api/keys', { key: made.key })).status).toBe(200)
  })
})

it('GET /api/keys lists an account’s own keys, newest first, page by page', async () => {
  const { body: first } = await create({ role: 'member', name: 'first' }, api.otherKeys.admin)
  const { body: second } = await create({ role: 'member', name: 'second' }, api.otherKeys.admin)
  const key = api.otherKeys.admin
  const page = await api.call('GET', '/api/keys?limit=1', { key })
  const next = await api.call('GET', `/api/keys?limit=1&cursor=${page.body.next_cursor}`, { key })
  expect([page.body.data[0].id, next.body.data[0].id]).toEqual([second.id, first.id])
})
