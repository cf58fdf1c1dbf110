import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const url = 'https://example.com/webhooks'

let api: TestApi
/** What names resolve to; the answers that are repeated must not depend on it. */
let addresses: readonly string[] = ['93.184.215.14']

beforeAll(async () => {
  api = await startApi({ resolveHost: async () => addresses })
})
afterAll(() => api.close())

async function create(key: string, json: object = { url, events: ['*'] }): Promise<Answer> {
  const headers = { 'idempotency-key': key }
  return await api.call('POST', '/api/webhooks', { key: api.keys.admin, json, headers })
}

async function count(): Promise<number> {
  const { rows } = await api.database.pool.query('select count(*)::int as count from webhooks.subscription')
  return rows[0].count
}

function headersOf({ headers }: Answer) {
  return ['location', 'etag', 'idempotency-replayed'].map((name) => headers.get(name))
}

describe('the creation with an Idempotency-Key', () => {
  it('is answered the same again, with the secret', async () => {
    const first = await create('again')
    const second = await create('again')
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toEqual(first.body)
    expect(second.body.secret).toMatch(/^whsec_/)
    const [location, etag, replayed] = headersOf(first)
    expect(replayed).toBeNull()
    expect(headersOf(second)).toEqual([location, etag, 'true'])
  })

  it('is answered the same even when the host does not resolve any more', async () => {
    const first = await create('resolved')
    addresses = ['127.0.0.1']
    const second = await create('resolved')
    addresses = ['93.184.215.14']
    expect(second.body).toEqual(first.body)
  })

  it('is forgotten with the subscription, secret included', async () => {
    const first = await create('forgotten')
    const path = `/api/webhooks/${first.body.id}`
    const rotation = { key: api.keys.admin, json: {}, headers: { 'idempotency-key': 'forgotten-rotation' } }
    expect((await api.call('POST', `${path}/rotate-secret`, rotation)).status).toBe(200)
    await create('kept')
    await api.call('DELETE', path, { key: api.keys.admin })
    const second = await create('forgotten')
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null])
    expect([second.body.id, second.body.secret]).not.toEqual([first.body.id, first.body.secret])
    expect((await api.call('POST', `${path}/rotate-secret`, rotation)).status).toBe(404)
    expect((await create('kept')).headers.get('idempotency-replayed')).toBe('true')
  })

  it('does not mind the order of fields, nor quotes around the key', async () => {
    const first = await create('order', { url, events: ['*'], description: 'a' })
    const second = await create('"order"', { description: 'a', events: ['*'], url })
    expect(second.body).toEqual(first.body)
  })

  it.each([
    ['another URL', { url: `${url}/2`, events: ['*'] }],
    ['other events', { url, events: ['scan.*'] }],
    ['a secret', { url, events: ['*'], secret: 'your-secret' }],
    ['a header', { url, events: ['*'], headers: { 'x-a': '1' } }],
  ])('is refused for %s', async (name, json) => {
    const key = `other-${name.replaceAll(' ', '-')}`
    await create(key)
    const before = await count()
    const { status, body } = await create(key, json)
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await count()).toBe(before)
  })

  it('that was refused can be corrected under the same key', async () => {
    expect((await create('corrected', { url, events: [] })).status).toBe(422)
    addresses = ['127.0.0.1']
    expect((await create('corrected')).status).toBe(422)
    addresses = ['93.184.215.14']
    expect((await create('corrected')).status).toBe(201)
  })

  it('of two accounts is not the same', async () => {
    const first = await create('shared')
    const other = await api.call('POST', '/api/webhooks', {
      key: api.otherKeys.admin,
      json: { url, events: ['*'] },
      headers: { 'idempotency-key': 'shared' },
    })
    expect([other.status, other.body.id === first.body.id]).toEqual([201, false])
  })

  it.each([' ', 'two words', 'x'.repeat(256), 'ü', '"open', '"a"b"'])('refuses the key %j', async (key) => {
    const before = await count()
    const answer = await create(key)
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_request'])
    expect(await count()).toBe(before)
  })

  it.each(['x', 'x'.repeat(255), '"with-\\"-and-\\\\"', '!#$%&()*+,-./:;<=>?@[]^_`{|}~'])(
    'takes the key %j',
    async (key) => {
      expect((await create(key)).status).toBe(201)
    },
  )

  it('makes one subscription of twenty requests at once, twenty times', async () => {
    for (let round = 0; round < 20; round += 1) {
      const before = await count()
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(`race-${round}`)))
      const made = answers.filter(({ status }) => status === 201)
      expect(new Set(made.map(({ text }) => text)).size).toBe(1)
      for (const { status, body, headers } of answers.filter((answer) => !made.includes(answer))) {
        expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'idempotency_key_in_use', '1'])
      }
      expect(await count()).toBe(before + 1)
    }
  })
})

describe('a rotation with an Idempotency-Key', () => {
  it('happens once, and is answered with the same secret again', async () => {
    const { body } = await create('rotated')
    const headers = { 'idempotency-key': 'rotation' }
    const call = { key: api.keys.admin, headers, json: { overlap_seconds: 60 } }
    const path = `/api/webhooks/${body.id}/rotate-secret`
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.call('POST', path, call)))
    const last = await api.call('POST', path, call)
    const made = [...answers, last].filter(({ status }) => status === 200)
    expect(last.headers.get('idempotency-replayed')).toBe('true')
    expect(new Set(made.map(({ text }) => text)).size).toBe(1)
    const { body: after } = await api.call('GET', `/api/webhooks/${body.id}`, { key: api.keys.admin })
    expect([after.version, after.secrets.length]).toEqual([2, 2])
  })

  it('and a key of another operation is refused', async () => {
    const { body } = await create('first-use')
    const { status } = await api.call('POST', `/api/webhooks/${body.id}/rotate-secret`, {
      key: api.keys.admin,
      headers: { 'idempotency-key': 'first-use' },
      json: {},
    })
    expect(status).toBe(422)
  })
})
