import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSecret } from '../../src/store/sealed-secret.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const url = 'https://example.com/webhooks'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function create(json: object = {}): Promise<Answer> {
  return await api.call('POST', '/api/webhooks', {
    key: api.keys.admin,
    json: { url, events: ['*'], ...json },
  })
}

async function patch(
  id: string,
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return await api.call('PATCH', `/api/webhooks/${id}`, { key: api.keys.admin, json, headers })
}

async function get(id: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.member, headers })
}

/** What an administrator is told of the changes of a subscription, oldest first. */
async function audit(id: string) {
  const { rows } = await api.database.pool.query(
    'select action, details from webhooks.audit_entry where target = $1 order by number',
    [`subscription:${id}`],
  )
  return rows.map(({ action, details }) => ({ action, details: JSON.parse(details) }))
}

async function sentHeaders(id: string): Promise<unknown> {
  const { rows } = await api.database.pool.query(
    'select sealed_headers from webhooks.subscription where id = $1',
    [id],
  )
  const sealed = rows[0].sealed_headers
  return sealed === null ? null : JSON.parse(openSecret(sealed, id, api.encryptionKeys))
}

function elevenHeaders(prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`${prefix}-${n}`, 'a']))
}

const full = {
  description: 'first',
  headers: { authorization: 'Bearer abc', 'x-team': 'a', 'x-old': '1' },
  timeout_ms: 5000,
  is_ordered: true,
  contact_email: 'a@example.com',
}

