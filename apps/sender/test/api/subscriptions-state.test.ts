import { eventCatalog } from '@complywise/webhooks'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
/** What dispatchers are told. */
let listener: Client
let notified: string[]

beforeAll(async () => {
  api = await startApi()
  listener = new Client({ connectionString: api.connectionString })
  await listener.connect()
  listener.on('notification', ({ payload = '' }) => notified.push(payload))
  await listener.query('listen webhooks_due')
})
beforeEach(() => {
  notified = []
})
afterAll(async () => {
  await listener.end()
  await api.close()
})

async function create(state = 'active'): Promise<string> {
  const json = { url: 'https://example.com/', events: ['scan.failed'] }
  const { body } = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
  await api.database.pool.query(
    `update webhooks.subscription set state = $2, consecutive_failures = 20, failing_since = now() - interval '1 day',
       degraded_at = case when $2 = 'active' then null else now() end, held_until = now() + interval '1 hour',
       state_reason = case $2 when 'disabled' then 'repeated_failures' when 'paused' then 'requested' end
     where id = $1`,
    [body.id, state],
  )
  return body.id
}

async function ask(
  id: string,
  request: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return await api.call('POST', `/api/webhooks/${id}/${request}`, { key: api.keys.admin, headers })
}

async function transitions(id: string) {
  const { rows } = await api.database.pool.query(
    `select from_state, to_state, reason, actor is not null as has_actor from webhooks.subscription_transition
     where subscription_id = $1 order by id`,
    [id],
  )
  return rows.map(({ from_state: from, to_state: to, reason, has_actor: hasActor }) => [
    from,
    to,
    reason,
    hasActor,
  ])
}

async function actions(id: string) {
  const { rows } = await api.database.pool.query(
    'select action from webhooks.audit_entry where target = $1 order by number',
    [`subscription:${id}`],
  )
  return rows.map(({ action }) => action)
}

describe('what leads from one state to another', () => {
  it.each([
    ['pause', 'active', 'paused', 'requested', 'subscription.paused'],
    ['resume', 'paused', 'active', null, 'subscription.resumed'],
    ['enable', 'disabled', 'active', null, 'subscription.enabled'],
  ])('%s: %s → %s, once', async (request, from, to, reason, action) => {
    const id = await create(from)
    const { status, body, headers } = await ask(id, request)
    expect([status, body.state, body.state_reason, body.version]).toEqual([200, to, reason, 2])
    expect(headers.get('etag')).toMatch(/^"2-/)
    const again = await ask(id, request)
    expect([again.status, again.body]).toEqual([200, body])
    expect(await transitions(id)).toEqual([[from, to, 'requested', true]])
    expect(await actions(id)).toEqual(['subscription.created', action])
  })

  it.each([
    ['pause', 'disabled'],
    ['resume', 'disabled'],
    ['enable', 'paused'],
  ])('%s of one that is %s is refused, and says what to do', async (request, state) => {
    const id = await create(state)
    const { status, body } = await ask(id, request)
    expect([status, body.code, body.state]).toEqual([409, 'state_conflict', state])
    expect(body.detail).toMatch(/POST …\/(enable|resume)/)
    expect([await transitions(id), await actions(id)]).toEqual([[], ['subscription.created']])
  })

  it('of one that its owner was warned about begins at degraded', async () => {
    const id = await create()
    await api.database.pool.query('update webhooks.subscription set degraded_at = now() where id = $1', [id])
    await ask(id, 'pause')
    await ask(id, 'resume')
    expect(await transitions(id)).toEqual([
      ['degraded', 'paused', 'requested', true],
      ['paused', 'active', 'requested', true],
    ])
  })

  it('happens once when it is asked for by many at once', async () => {
    const id = await create('disabled')
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(id, 'enable')))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.version}`))).toEqual(
      new Set(['200 2']),
    )
    expect(await transitions(id)).toHaveLength(1)
  })

  it('is only for administrators, and only for what there is', async () => {
    const id = await create()
    for (const request of ['pause', 'resume', 'enable', 'rotate-secret', 'test']) {
      for (const role of ['member', 'publisher'] as const) {
        const path = `/api/webhooks/${id}/${request}`
        const { status } = await api.call('POST', path, { key: api.keys[role] })
        expect([request, role, status]).toEqual([request, role, 403])
      }
      const path = `/api/webhooks/${id}/${request}`
      const { status, body } = await api.call('POST', path, { key: api.otherKeys.admin })
      expect([request, status, body.code]).toEqual([request, 404, 'not_found'])
    }
  })

  it('heeds If-Match', async () => {
    const id = await create()
    expect((await ask(id, 'pause', { 'if-match': '"7"' })).body.code).toBe('precondition_failed')
    expect((await ask(id, 'pause', { 'if-match': '"1"' })).body.state).toBe('paused')
  })
})

describe('a subscription that is put back to work', () => {
  it.each([
    ['resume', 'paused'],
    ['enable', 'disabled'],
  ])('by %s begins anew with one delivery, and dispatchers are told', async (request, state) => {
    const id = await create(state)
    const { body } = await ask(id, request)
    expect(body.health).toEqual({
      consecutive_failures: 0,
      failing_since: null,
      is_probing: true,
      degraded_at: null,
      held_until: null,
      disables_at: null,
      failures_until_disabled: null,
    })
    await eventually(async () => notified.includes(id))
  })

  it('has kept what was published meanwhile, and shows how much', async () => {
    const id = await create('paused')
    const json = { event: 'scan.failed', data: eventCatalog['scan.failed'].example }
    for (const _ of [1, 2, 3]) {
      const { status } = await api.call('POST', '/api/events', { key: api.keys.publisher, json })
      expect(status).toBe(202)
    }
    const path = `/api/webhooks/${id}`
    const { body: paused } = await api.call('GET', path, { key: api.keys.member })
    const { body: listed } = await api.call('GET', '/api/webhooks?state=paused&limit=1', {
      key: api.keys.member,
    })
    const { body: resumed } = await ask(id, 'resume')
    expect([paused.backlog, listed.data[0].backlog, resumed.backlog]).toEqual(
      Array.from({ length: 3 }, () => ({ count: 3, is_exact: true })),
    )
  })

  it('counts a large backlog only so far', async () => {
    const id = await create('paused')
    await api.database.pool.query(
      `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
       select gen_random_uuid(), account_id, id, id, id, 'scan.failed', now(), now()
       from webhooks.subscription, generate_series(1, 10001) where id = $1`,
      [id],
    )
    const { body } = await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.member })
    expect(body.backlog).toEqual({ count: 10_000, is_exact: false })
  })
})
