import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../src/domain/address.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

const loopback = ['127.0.0.0/8'].map(parseNetwork).filter((network) => network !== undefined)
const endpoint = createServer((_request, response) => response.end('{"status":"processed"}'))

let api: TestApi
let url: string

beforeAll(async () => {
  api = await startApi({ allowedNetworks: loopback })
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
})
afterAll(async () => {
  await api.close()
  endpoint.close()
})

interface Scene {
  readonly subscriptionId: string
  readonly secret: string
  readonly deliveryId: string
  readonly body: string
  /** Of the one attempt. */
  readonly headers: Readonly<Record<string, string>>
}

/** A subscription with a delivery that was attempted once. */
async function createScene(secret: string): Promise<Scene> {
  const { admin } = api.keys
  const created = await api.call('POST', '/api/webhooks', {
    key: admin,
    json: { url, events: ['*'], secret },
  })
  const subscriptionId: string = created.body.id
  const tested = await api.call('POST', `/api/webhooks/${subscriptionId}/test`, {
    key: admin,
    json: { event: 'evidence.uploaded' },
  })
  const { delivery_id: deliveryId, request } = tested.body
  return { subscriptionId, secret, deliveryId, body: request.body, headers: request.headers }
}

async function check(deliveryId: string, json: unknown, key = api.keys.member): Promise<Answer> {
  return await api.call('POST', `/api/deliveries/${deliveryId}/check-signature`, { key, json })
}

async function rotate({ subscriptionId }: Scene, secret: string, overlap = 3600): Promise<void> {
  await api.call('POST', `/api/webhooks/${subscriptionId}/rotate-secret`, {
    key: api.keys.admin,
    json: { secret, overlap_seconds: overlap },
  })
}

