import { randomUUID } from 'node:crypto'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenApi, readOpenApi } from './support/contract.ts'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
let document: OpenApi
/** A subscription that each test may do anything to. */
let id: string

beforeAll(async () => {
  api = await startApi()
  document = await readOpenApi(api.origin)
})
afterAll(() => api.close())
beforeEach(async () => {
  const answer = await call('POST', '/api/webhooks', { url: 'https://example.com/hook', events: ['*'] })
  id = answer.body.id
})

function call(method: string, path: string, json?: unknown, headers: Readonly<Record<string, string>> = {}) {
  return api.call(method, path, { key: api.keys.admin, headers, ...(json !== undefined && { json }) })
}

type Run = () => Promise<{ readonly status: number }>

/** Prepares each administrative operation, to be carried out once; one that is missing here fails a test. */
const operations: Readonly<Record<string, () => Promise<Run> | Run>> = {
  createSubscription: () => () =>
    call('POST', '/api/webhooks', {
      url: 'https://example.com/new',
      events: ['*'],
      secret: 'do not record me',
      headers: { authorization: 'Bearer do not record me' },
    }),
  changeSubscription: () => () => call('PATCH', `/api/webhooks/${id}`, { description: 'changed' }),
  deleteSubscription: () => () => call('DELETE', `/api/webhooks/${id}`),
  pauseSubscription: () => () => call('POST', `/api/webhooks/${id}/pause`),
  async resumeSubscription() {
    await setState('paused')
    return () => call('POST', `/api/webhooks/${id}/resume`)
  },
  async enableSubscription() {
    await setState('disabled')
    return () => call('POST', `/api/webhooks/${id}/enable`)
  },
  rotateSecret: () => () =>
    call('POST', `/api/webhooks/${id}/rotate-secret`, { secret: 'do not record me either' }),
  testSubscription: () => () => call('POST', `/api/webhooks/${id}/test`, {}),
  async redeliver() {
    const deliveryId = await publish()
    return () => call('POST', `/api/deliveries/${deliveryId}/redeliver`)
  },
  recover: () => recover,
  async cancelRecoverJob() {
    const { body } = await recover()
    return () => call('POST', `/api/recover-jobs/${body.id}/cancel`)
  },
  createKey: () => () => call('POST', '/api/keys', { role: 'member', name: 'reader' }),
  async revokeKey() {
    const [row] = await rows(
      `select id from webhooks.api_key where role = 'member' and revoked_at is null limit 1`,
    )
    return () => call('DELETE', `/api/keys/${row?.['id']}`)
  },
}

function recover() {
  return call('POST', `/api/webhooks/${id}/recover`, { since: new Date(Date.now() - 60_000).toISOString() })
}

// An owed delivery that has failed, as if a dispatcher had given up.
async function publish(): Promise<string> {
  const json = {
    event: 'scan.completed',
    data: eventCatalog['scan.completed'].example,
    event_id: randomUUID(),
  }
  await api.call('POST', '/api/events', { key: api.keys.publisher, json })
  const [row] = await rows(
    `with done as (delete from webhooks.owed_delivery where subscription_id = '${id}' returning *)
     insert into webhooks.completed_delivery
       (id, account_id, subscription_id, event_key, event_id, event, matched_by, is_test, status, reason, attempt_count,
        failure_count, created_at, completed_at)
     select id, account_id, subscription_id, event_key, event_id, event, matched_by, is_test, 'failed',
       'retries_exhausted', 1, 1, created_at, now() from done
     returning id`,
  )
  return row?.['id']
}

async function setState(state: string): Promise<void> {
  await rows(
    `update webhooks.subscription set state = '${state}', state_reason = 'requested' where id = '${id}'`,
  )
}

async function rows(sql: string) {
  return (await api.database.pool.query(sql)).rows
}

/** A key that no test has revoked. */
async function makeMemberKey(): Promise<string> {
  return (await call('POST', '/api/keys', { role: 'member' })).body.key
}

/** What sends a body and changes nothing. */
const looksOnly: ReadonlySet<string> = new Set(['checkEndpoint'])