describe('PATCH /api/webhooks/{id}', () => {
  it.each([
    { name: 'the URL', change: { url: 'https://example.org/new' } },
    { name: 'the events', change: { events: ['scan.*', 'evidence.uploaded'] } },
    { name: 'the description', change: { description: 'second' } },
    { name: 'the timeout', change: { timeout_ms: 30_000 } },
    { name: 'the order', change: { is_ordered: false } },
    { name: 'the address', change: { contact_email: 'b@example.com' } },
    {
      name: 'everything at once',
      change: {
        url: 'https://example.org/',
        events: ['*'],
        description: '',
        headers: { authorization: null, 'x-team': null, 'x-old': null },
        timeout_ms: null,
        is_ordered: false,
        contact_email: null,
      },
      expected: { headers: {} },
    },
    {
      name: 'what is null to its default',
      change: { description: null, headers: null, timeout_ms: null, is_ordered: null, contact_email: null },
      expected: { description: '', headers: {}, timeout_ms: null, is_ordered: false, contact_email: null },
    },
  ])('changes $name and nothing else', async ({ change, expected = {} }) => {
    const { body: created } = await create(full)
    const { status, body } = await patch(created.id, change)
    const { secret: _, ...before } = created
    expect(status).toBe(200)
    expect(body).toEqual({
      ...before,
      ...change,
      ...expected,
      health: { ...before.health, is_probing: 'url' in change },
      backlog: 'url' in change ? { count: 0, is_exact: true } : null,
      version: 2,
      updated_at: body.updated_at,
      warnings: [],
    })
    const { warnings: __, ...answer } = body
    expect((await get(created.id)).body).toEqual(answer)
  })

  it('merges headers: sets, removes, keeps the others, and what is sent back as it is shown', async () => {
    const { body: created } = await create(full)
    const changes = {
      'X-Team': 'b',
      'x-old': null,
      'x-new': '2',
      authorization: created.headers.authorization,
    }
    const { body } = await patch(created.id, { headers: changes })
    expect(body.headers).toEqual({ authorization: '********', 'x-team': 'b', 'x-new': '2' })
    expect(await sentHeaders(created.id)).toEqual({
      authorization: 'Bearer abc',
      'x-team': 'b',
      'x-new': '2',
    })
    const { body: again } = await patch(created.id, { headers: { authorization: 'Bearer xyz' } })
    expect(again.headers).toEqual(body.headers)
    expect(await sentHeaders(created.id)).toMatchObject({ authorization: 'Bearer xyz' })
    const entries = await audit(created.id)
    expect(entries.slice(1)).toEqual([
      {
        action: 'subscription.changed',
        details: { version: 2, changed: { headers: { set: ['x-team', 'x-new'], removed: ['x-old'] } } },
      },
      {
        action: 'subscription.changed',
        details: { version: 3, changed: { headers: { set: ['authorization'], removed: [] } } },
      },
    ])
  })

  it('leaves no headers in the database when the last is removed', async () => {
    const { body } = await create({ headers: { 'x-a': '1' } })
    await patch(body.id, { headers: { 'x-a': null } })
    expect(await sentHeaders(body.id)).toBeNull()
  })

  it('refuses headers that are too many together with those that stay', async () => {
    const { body: created } = await create({ headers: elevenHeaders('x') })
    const { status, body } = await patch(created.id, { description: 'no', headers: elevenHeaders('y') })
    expect([status, body.errors]).toEqual([
      422,
      [{ path: '/headers', code: 'headers_too_many', detail: expect.any(String) }],
    ])
    expect((await get(created.id)).body).toMatchObject({ description: '', version: 1 })
  })

  it.each([
    ['an empty patch', {}],
    ['what is there already', { url, events: ['*'], description: '', headers: {}, timeout_ms: null }],
    ['the removal of a header that is not there', { headers: { 'x-none': null } }],
  ])('of %s changes nothing, not even the version', async (_name, change) => {
    const { body: created } = await create()
    const { status, body } = await patch(created.id, change)
    expect([status, body.version, body.updated_at]).toEqual([200, 1, created.updated_at])
    expect(await audit(created.id)).toHaveLength(1)
  })

  it('takes a merge patch by its own media type, which no other route takes', async () => {
    const { body } = await create()
    const headers = { 'content-type': 'application/merge-patch+json' }
    expect((await patch(body.id, { description: 'merged' }, headers)).body.description).toBe('merged')
    const other = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json: { url }, headers })
    expect([other.status, other.body.code]).toEqual([415, 'unsupported_media_type'])
  })

  it.each<{ name: string; json: unknown; errors: readonly (readonly [path: string, code: string])[] }>([
    { name: 'no body', json: undefined, errors: [['', 'required']] },
    { name: 'null', json: null, errors: [['', 'required']] },
    { name: 'an array', json: [{ op: 'replace' }], errors: [['', 'invalid_type']] },
    { name: 'no URL', json: { url: null }, errors: [['/url', 'invalid_type']] },
    { name: 'no events', json: { events: null }, errors: [['/events', 'invalid_type']] },
    { name: 'an empty list of events', json: { events: [] }, errors: [['/events', 'too_few']] },
    {
      name: 'a pattern that matches nothing',
      json: { events: ['scan'] },
      errors: [['/events/0', 'invalid_value']],
    },
    { name: 'another URL', json: { url: 'ftp://example.com' }, errors: [['/url', 'scheme_not_http']] },
    {
      name: 'a forbidden address',
      json: { url: 'http://127.0.0.1/' },
      errors: [['/url', 'address_forbidden']],
    },
    { name: 'a secret', json: { secret: 'new' }, errors: [['/secret', 'unknown_field']] },
    { name: 'a state', json: { state: 'active' }, errors: [['/state', 'unknown_field']] },
    { name: 'its id', json: { id: 'x' }, errors: [['/id', 'unknown_field']] },
    {
      name: 'a reserved header',
      json: { headers: { host: null } },
      errors: [['/headers/host', 'header_reserved']],
    },
    {
      name: 'a mask of nothing',
      json: { headers: { authorization: '********' } },
      errors: [['/headers/authorization', 'header_value_masked']],
    },
    {
      name: 'a header in two cases',
      json: { headers: { 'X-A': '1', 'x-a': null } },
      errors: [['/headers/x-a', 'header_duplicate']],
    },
  ])('refuses $name and changes nothing', async ({ json, errors }) => {
    const { body: created } = await create()
    const { status, body } = await patch(created.id, json)
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(errors)
    expect((await get(created.id)).body.version).toBe(1)
  })

  it.each([
    { json: { state: 'paused' }, says: [/POST to \/pause/] },
    { json: { secret: 'new' }, says: [/POST to \/rotate-secret/] },
    { json: { id: 'x' }, says: [/^There is no field of this name here\.$/] },
  ])('of $json says where else it is changed', async ({ json, says }) => {
    const { body: created } = await create()
    const { body } = await patch(created.id, json)
    expect(body.errors.map(({ detail }: { detail: string }) => detail)).toEqual(
      says.map((pattern) => expect.stringMatching(pattern)),
    )
  })

  it('of the URL forgets the failures of the one before, and takes the warning back', async () => {
    const { body: created } = await create()
    await api.database.pool.query(
      `update webhooks.subscription set consecutive_failures = 12, failing_since = now() - interval '13 hours',
         degraded_at = now() - interval '1 hour', held_until = now() + interval '5 minutes' where id = $1`,
      [created.id],
    )
    const { body: failing } = await get(created.id)
    expect(failing.health).toMatchObject({ consecutive_failures: 12, failures_until_disabled: 8 })
    expect(Date.parse(failing.health.disables_at) - Date.parse(failing.health.failing_since)).toBe(86_400_000)
    const { body } = await patch(created.id, { url: 'http://example.org/' })
    expect(body).toMatchObject({
      health: {
        consecutive_failures: 0,
        failing_since: null,
        degraded_at: null,
        held_until: null,
        disables_at: null,
        failures_until_disabled: null,
        is_probing: true,
      },
      warnings: [{ code: 'url_not_encrypted', path: '/url' }],
    })
    const { rows } = await api.database.pool.query(
      'select from_state, to_state, reason, actor from webhooks.subscription_transition where subscription_id = $1',
      [created.id],
    )
    expect(rows).toEqual([
      {
        from_state: 'degraded',
        to_state: 'active',
        reason: 'requested',
        actor: expect.stringMatching(/^key:/),
      },
    ])
  })

  it.each(['member', 'publisher'] as const)('is not for a %s', async (role) => {
    const { body } = await create()
    const answer = await api.call('PATCH', `/api/webhooks/${body.id}`, { key: api.keys[role], json: {} })
    expect([answer.status, answer.body.code]).toEqual([403, 'role_forbidden'])
  })
})