function sign(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

const FIRST = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ='
const SECOND = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDfEOdm/AhJDs='

describe('a check of a signature', () => {
  it('knows what an attempt carried, in either header', async () => {
    const { deliveryId, headers, secret, body } = await createScene(FIRST)
    const right = await check(deliveryId, { signature: headers['x-complywise-signature'] })
    const attempt = await check(deliveryId, { signature: headers['webhook-signature'], body })
    expect(right.body).toEqual({
      is_valid: true,
      code: 'valid',
      is_certain: true,
      detail: 'This is the signature of this delivery.',
      remedy: null,
      expected: sign(secret, body),
      body_difference: null,
    })
    expect(attempt.body).toMatchObject({ is_valid: true, code: 'valid_attempt', body_difference: null })
  })

  it('names the mistake, and where a body that is given differs', async () => {
    const { deliveryId, body } = await createScene(FIRST)
    const hashed = JSON.stringify(JSON.parse(body), null, 2)
    const { body: found } = await check(deliveryId, { signature: sign(FIRST, hashed), body: hashed })
    expect(found).toMatchObject({
      is_valid: false,
      code: 'body_reserialized',
      is_certain: true,
      detail: expect.stringContaining('two spaces'),
      remedy: expect.stringContaining('before anything parses'),
      body_difference: {
        offset: 1,
        sent_bytes: Buffer.byteLength(body),
        received_bytes: Buffer.byteLength(hashed),
        detail: expect.stringContaining('At byte 1'),
      },
    })
  })

  it('knows the secrets before the last rotation', async () => {
    const scene = await createScene(FIRST)
    const { deliveryId, body } = scene
    await rotate(scene, SECOND)
    const old = await check(deliveryId, { signature: sign(FIRST, body) })
    const newest = await check(deliveryId, { signature: sign(SECOND, body) })
    const decoded = await check(deliveryId, {
      signature: createHmac('sha256', Buffer.from(FIRST.slice(6), 'base64'))
        .update(body)
        .digest('hex'),
    })
    expect(old.body).toMatchObject({ is_valid: true, code: 'secret_old', expected: sign(SECOND, body) })
    expect(old.body.detail).toContain('Attempt 1 carried it.')
    expect(newest.body).toMatchObject({ is_valid: true, code: 'valid' })
    expect(newest.body.detail).toContain('replaced since')
    expect(decoded.body).toMatchObject({ is_valid: false, code: 'secret_decoded' })
    expect(decoded.body.detail).toContain('the old one that ends in `3fQ=`')
  })

  it('knows a secret that has expired while it is kept, and afterwards by what was carried', async () => {
    const scene = await createScene(FIRST)
    const { deliveryId, body, subscriptionId } = scene
    await rotate(scene, SECOND)
    const { pool } = api.database
    const ofOld = 'where subscription_id = $1 and expires_at is not null'
    await pool.query(
      `update webhooks.subscription_secret set expires_at = now() - interval '1 minute' ${ofOld}`,
      [subscriptionId],
    )
    const kept = await check(deliveryId, { signature: sign(FIRST, body) })
    await pool.query(`delete from webhooks.subscription_secret ${ofOld}`, [subscriptionId])
    const gone = await check(deliveryId, { signature: sign(FIRST, body) })
    for (const { body } of [kept, gone])
      expect(body).toMatchObject({ is_valid: true, code: 'secret_expired' })
    expect(kept.body.detail).toContain('has expired')
    expect(gone.body.detail).toContain('Attempt 1 carried it')
  })

  it('never answers with a secret, nor with a signature of what was given', async () => {
    const { deliveryId } = await createScene(FIRST)
    const forged = '{"event":"scan.completed"}'
    const texts = []
    for (const signature of [FIRST, sign(FIRST, forged), sign('x', forged)]) {
      texts.push((await check(deliveryId, { signature, body: forged })).text)
    }
    expect(texts.filter((text) => text.includes(FIRST.slice(6)))).toEqual([])
    expect(texts.filter((text) => text.includes(sign(FIRST, forged).slice(7)))).toEqual([])
  })

  it('changes nothing and is not in the audit trail', async () => {
    const { deliveryId } = await createScene(FIRST)
    const read = async () => {
      const { rows } = await api.database.pool.query('select count(*) from webhooks.audit_entry')
      return rows
    }
    const before = await read()
    await check(deliveryId, { signature: 'x' }, api.keys.admin)
    expect(await read()).toEqual(before)
  })

  it('takes a body of 262,144 bytes, however JSON spells it', async () => {
    const { deliveryId } = await createScene(FIRST)
    const spelled = `{"signature":"x","body":"${'\\u0007'.repeat(262_144)}"}`
    const headers = { 'content-type': 'application/json' }
    const path = `/api/deliveries/${deliveryId}/check-signature`
    const { status, body } = await api.call('POST', path, { key: api.keys.member, headers, body: spelled })
    expect([status, body.body_difference.received_bytes]).toEqual([200, 262_144])
  })

  it('answers six at a time over a body that is nested deeply, to all of them', async () => {
    const { subscriptionId } = await createScene(FIRST)
    const items = Array.from({ length: 126_000 }, () => '1').join(',')
    const x = `${'['.repeat(56)}${items}${']'.repeat(56)}`
    const data = JSON.stringify({ ...eventCatalog['scan.completed'].example, x: 0 }).replace(
      '"x":0',
      `"x":${x}`,
    )
    const published = await api.call('POST', '/api/events', {
      key: api.keys.publisher,
      headers: { 'content-type': 'application/json' },
      body: `{"event":"scan.completed","data":${data}}`,
    })
    expect(published.status).toBe(202)
    const list = `/api/deliveries?subscription_id=${subscriptionId}&event=scan.completed`
    const { body: found } = await api.call('GET', list, { key: api.keys.member })
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => await check(found.data[0].id, { signature: 'ab', body: 'x' })),
    )
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 6 }, () => [200, 'malformed']),
    )
  })

  it.each([
    ['no signature', {}, '/signature', 'required'],
    ['a long signature', { signature: 'a'.repeat(1001) }, '/signature', 'too_long'],
    ['a body that is too long', { signature: 'a', body: 'é'.repeat(131_073) }, '/body', 'too_long'],
    ['a body that is no text', { signature: 'a', body: {} }, '/body', 'invalid_type'],
    ['something else', { signature: 'a', secret: 'b' }, '/secret', 'unknown_field'],
  ])('answers 422 to %s', async (_name, json, path, code) => {
    const { deliveryId } = await createScene(FIRST)
    const { status, body } = await check(deliveryId, json)
    expect(status).toBe(422)
    expect(body.errors).toMatchObject([{ path, code }])
  })

  it('finds neither what is not there nor what is of another account', async () => {
    const { deliveryId } = await createScene(FIRST)
    const absent = await check('01234567-89ab-7def-8123-456789abcdef', { signature: 'a' })
    const foreign = await check(deliveryId, { signature: 'a' }, api.otherKeys.admin)
    expect([absent.status, foreign.status]).toEqual([404, 404])
    expect(foreign.body.detail).toBe(absent.body.detail)
  })

  it('is refused once the subscription is deleted', async () => {
    const { deliveryId, subscriptionId } = await createScene(FIRST)
    await api.call('DELETE', `/api/webhooks/${subscriptionId}`, { key: api.keys.admin })
    const { status, body } = await check(deliveryId, { signature: 'a' })
    expect([status, body.code]).toEqual([409, 'subscription_deleted'])
  })

  it('is refused once the body is no longer kept', async () => {
    const { deliveryId } = await createScene(FIRST)
    await api.database.pool.query(
      'delete from webhooks.event e using webhooks.delivery d where d.id = $1 and e.id = d.event_key',
      [deliveryId],
    )
    const { status, body } = await check(deliveryId, { signature: 'a' })
    expect([status, body.code]).toEqual([409, 'event_expired'])
  })

  // The last: it leaves nothing to the other account.
  it('is given an account 30 times a minute', async () => {
    const absent = '01234567-89ab-7def-8123-456789abcdef'
    const answers: Answer[] = []
    for (let index = 0; index <= 30; index += 1) {
      answers.push(await check(absent, { signature: 'a' }, api.otherKeys.admin))
    }
    const { status, body, headers } = answers.at(-1)!
    expect(answers[0]?.status).toBe(404)
    expect([status, body.code]).toEqual([429, 'checks_too_frequent'])
    expect(headers.get('retry-after')).toMatch(/^[1-5]?\d$|^60$/)
    expect((await check(absent, { signature: 'a' })).status).toBe(404)
  })
})