/** Operations for administrators only that change something. */
function administrative(): readonly string[] {
  return Object.values(document.paths)
    .flatMap((methods) => Object.entries(methods))
    .filter(([method, { security }]) => {
      return method !== 'get' && security.flatMap((one) => one['api_key'] ?? []).join() === 'admin'
    })
    .map(([, { operationId }]) => operationId)
    .filter((operationId) => !looksOnly.has(operationId))
}

async function entries(): Promise<readonly { readonly number: number }[]> {
  return (await call('GET', '/api/audit?limit=100')).body.data
}

async function numbers(): Promise<ReadonlySet<number>> {
  return new Set((await entries()).map(({ number }) => number))
}

describe('the audit log', () => {
  it('is tried with every operation that only administrators may do and that changes something', () => {
    expect(Object.keys(operations).toSorted()).toEqual(administrative().toSorted())
  })

  it.each(Object.keys(operations).map((operationId) => ({ operationId })))(
    'has exactly one entry more after $operationId, by the key that did it',
    async ({ operationId }) => {
      const run = await operations[operationId]!()
      const before = await numbers()
      const { status } = await run()
      expect([operationId, status < 300]).toEqual([operationId, true])
      const added = (await entries()).filter(({ number }) => !before.has(number))
      const [own] = await rows(`select id from webhooks.api_key where role = 'admin' order by id limit 1`)
      expect(added).toHaveLength(1)
      expect(added[0]).toMatchObject({
        actor: `key:${own?.['id']}`,
        action: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
        target: expect.stringMatching(/^[a-z_]+:[0-9a-f-]{36}$/),
      })
    },
  )

  it('has no entry for what was refused, or changed nothing', async () => {
    const before = await numbers()
    await call('POST', '/api/webhooks', { url: 'http://127.0.0.1/', events: ['*'] })
    await call('POST', '/api/keys', { role: 'owner' })
    await call('DELETE', `/api/keys/${randomUUID()}`)
    await call('DELETE', `/api/webhooks/${randomUUID()}`)
    await api.call('DELETE', `/api/webhooks/${id}`, { key: api.keys.member })
    await api.call('DELETE', `/api/webhooks/${id}`, { key: api.otherKeys.admin })
    expect(await numbers()).toEqual(before)
  })

  it('has an entry for each sign-in and sign-out, by the key that the session is of', async () => {
    const own = { 'sec-fetch-site': 'same-origin' }
    const json = { key: await makeMemberKey() }
    const before = await numbers()
    const { body, headers } = await api.call('POST', '/api/session', { json, headers: own })
    const signedIn = { ...own, cookie: headers.get('set-cookie')?.split(';')[0] ?? '' }
    for (let n = 0; n < 2; n++) await api.call('DELETE', '/api/session', { headers: signedIn })
    const added = (await entries()).filter(({ number }) => !before.has(number))
    const target = expect.stringMatching(/^session:[0-9a-f-]{36}$/)
    const { actor, role, expires_at } = body
    expect(added).toMatchObject([
      { actor, action: 'session.ended', target, details: {} },
      { actor, action: 'session.created', target, details: { role, expires_at } },
    ])
    expect(new Set(added.map((entry) => Reflect.get(entry, 'target'))).size).toBe(1)
    expect(JSON.stringify(added)).not.toContain(signedIn.cookie.split('=')[1])
  })

  it('has no entry for a sign-in that was refused, or the end of a session that had ended', async () => {
    const own = { 'sec-fetch-site': 'same-origin' }
    const { headers } = await api.call('POST', '/api/session', {
      json: { key: api.keys.admin },
      headers: own,
    })
    await rows('update webhooks.session set expires_at = now()')
    const before = await numbers()
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
    await api.call('DELETE', '/api/session', { headers: { ...own, cookie } })
    await api.call('POST', '/api/session', { json: { key: api.keys.publisher }, headers: own })
    await api.call('POST', '/api/session', { json: { key: 'cwk_admin_x' }, headers: own })
    await api.call('POST', '/api/session', { json: { key: api.keys.admin } })
    expect(await numbers()).toEqual(before)
  })

  it('holds no secret', async () => {
    for (const operationId of ['createSubscription', 'rotateSecret']) {
      await (
        await operations[operationId]!()
      )()
    }
    const { body } = await call('POST', '/api/keys', { role: 'admin' })
    const text = JSON.stringify(await rows('select * from webhooks.audit_entry'))
    expect(text).not.toMatch(/do not record me|whsec_|cwk_/)
    expect(text).not.toContain(body.key)
  })
})

