import { generateSecret } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const HOUR_MS = 3_600_000

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function create(secret?: string): Promise<string> {
  const json = { url: 'https://example.com/', events: ['*'], ...(secret && { secret }) }
  return (await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })).body.id
}

async function rotate(
  id: string,
  json?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return await api.call('POST', `/api/webhooks/${id}/rotate-secret`, { key: api.keys.admin, json, headers })
}

/** In how many hours each secret expires. */
function hoursLeft({ body }: Answer): readonly (number | null)[] {
  return body.secrets.map(({ expires_at: at }: { expires_at: string | null }) =>
    at === null ? null : Math.round((Date.parse(at) - Date.now()) / HOUR_MS),
  )
}

describe('POST /api/webhooks/{id}/rotate-secret', () => {
  it('without a body makes a secret, and lets the old one sign for a day more', async () => {
    const id = await create()
    const answer = await rotate(id)
    expect([answer.status, answer.body.version]).toEqual([200, 2])
    expect(answer.body.secret).toMatch(/^whsec_/)
    expect(answer.headers.get('etag')).toMatch(/^"2-/)
    expect(hoursLeft(answer)).toEqual([null, 24])
    expect(answer.body.warnings).toEqual([
      { code: 'receiver_unprepared', path: '/secret', detail: expect.any(String) },
    ])
  })

  it('never lets a secret sign longer than it would have', async () => {
    const id = await create()
    await rotate(id, { overlap_seconds: 3600 })
    expect(hoursLeft(await rotate(id, { overlap_seconds: 7 * 24 * 3600 }))).toEqual([null, 168, 1])
    expect(hoursLeft(await rotate(id, { overlap_seconds: 2 * 3600 }))).toEqual([null, 2, 2, 1])
  })

  it('ends all old secrets at once when one of them has leaked', async () => {
    const id = await create()
    await rotate(id)
    expect(hoursLeft(await rotate(id, { overlap_seconds: 0 }))).toEqual([null])
  })

  it.each([
    { overlap: 0, left: [null] },
    { overlap: 3600, left: [null, 1] },
    { overlap: 48 * 3600, left: [null, 24] },
  ])('of the newest secret again leaves it, and the others $overlap seconds at most', async (example) => {
    const id = await create('the first one')
    await rotate(id, { secret: 'the second one' })
    const answer = await rotate(id, { secret: 'the second one', overlap_seconds: example.overlap })
    expect([answer.status, answer.body.secret, answer.body.version]).toEqual([200, 'the second one', 3])
    expect(hoursLeft(answer)).toEqual(example.left)
    const { rows } = await api.database.pool.query(
      `select details::json ->> 'overlap_seconds' as seconds from webhooks.audit_entry
       where target = $1 and action = 'subscription.secret_rotated' order by number desc limit 1`,
      [`subscription:${id}`],
    )
    expect(rows).toEqual([{ seconds: String(example.overlap) }])
  })

  it('lets five sign at once and no more', async () => {
    const id = await create()
    for (let count = 2; count <= 5; count += 1) {
      expect((await rotate(id, { overlap_seconds: 3600 })).body.secrets).toHaveLength(count)
    }
    const refused = await rotate(id, { overlap_seconds: 3600 })
    expect([refused.status, refused.body.code, Date.parse(refused.body.free_at) > Date.now()]).toEqual([
      409,
      'secret_limit_reached',
      true,
    ])
    expect(refused.body.detail).toContain('overlap_seconds 0')
    const seconds = Number(refused.headers.get('retry-after'))
    expect([seconds > 3000, seconds <= 3600]).toEqual([true, true])
    expect((await rotate(id, { overlap_seconds: 0 })).body.secrets).toHaveLength(1)
  })

  it('does not count secrets that have expired', async () => {
    const id = await create()
    for (let count = 2; count <= 5; count += 1) await rotate(id)
    await api.database.pool.query(
      'update webhooks.subscription_secret set expires_at = now() where subscription_id = $1 and expires_at is not null',
      [id],
    )
    expect(hoursLeft(await rotate(id))).toEqual([null, 24])
  })

  it('warns of a weak secret, and not of a receiver that was told', async () => {
    const id = await create()
    expect((await rotate(id, { secret: 'your-secret' })).body.warnings).toMatchObject([
      { code: 'secret_short' },
    ])
    expect((await rotate(id, { secret: generateSecret() })).body.warnings).toEqual([])
  })

  it.each<{ name: string; json: unknown; errors: readonly (readonly [path: string, code: string])[] }>([
    { name: 'an empty secret', json: { secret: '' }, errors: [['/secret', 'secret_empty']] },
    { name: 'a quoted secret', json: { secret: '"quoted"' }, errors: [['/secret', 'secret_quoted']] },
    { name: 'no secret', json: { secret: null }, errors: [['/secret', 'invalid_type']] },
    {
      name: 'an overlap of more than a week',
      json: { overlap_seconds: 604_801 },
      errors: [['/overlap_seconds', 'too_big']],
    },
    {
      name: 'an overlap below zero',
      json: { overlap_seconds: -1 },
      errors: [['/overlap_seconds', 'too_small']],
    },
    {
      name: 'an overlap as a text',
      json: { overlap_seconds: '60' },
      errors: [['/overlap_seconds', 'invalid_type']],
    },
    { name: 'a misspelled field', json: { overlap: 60 }, errors: [['/overlap', 'unknown_field']] },
    { name: 'an array', json: [], errors: [['', 'invalid_type']] },
  ])('refuses $name and changes nothing', async ({ json, errors }) => {
    const id = await create('the present one')
    const { status, body } = await rotate(id, json)
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(errors)
    const { body: after } = await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.admin })
    expect([after.version, after.secrets.length]).toEqual([1, 1])
  })

  it('heeds If-Match', async () => {
    const id = await create()
    expect((await rotate(id, {}, { 'if-match': '"2"' })).status).toBe(412)
    expect((await rotate(id, {}, { 'if-match': '"1"' })).status).toBe(200)
  })

  it('is recorded without the secret', async () => {
    const id = await create()
    const { body } = await rotate(id, { overlap_seconds: 60 })
    const { rows } = await api.database.pool.query(
      `select action, details from webhooks.audit_entry where target = $1 order by number`,
      [`subscription:${id}`],
    )
    expect(rows[1]).toEqual({
      action: 'subscription.secret_rotated',
      details: '{"version":2,"overlap_seconds":60}',
    })
    expect(JSON.stringify(rows)).not.toContain(body.secret)
  })

  it('at once by several leaves one newest secret', async () => {
    const id = await create()
    const answers = await Promise.all(Array.from({ length: 4 }, () => rotate(id)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { body } = await api.call('GET', `/api/webhooks/${id}`, { key: api.keys.admin })
    const lasting = body.secrets.filter(({ expires_at: at }: { expires_at: string | null }) => at === null)
    expect([body.version, body.secrets.length, lasting]).toEqual([5, 5, [body.secrets[0]]])
  })
})
