import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { createLogger } from '@complywise/service'
import { eventCatalog } from '@complywise/webhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLiveNotifier } from '../../src/live/live-notifier.ts'
import type { Viewer } from '../../src/live/viewer.ts'
import { openDatabase } from '../../src/store/database.ts'
import type { Delivery } from '../../src/store/deliveries.ts'
import { createDeliveryQueue } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { startApi, type TestApi } from './support/start-api.ts'

const event = 'scan.completed'
const data = eventCatalog[event].example
const logger = createLogger({ name: 'test', level: 'silent' })

const delivery: Delivery = {
  id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
  subscriptionId: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/',
  eventId: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
  event,
  matchedBy: '*',
  redeliveryOf: null,
  isTest: false,
  status: 'pending',
  reason: null,
  attemptCount: 0,
  lastOutcome: null,
  lastHttpStatus: null,
  nextAttemptAt: new Date(),
  createdAt: new Date(),
  completedAt: null,
}

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function subscribe(): Promise<string> {
  const json = { url: 'https://example.com/', events: ['*'] }
  const { body } = await api.call('POST', '/api/webhooks', { key: api.keys.admin, json })
  return body.id
}

async function publish(key = api.keys.publisher): Promise<string> {
  const { body } = await api.call('POST', '/api/events', { key, json: { event, data } })
  return body.event_id
}

interface Seen {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Watching {
  readonly headers: IncomingHttpHeaders
  readonly seen: readonly Seen[]
  readonly isOver: () => boolean
  leave(): void
}

/** Watches until the first reset, from which on nothing is missed. */
async function watch(query = '', key = api.keys.member, owner = api): Promise<Watching> {
  // A connection of its own: fetch opens another one when a stream is left, and the server would wait for that.
  const request = get(`${owner.origin}/api/deliveries/live${query}`, {
    agent: false,
    headers: { authorization: `Bearer ${key}` },
  })
  const [response]: IncomingMessage[] = await once(request, 'response')
  if (response?.statusCode !== 200) {
    request.destroy()
    throw new Error(`Answered ${response?.statusCode}`)
  }
  const seen: Seen[] = []
  let text = ''
  let isOver = false
  response.setEncoding('utf8')
  response.on('error', () => undefined)
  response.on('close', () => (isOver = true))
  response.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const [, name, json] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? []
      if (name !== undefined && json !== undefined) seen.push({ event: name, data: JSON.parse(json) })
    }
  })
  await eventually(() => seen.some((one) => one.event === 'reset'))
  return { headers: response.headers, seen, isOver: () => isOver, leave: () => request.destroy() }
}

function deliveries(watching: Watching): readonly Seen['data'][] {
  return watching.seen.filter((one) => one.event === 'delivery').map((one) => one.data)
}