describe('GET /api/audit', () => {
  it('lists an account’s own entries, newest first, page by page', async () => {
    const [{ count }] = await rows(
      `select count(*)::int from webhooks.audit_entry join webhooks.account on id = account_id where name = 'acme'`,
    )
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await call('GET', `/api/audit?limit=3${cursor}`)
      seen.push(...body.data.map(({ number }: { number: number }) => number))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => count - index))
    const other = await api.call('GET', '/api/audit', { key: api.otherKeys.admin })
    expect(other.body.data.map(({ action }: { action: string }) => action)).toEqual(
      Array.from({ length: 3 }, () => 'api_key.created'),
    )
  })

  it('is for members too, of one subscription at a time, and not for publishers', async () => {
    await call('POST', `/api/webhooks/${id}/pause`)
    const path = `/api/audit?target=Subscription:${id}`
    const member = await api.call('GET', path, { key: await makeMemberKey() })
    expect(member.body.data).toHaveLength(2)
    expect(member.body).toEqual((await call('GET', path)).body)
    expect((await api.call('GET', path, { key: api.keys.publisher })).status).toBe(403)
  })

  it.each([
    { name: 'everything', query: '' },
    { name: 'a page of everything', query: '?limit=1&cursor=OTk' },
    { name: 'keys', query: `?target=api_key:${randomUUID()}` },
    { name: 'sessions', query: `?target=session:${randomUUID()}` },
    { name: 'something that begins alike', query: `?target=subscriptions:${randomUUID()}` },
  ])('tells members nothing of $name, and says what they may ask for', async ({ query }) => {
    const { status, body } = await api.call('GET', `/api/audit${query}`, { key: await makeMemberKey() })
    expect([status, body.code]).toEqual([403, 'role_forbidden'])
    expect(body.detail).toContain('target=subscription:<id>')
  })

  it('narrows to one target, page by page, however it is spelled', async () => {
    for (const path of ['pause', 'resume', 'pause']) await call('POST', `/api/webhooks/${id}/${path}`)
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await call(
        'GET',
        `/api/audit?target=subscription:${id.toUpperCase()}&limit=2${cursor}`,
      )
      seen.push(...body.data.map(({ action }: { action: string }) => action))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    expect(seen).toEqual([
      'subscription.paused',
      'subscription.resumed',
      'subscription.paused',
      'subscription.created',
    ])
  })

  it.each([
    { name: 'of another account', key: () => api.otherKeys.admin, target: () => `subscription:${id}` },
    { name: 'of another kind', key: () => api.keys.admin, target: () => `api_key:${id}` },
    { name: 'that never was', key: () => api.keys.admin, target: () => `subscription:${randomUUID()}` },
  ])('has no entries of a target $name', async ({ key, target }) => {
    const { status, body } = await api.call('GET', `/api/audit?target=${target()}`, { key: key() })
    expect([status, body]).toEqual([200, { data: [], next_cursor: null }])
  })

  it.each([
    '',
    'subscription',
    'subscription:',
    'subscription:x',
    `:${randomUUID()}`,
    'a%00b',
    `${'a'.repeat(300)}:x`,
  ])('refuses the target %j', async (target) => {
    const { status, body } = await call('GET', `/api/audit?target=${target}`)
    expect([status, body.errors?.[0]?.path]).toEqual([422, '/target'])
  })

  it.each(['x', 'MQ==', 'LTE', '', 'MS41'])('refuses the cursor %j', async (cursor) => {
    const { status, body } = await call('GET', `/api/audit?cursor=${cursor}`)
    expect([status, body.errors?.[0]?.path]).toEqual([422, '/cursor'])
  })
})
