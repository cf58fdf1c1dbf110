import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transition } from '../../src/domain/transition.ts'
import { recordTransition } from '../../src/store/transitions.ts'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
let id: string
let accountId: string

beforeAll(async () => {
  api = await startApi()
  const created = await api.call('POST', '/api/webhooks', {
    key: api.keys.admin,
    json: { url: 'https://example.com/webhooks', events: ['*'] },
  })
  id = created.body.id
  const { rows } = await api.database.pool.query(
    'select account_id from webhooks.subscription where id = $1',
    [id],
  )
  accountId = rows[0].account_id
  for (const step of steps) {
    await api.database.db
      .transaction()
      .execute((tx) => recordTransition(tx, { accountId, subscriptionId: id, ...step }))
  }
})
afterAll(() => api.close())

const steps: readonly Pick<Transition, 'from' | 'to' | 'reason' | 'actor'>[] = [
  { from: 'active', to: 'degraded', reason: 'repeated_failures', actor: null },
  { from: 'degraded', to: 'active', reason: 'recovered', actor: null },
  { from: 'active', to: 'disabled', reason: 'endpoint_gone', actor: null },
  { from: 'disabled', to: 'active', reason: 'requested', actor: 'key:42' },
]

function list(query = '', key = api.keys.member, of = id) {
  return api.call('GET', `/api/webhooks/${of}/transitions${query}`, { key })
}

test('members read the history of a subscription, newest first', async () => {
  const { status, body } = await list()
  expect(status).toBe(200)
  expect(body.data).toEqual(
    steps.toReversed().map((step) => ({
      ...step,
      id: expect.any(String),
      at: expect.any(String),
      url: 'https://example.com/webhooks',
      consecutive_failures: 0,
      failing_since: null,
      last_outcome: null,
      last_detail: null,
      held_count: 0,
    })),
  )
  expect(body.next_cursor).toBeNull()
})

test('pages follow each other without a gap', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await list(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...body.data.map((transition: { readonly to: string }) => transition.to))
    cursor = body.next_cursor
  }
  expect(seen).toEqual(steps.toReversed().map(({ to }) => to))
})

test('nobody else reads it', async () => {
  expect((await list('', api.keys.publisher)).status).toBe(403)
  expect((await list('', api.otherKeys.admin)).status).toBe(404)
  expect((await list('', api.keys.member, crypto.randomUUID())).status).toBe(404)
})
