import { inspectSecret } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const url = 'https://example.com/webhooks'
const events = ['scan.completed']
const secret = 'a secret of more than twenty-four bytes'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function create(json: unknown = { url, events }) {
  return await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
}

describe('POST /api/webhooks', () => {
  it("accepts the product page's own example as printed there, and warns of its weak secret", async () => {
    const { status, headers, body } = await create({
      url: 'https://your-endpoint.com/hook',
      events: ['scan.completed'],
      secret: 'your-secret',
    })
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/api/webhooks/${body.id}`)
    expect(body).toMatchObject({
      url: 'https://your-endpoint.com/hook',
      events: ['scan.completed'],
      state: 'active',
      state_reason: null,
      held_until: null,
      secret: 'your-secret',
      secret_hints: ['…'],
      warnings: [{ code: 'secret_short', path: '/secret' }],
    })
  })

  it('generates a strong secret when none is given', async () => {
    const { body } = await create()
    expect(inspectSecret(body.secret)).toEqual({ usable: true, weakness: undefined })
    expect(body.secret).toMatch(/^whsec_/)
    expect(body.warnings).toEqual([])
  })

  it('never shows the secret again, only its last four characters', async () => {
    const { body: created, headers } = await create({ url, events, secret })
    const { body: got, text } = await api.call('GET', headers.get('location') ?? '', { key: api.keys.admin })
    const { text: listed } = await api.call('GET', '/api/webhooks', { key: api.keys.member })
    const { secret: _, warnings: __, ...rest } = created
    expect(got).toEqual(rest)
    expect(got.secret_hints).toEqual(['…ytes'])
    expect(text).not.toContain(secret)
    expect(listed).not.toContain(secret)
  })

  it('stores the URL as the URL standard writes it', async () => {
    const { body } = await create({ url: 'HTTPS://EXAMPLE.com:443/a/../b?q=ü', events })
    expect(body.url).toBe('https://example.com/b?q=%C3%BC')
  })

  it.each([
    { name: 'a wildcard', selectors: ['*'] },
    {
      name: 'several event types',
      selectors: ['scan.failed', 'evidence.uploaded', 'integration.disconnected'],
    },
    { name: 'a wildcard beside a type', selectors: ['*', 'scan.failed'] },
  ])('keeps $name in the order given', async ({ selectors }) => {
    const { body } = await create({ url, events: selectors })
    expect(body.events).toEqual(selectors)
  })

  it.each([
    { name: 'a short secret', json: { url, events, secret: 'short' }, code: 'secret_short', path: '/secret' },
    {
      name: 'a repetitive secret',
      json: { url, events, secret: 'ab'.repeat(20) },
      code: 'secret_repetitive',
      path: '/secret',
    },
    { name: 'http:', json: { url: 'http://example.com', events }, code: 'url_not_encrypted', path: '/url' },
  ])('accepts $name with a warning', async ({ json, code, path }) => {
    const { status, body } = await create(json)
    expect(status).toBe(201)
    expect(body.warnings).toEqual([{ code, path, detail: expect.any(String) }])
  })

  it.each<{ name: string; json: unknown; errors: readonly (readonly [path: string, code: string])[] }>([
    {
      name: 'an empty object',
      json: {},
      errors: [
        ['/url', 'required'],
        ['/events', 'required'],
      ],
    },
    { name: 'null', json: null, errors: [['', 'required']] },
    { name: 'an array', json: [], errors: [['', 'invalid_type']] },
    { name: 'a string', json: 'https://example.com', errors: [['', 'invalid_type']] },
    {
      name: 'wrong types',
      json: { url: 1, events: 'scan.completed', secret: {} },
      errors: [
        ['/url', 'invalid_type'],
        ['/events', 'invalid_type'],
        ['/secret', 'invalid_type'],
      ],
    },
    { name: 'a relative URL', json: { url: '/hook', events }, errors: [['/url', 'not_a_url']] },
    { name: 'an empty URL', json: { url: '', events }, errors: [['/url', 'not_a_url']] },
    {
      name: 'javascript:',
      json: { url: 'javascript:alert(1)', events },
      errors: [['/url', 'scheme_not_http']],
    },
    { name: 'file:', json: { url: 'file:///etc/passwd', events }, errors: [['/url', 'scheme_not_http']] },
    {
      name: 'a password in the URL',
      json: { url: 'https://user:pass@example.com', events },
      errors: [['/url', 'has_credentials']],
    },
    {
      name: 'a fragment',
      json: { url: 'https://example.com/#a', events },
      errors: [['/url', 'has_fragment']],
    },
    {
      name: 'a very long URL',
      json: { url: `https://example.com/${'a'.repeat(2048)}`, events },
      errors: [['/url', 'too_long']],
    },
    { name: 'no event types', json: { url, events: [] }, errors: [['/events', 'too_few']] },
    {
      name: 'an unknown event type',
      json: { url, events: ['scan.completed', 'scan.started'] },
      errors: [['/events/1', 'invalid_value']],
    },
    { name: 'a pattern', json: { url, events: ['scan.*'] }, errors: [['/events/0', 'invalid_value']] },
    {
      name: 'a duplicate event type',
      json: { url, events: ['*', 'scan.failed', '*'] },
      errors: [['/events/2', 'duplicate']],
    },
    { name: 'an empty secret', json: { url, events, secret: '' }, errors: [['/secret', 'secret_empty']] },
    {
      name: 'a secret with a line break',
      json: { url, events, secret: `${secret}\n` },
      errors: [['/secret', 'secret_whitespace']],
    },
    {
      name: 'a quoted secret',
      json: { url, events, secret: `"${secret}"` },
      errors: [['/secret', 'secret_quoted']],
    },
    {
      name: 'whsec_ without base64',
      json: { url, events, secret: 'whsec_not base64' },
      errors: [['/secret', 'secret_not_base64']],
    },
    {
      name: 'a secret of 513 characters',
      json: { url, events, secret: 'abcdefghi'.repeat(57) },
      errors: [['/secret', 'too_long']],
    },
    {
      name: 'a misspelled field',
      json: { url, events, event: ['*'] },
      errors: [['/event', 'unknown_field']],
    },
    {
      name: 'U+0000 in the secret',
      json: { url, events, secret: `${secret}\0` },
      errors: [['/secret', 'nul_character']],
    },
    {
      name: 'U+0000 in the URL',
      json: { url: 'https://exa\0mple.com', events },
      errors: [
        ['/url', 'nul_character'],
        ['/url', 'not_a_url'],
      ],
    },
    {
      name: 'half a surrogate pair in the secret',
      json: { url, events, secret: `${secret}\uD83D` },
      errors: [
        ['/secret', 'lone_surrogate'],
        ['/secret', 'secret_not_unicode'],
      ],
    },
    {
      name: 'everything wrong at once',
      json: { url: 'ftp://example.com', events: ['nope'], secret: ' ', extra: 1 },
      errors: [
        ['/url', 'scheme_not_http'],
        ['/events/0', 'invalid_value'],
        ['/secret', 'secret_whitespace'],
        ['/extra', 'unknown_field'],
      ],
    },
  ])('refuses $name and says where and why', async ({ json, errors }) => {
    const { status, body } = await create(json)
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'validation_failed' })
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(errors)
  })

  it('never repeats a refused secret in its answer', async () => {
    const { text } = await create({ url, events, secret: '"do not repeat me"' })
    expect(text).not.toContain('do not repeat me')
  })
})