describe('an ETag', () => {
  it('is the same until something changes, and saves reading it again', async () => {
    const { body, headers } = await create()
    const etag = headers.get('etag') ?? ''
    expect(etag).toMatch(/^"1-[\w-]{16}"$/)
    expect((await get(body.id)).headers.get('etag')).toBe(etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, text } = await get(body.id, { 'if-none-match': known })
      expect([known, status, text]).toEqual([known, 304, ''])
    }
    expect((await get(body.id, { 'if-none-match': '"1"' })).status).toBe(200)
  })

  it('changes with the health of the endpoint, which does not keep anybody from changing it', async () => {
    const { body, headers } = await create()
    const etag = headers.get('etag') ?? ''
    await api.database.pool.query('update webhooks.subscription set consecutive_failures = 1 where id = $1', [
      body.id,
    ])
    expect((await get(body.id, { 'if-none-match': etag })).status).toBe(200)
    expect((await patch(body.id, { description: 'new' }, { 'if-match': etag })).status).toBe(200)
  })

  it.each(['"1"', '"1-anything"', '"9", "1"', '*', ' "1" '])(
    'If-Match: %s lets a change of version 1 pass',
    async (tag) => {
      const { body } = await create()
      expect((await patch(body.id, { description: 'new' }, { 'if-match': tag })).status).toBe(200)
    },
  )

  it.each(['"2"', 'W/"1"', '"01x"', '"x"', '"9", "8"'])('If-Match: %s refuses it', async (tag) => {
    const { body } = await create()
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await api.call(method, `/api/webhooks/${body.id}`, {
        key: api.keys.admin,
        headers: { 'if-match': tag },
        ...(method === 'PATCH' && { json: { description: 'new' } }),
      })
      expect([answer.status, answer.body.code, answer.body.version]).toEqual([412, 'precondition_failed', 1])
    }
    expect((await get(body.id)).body.description).toBe('')
  })

  it.each(['1', '"1', 'x, y', ''])('If-Match: %j is malformed', async (tag) => {
    const { body } = await create()
    const answer = await patch(body.id, { description: 'new' }, { 'if-match': tag })
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_request'])
  })

  it('lets one of two that change the same version win, twenty times', async () => {
    const { body } = await create()
    for (let version = 1; version <= 20; version += 1) {
      const { headers } = await get(body.id)
      const match = { 'if-match': headers.get('etag') ?? '' }
      const answers = await Promise.all([
        patch(body.id, { description: `a ${version}` }, match),
        patch(body.id, { timeout_ms: 1000 + version }, match),
      ])
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412])
    }
    const { body: after } = await get(body.id)
    expect(after.version).toBe(21)
    expect(await audit(body.id)).toHaveLength(21)
  })
})

it('changes of different fields at once are all kept', async () => {
  const { body } = await create()
  const changes = [
    { description: 'together' },
    { timeout_ms: 4000 },
    { is_ordered: true },
    { contact_email: 'c@example.com' },
    { events: ['scan.*'] },
    { headers: { 'x-a': '1' } },
    { headers: { 'x-b': '2' } },
  ]
  await Promise.all(changes.map((change) => patch(body.id, change)))
  expect((await get(body.id)).body).toMatchObject({
    ...Object.assign({}, ...changes),
    headers: { 'x-a': '1', 'x-b': '2' },
    version: 8,
  })
})
