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
      secret: 'your-secret',
      secrets: [{ hint: '…', expires_at: null }],
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
    expect(got.secrets).toEqual([{ hint: '…ytes', created_at: created.created_at, expires_at: null }])
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
    { name: 'prefixes', selectors: ['compliance.*', 'scan.*', 'scan.failed'] },
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
    {
      name: 'a pattern that matches nothing',
      json: { url, events: ['scans.*'] },
      errors: [['/events/0', 'invalid_value']],
    },
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
      name: 'a text as a header',
      json: { url, events, headers: 'x: y' },
      errors: [['/headers', 'invalid_type']],
    },
    {
      name: 'headers that cannot be sent',
      json: {
        url,
        events,
        headers: {
          host: 'x',
          'X-A': 'ok',
          'x-a': 'again',
          'x y': 'z',
          'x/~': '',
          'Webhook-Id': '1',
          'x-b': 'ü',
        },
      },
      errors: [
        ['/headers/host', 'header_reserved'],
        ['/headers/x-a', 'header_duplicate'],
        ['/headers/x y', 'header_name_invalid'],
        ['/headers/x~1~0', 'header_name_invalid'],
        ['/headers/Webhook-Id', 'header_reserved'],
        ['/headers/x-b', 'header_value_invalid'],
      ],
    },
    {
      name: 'a number as the value of a header',
      json: { url, events, headers: { 'x-a': 1 } },
      errors: [['/headers/x-a', 'invalid_type']],
    },
    {
      name: '21 headers',
      json: {
        url,
        events,
        headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, 'a'])),
      },
      errors: [['/headers', 'headers_too_many']],
    },
    {
      name: 'a long description',
      json: { url, events, description: 'x'.repeat(501) },
      errors: [['/description', 'too_long']],
    },
    {
      name: 'a timeout of 0.9 s',
      json: { url, events, timeout_ms: 900 },
      errors: [['/timeout_ms', 'too_small']],
    },
    {
      name: 'a timeout of 31 s',
      json: { url, events, timeout_ms: 31_000 },
      errors: [['/timeout_ms', 'too_big']],
    },
    {
      name: 'a broken timeout',
      json: { url, events, timeout_ms: 1500.5 },
      errors: [['/timeout_ms', 'invalid_type']],
    },
    {
      name: 'an order of yes',
      json: { url, events, is_ordered: 'yes' },
      errors: [['/is_ordered', 'invalid_type']],
    },
    {
      name: 'something else than an e-mail address',
      json: { url, events, contact_email: 'Jo <jo@example.com>' },
      errors: [['/contact_email', 'invalid_format']],
    },
    {
      name: 'an e-mail address with a line break',
      json: { url, events, contact_email: 'jo@example.com\r\nbcc: all@example.com' },
      errors: [['/contact_email', 'invalid_format']],
    },
    {
      name: 'disabled as a state',
      json: { url, events, state: 'disabled' },
      errors: [['/state', 'invalid_value']],
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

describe('filters of the list', () => {
  let own: TestApi
  let ids: Readonly<Record<string, string>>

  beforeAll(async () => {
    own = await startApi()
    const made: Record<string, string> = {}
    const wanted = {
      scans: { url: 'https://scans.example/Hook', events: ['scan.*'] },
      all: { url: 'https://all.example/100%25_x', events: ['*'] },
      paused: { url: 'https://scans.example/paused', events: ['evidence.uploaded'], state: 'paused' },
    }
    for (const [name, json] of Object.entries(wanted)) {
      made[name] = (await own.call('POST', '/api/webhooks', { key: own.keys.admin, json })).body.id
    }
    ids = made
  })
  afterAll(() => own.close())

  it.each([
    ['?state=paused', ['paused']],
    ['?state=active', ['all', 'scans']],
    ['?state=disabled', []],
    ['?event=scan.failed', ['all', 'scans']],
    ['?event=evidence.uploaded', ['paused', 'all']],
    ['?event=never.heard', ['all']],
    ['?url=SCANS.example', ['paused', 'scans']],
    ['?url=/hook', ['scans']],
    ['?url=%25', ['all']],
    ['?url=_x', ['all']],
    ['?url=scans&state=active&event=scan.completed', ['scans']],
  ])('%s finds %j', async (query, names) => {
    const { body } = await own.call('GET', `/api/webhooks${query}`, { key: own.keys.member })
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(names.map((name) => ids[name]))
  })

  it.each([
    ['?state=degraded', '/state'],
    ['?event=scan.*', '/event'],
    ['?url=', '/url'],
    ['?url=a&url=b', '/url'],
    ['?name=a', '/name'],
  ])('refuse %s', async (query, path) => {
    const { status, body } = await own.call('GET', `/api/webhooks${query}`, { key: own.keys.member })
    expect([status, body.errors?.[0]?.path]).toEqual([422, path])
  })
})

describe('a subscription with everything', () => {
  const everything = {
    url: 'https://example.com/everything',
    events: ['compliance.*'],
    secret,
    description: 'Opens tickets 🎫',
    headers: { Authorization: 'Bearer very-secret', 'X-Team': 'security' },
    timeout_ms: 5000,
    is_ordered: true,
    contact_email: 'oncall@example.com',
    state: 'paused',
  }

  it('is answered as it was asked for, with credentials masked', async () => {
    const { status, body } = await create(everything)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...everything,
      headers: { authorization: '********', 'x-team': 'security' },
      state_reason: 'requested',
      backlog: { count: 0, is_exact: true },
      version: 1,
      warnings: [],
    })
  })

  it('is refused with a masked credential, which was copied from an answer', async () => {
    const { body } = await create(everything)
    const { status, body: refused } = await create({
      url: everything.url,
      events: ['*'],
      headers: body.headers,
    })
    expect([status, refused.errors]).toEqual([
      422,
      [{ path: '/headers/authorization', code: 'header_value_masked', detail: expect.any(String) }],
    ])
  })

  it('shows its credentials to nobody, neither in answers nor in the database nor in the audit log', async () => {
    const { body } = await create(everything)
    const answers = [
      await api.call('GET', `/api/webhooks/${body.id}`, { key: api.keys.admin }),
      await api.call('GET', '/api/webhooks?limit=100', { key: api.keys.member }),
    ]
    const { rows } = await api.database.pool.query(
      `select s::text, k::text, (select string_agg(a::text, '') from webhooks.audit_entry a) as audit
       from webhooks.subscription s join webhooks.subscription_secret k on k.subscription_id = s.id where s.id = $1`,
      [body.id],
    )
    const text = JSON.stringify([answers.map((answer) => answer.text), rows])
    expect(text).toContain(body.id)
    expect(text).not.toContain('very-secret')
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from('very-secret').toString('hex'))
  })

  it('is recorded in the audit log with who made it', async () => {
    const { body } = await create(everything)
    const { rows } = await api.database.pool.query(
      'select actor, action, details from webhooks.audit_entry where target = $1',
      [`subscription:${body.id}`],
    )
    expect(rows).toEqual([
      {
        actor: expect.stringMatching(/^key:[0-9a-f-]{36}$/),
        action: 'subscription.created',
        details: expect.any(String),
      },
    ])
    expect(JSON.parse(rows[0].details)).toEqual({
      url: everything.url,
      events: everything.events,
      description: everything.description,
      headers: ['authorization', 'x-team'],
      timeout_ms: 5000,
      is_ordered: true,
      contact_email: 'oncall@example.com',
      state: 'paused',
    })
  })
})

it('says which pattern was probably meant', async () => {
  const { body } = await create({ url, events: ['compliance.control_fail'] })
  expect(body.errors[0].detail).toContain('compliance.control_failed')
})

it('an account has no more subscriptions than it may, also when they are created at once', async () => {
  const own = await startApi({ maxSubscriptions: 3 })
  const json = { url, events }
  const made = await Promise.all(
    Array.from({ length: 8 }, () => own.call('POST', '/api/webhooks', { key: own.keys.admin, json })),
  )
  const refused = made.filter(({ status }) => status !== 201)
  expect(refused.map(({ status, body }) => [status, body.code, body.limit])).toEqual(
    Array.from({ length: 5 }, () => [409, 'subscription_limit_reached', 3]),
  )
  const first = made.find(({ status }) => status === 201)
  await own.call('DELETE', `/api/webhooks/${first?.body.id}`, { key: own.keys.admin })
  const { status } = await own.call('POST', '/api/webhooks', { key: own.keys.admin, json })
  const other = await own.call('POST', '/api/webhooks', { key: own.otherKeys.admin, json })
  await own.close()
  expect([status, other.status]).toEqual([201, 201])
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