describe('an endpoint in a special-purpose network', () => {
  let own: TestApi

  beforeAll(async () => {
    own = await startApi({ resolveHost: async () => ['93.184.215.14', '::1'] })
  })
  afterAll(() => own.close())

  it.each([
    'http://127.0.0.1/',
    'http://localhost:3000/',
    'https://one-of-its-addresses.example/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://10.1.2.3/',
    'http://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'https://[fd00::1]/',
    'https://[64:ff9b::7f00:1]/',
  ])('is refused: %s', async (forbidden) => {
    const { status, body } = await own.call('POST', '/api/webhooks', {
      key: own.keys.admin,
      json: { url: forbidden, events },
    })
    expect(status).toBe(422)
    expect(body.errors).toEqual([{ path: '/url', code: 'address_forbidden', detail: expect.any(String) }])
  })
})

it('an endpoint in an allowed network is accepted', async () => {
  const network = parseNetwork('127.0.0.0/8')
  const own = await startApi({ allowedNetworks: network === undefined ? [] : [network] })
  const call = { key: own.keys.admin, json: { url: 'http://127.0.0.1:3000/webhooks', events } }
  const { status, body } = await own.call('POST', '/api/webhooks', call)
  await own.close()
  expect(status).toBe(201)
  expect(body.warnings).toMatchObject([{ code: 'url_not_encrypted' }])
})