describe('a live view', () => {
  it('begins by telling to read the list, in a form that proxies pass on', async () => {
    const watching = await watch()
    expect(watching.seen[0]).toEqual({ event: 'reset', data: { reason: 'connected' } })
    expect(watching.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
    watching.leave()
  })

  it('shows deliveries that are made, as lists do, of its own account and subscription', async () => {
    const [mine, other] = [await subscribe(), await subscribe()]
    const all = await watch()
    const one = await watch(`?subscription_id=${mine}`)
    const none = await watch('?event=scan.failed')
    const eventId = await publish()
    await publish(api.otherKeys.publisher)
    const found = await eventually(() => {
      const matching = deliveries(all).filter((delivery) => delivery['event_id'] === eventId)
      return matching.length === 2 && deliveries(one).length > 0 && matching
    })
    expect(new Set(found.map((delivery) => delivery['subscription_id']))).toEqual(new Set([mine, other]))
    const { body } = await api.call('GET', `/api/deliveries?event_id=${eventId}&subscription_id=${mine}`, {
      key: api.keys.member,
    })
    expect(deliveries(one)).toEqual(body.data)
    expect(deliveries(none)).toEqual([])
    for (const watching of [all, one, none]) watching.leave()
  })

  it('shows what a dispatcher in another process settles', async () => {
    const subscriptionId = await subscribe()
    const elsewhere = openDatabase({ connectionString: api.connectionString })
    const notifier = createLiveNotifier(elsewhere.pool, logger)
    const watching = await watch(`?subscription_id=${subscriptionId}`)
    await publish()
    await eventually(() => deliveries(watching).length === 1)
    const queue = createDeliveryQueue(elsewhere.pool, api.encryptionKeys)
    const claimed = await queue.claim([{ subscriptionId, room: 1, retryRoom: 1 }], 60_000)
    for (const delivery of claimed.deliveries) {
      const result = { outcome: 'succeeded', httpStatus: 200, startedAt: new Date(), durationMs: 1 } as const
      const verdict = { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' } as const
      await queue.settle([{ delivery, result, verdict }])
      notifier.observer.settled?.(delivery, result, verdict)
    }
    await eventually(() => deliveries(watching).at(-1)?.['status'] === 'succeeded')
    expect(deliveries(watching).map((delivery) => delivery['status'])).toEqual(['pending', 'succeeded'])
    watching.leave()
    notifier.close()
    await elsewhere.close()
  })

  it('costs no connection and no notification when nobody watches any more', async () => {
    const watching = await watch()
    const connections = async () => {
      const { rows } = await api.database.pool.query(
        "select from pg_stat_activity where datname = current_database() and application_name = 'complywise-sender live'",
      )
      return rows.length
    }
    expect(await connections()).toBe(1)
    watching.leave()
    await eventually(async () => (await connections()) === 0)
    const { rows } = await api.database.pool.query(
      "select from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and database = (select oid from pg_database where datname = current_database())",
    )
    expect(rows).toEqual([])
  })

  it('is told to read the list again when its connection to the database broke', async () => {
    const watching = await watch()
    await api.database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'complywise-sender live'",
    )
    await eventually(() => watching.seen.some((one) => one.data['reason'] === 'interrupted'))
    await subscribe()
    const eventId = await publish()
    const seen = await eventually(() => deliveries(watching).find((one) => one['event_id'] === eventId))
    expect(seen['status']).toBe('pending')
    watching.leave()
  })

  it('is told to read the list again when too much changed', async () => {
    const subscriptionId = await subscribe()
    const watching = await watch(`?subscription_id=${subscriptionId}`)
    const events = Array.from({ length: 500 }, () => ({ event, data }))
    await api.call('POST', '/api/events/batch', { key: api.keys.publisher, json: { events } })
    await eventually(() => watching.seen.some((one) => one.data['reason'] === 'too_many_changes'))
    expect(deliveries(watching).length).toBeLessThanOrEqual(100)
    watching.leave()
  })
})

it('an account has as many live views as it may, and no more', async () => {
  const own = await startApi()
  const watching = await Promise.all(Array.from({ length: 10 }, () => watch('', own.keys.member, own)))
  const { status, body } = await own.call('GET', '/api/deliveries/live', { key: own.keys.member })
  expect([status, body.code]).toEqual([429, 'too_many_streams'])
  await watch('', own.otherKeys.member, own).then((theirs) => theirs.leave())
  watching[0]?.leave()
  await eventually(async () => {
    const again = await watch('', own.keys.member, own).catch(() => undefined)
    again?.leave()
    return again !== undefined
  })
  for (const one of watching) one.leave()
  await own.close()
})

it('whoever leaves before the key is checked takes no place', async () => {
  const own = await startApi()
  const request = `GET /api/deliveries/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${own.keys.member}\r\n\r\n`
  for (let count = 0; count < 30; count += 1) {
    const socket = connect(own.port, '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    await new Promise((resolve) => socket.write(request, resolve))
    // The server reads it meanwhile; the check takes a round trip to the database.
    await new Promise((resolve) => setImmediate(resolve))
    socket.resetAndDestroy()
  }
  const again = await eventually(() => watch('', own.keys.member, own).catch(() => undefined))
  expect(again).toBeDefined()
  again.leave()
  await own.close()
})

it('closing the server ends live views instead of waiting for them', async () => {
  const own = await startApi()
  const watching = await watch('', own.keys.member, own)
  await own.stop()
  expect(await eventually(watching.isOver)).toBe(true)
  await own.close()
})

it.each([
  ['?status=failed', '/status', 'unknown_field'],
  ['?subscription_id=1', '/subscription_id', 'invalid_format'],
])('refuses %s', async (query, path, code) => {
  const { status, body } = await api.call('GET', `/api/deliveries/live${query}`, { key: api.keys.member })
  expect(status).toBe(422)
  expect(body.errors).toContainEqual({ path, code, detail: expect.any(String) })
})

it('publishers may not watch', async () => {
  const { status } = await api.call('GET', '/api/deliveries/live', { key: api.keys.publisher })
  expect(status).toBe(403)
})

it('a viewer that reads too slowly is held back, and told to read the list again once it has caught up', async () => {
  const viewers: Viewer[] = []
  const slow = await startApi({
    live: {
      join(viewer) {
        viewers.push(viewer)
        return () => undefined
      },
      close: async () => undefined,
    },
  })
  const socket = connect(slow.port, '127.0.0.1')
  socket.write(
    `GET /api/deliveries/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${slow.keys.member}\r\n\r\n`,
  )
  const viewer = await eventually(() => viewers[0])
  socket.pause()
  const shown = 20_000
  for (let count = 0; count < shown; count += 1) viewer.show(delivery)
  let received = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => (received += chunk))
  socket.resume()
  await eventually(() => received.includes('slow_reader'))
  expect(received.split('event: delivery').length - 1).toBeLessThan(shown / 2)
  socket.destroy()
  await slow.close()
})