it('an endpoint whose host does not resolve yet is accepted with a warning', async () => {
  const own = await startApi({ resolveHost: () => Promise.reject(new Error('ENOTFOUND')) })
  const { status, body } = await own.call('POST', '/api/webhooks', {
    key: own.keys.admin,
    json: { url, events },
  })
  await own.close()
  expect(status).toBe(201)
  expect(body.warnings).toEqual([{ code: 'host_unresolved', path: '/url', detail: expect.any(String) }])
})

describe('GET /api/webhooks', () => {
  it('gives every subscription exactly once, newest first, while new ones are created between the pages', async () => {
    const own = await startApi()
    const ids: string[] = []
    const add = async () => {
      const { body } = await own.call('POST', '/api/webhooks', { key: own.keys.admin, json: { url, events } })
      ids.unshift(body.id)
    }
    for (let made = 0; made < 7; made += 1) await add()
    const expected = [...ids]
    const seen: string[] = []
    const sizes: number[] = []
    let query = '?limit=2'
    while (query !== '') {
      const { body } = await own.call('GET', `/api/webhooks${query}`, { key: own.keys.member })
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      sizes.push(body.data.length)
      query = body.next_cursor === null ? '' : `?limit=2&cursor=${body.next_cursor}`
      await add()
    }
    await own.close()
    expect(sizes).toEqual([2, 2, 2, 1])
    expect(seen).toEqual(expected)
  })

  it("shows nothing of other accounts'", async () => {
    const { body } = await api.call('GET', '/api/webhooks', { key: api.otherKeys.admin })
    expect(body).toEqual({ data: [], next_cursor: null })
  })
})

describe('DELETE /api/webhooks/{id}', () => {
  it('deletes once, and what was deleted is not found', async () => {
    const { body } = await create()
    const path = `/api/webhooks/${body.id}`
    const statuses = []
    for (const method of ['DELETE', 'DELETE', 'GET']) {
      const answer = await api.call(method, path, { key: api.keys.admin })
      statuses.push([answer.status, answer.body?.code])
    }
    expect(statuses).toEqual([
      [204, undefined],
      [404, 'not_found'],
      [404, 'not_found'],
    ])
    const { text } = await api.call('GET', '/api/webhooks?limit=100', { key: api.keys.admin })
    expect(text).not.toContain(body.id)
  })

  it('does not mind the Content-Type that clients send with every request', async () => {
    const { body } = await create()
    const headers = { 'content-type': 'application/json' }
    const { status } = await api.call('DELETE', `/api/webhooks/${body.id}`, { key: api.keys.admin, headers })
    expect(status).toBe(204)
  })
})

describe('one subscription', () => {
  it.each(['GET', 'DELETE'])('is not found by another account with %s', async (method) => {
    const { body } = await create()
    const answer = await api.call(method, `/api/webhooks/${body.id}`, { key: api.otherKeys.admin })
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
    const { status } = await api.call('GET', `/api/webhooks/${body.id}`, { key: api.keys.admin })
    expect(status).toBe(200)
  })

  it.each(['1', 'null', '%00', '..%2f', "'%20or%201=1", 'a'.repeat(99), 'a'.repeat(101), '🙂'])(
    'is not found by the malformed id %s',
    async (id) => {
      const { status, body } = await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.admin })
      expect([status, body.code]).toEqual([404, 'not_found'])
    },
  )
})
