import type { Socket } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { defaultProbePolicy } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { answer, type RawServer } from './support/raw-server.ts'
import { ok, useScene } from './support/scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const scene = useScene()
const { start, listen, deliveries, attempts, allDone, subscriptionRow } = scene

/** Ends the hold, as time would. */
async function endHold(id: string): Promise<void> {
  await scene.store.query('update webhooks.subscription set held_until = now() where id = $1', [id])
}

/** Waits until the endpoint counts as down and nothing is in flight. */
async function isDown(id: string): Promise<void> {
  await eventually(async () => {
    const row = await subscriptionRow(id)
    const leased = (await deliveries(id)).filter((delivery) => delivery['lease_id'] !== null)
    return row['is_probing'] === true && leased.length === 0
  })
}

async function probe(id: string, server: RawServer): Promise<number> {
  const before = server.requests.length
  const failuresBefore = (await subscriptionRow(id))['consecutive_failures']
  await endHold(id)
  await eventually(async () => (await subscriptionRow(id))['consecutive_failures'] > failuresBefore)
  await isDown(id)
  return server.requests.length - before
}

describe('an endpoint that is down', () => {
  test('gets one attempt for each probe, from all dispatchers together, and the rest keep theirs', async () => {
    const server = await listen((socket) => socket.write(answer(500)))
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.publish(1000)
    const policy = { retryPolicy: { baseMs: 3_600_000, maxAttempts: 10 } }
    start(policy)
    start(policy)
    await isDown(id)
    const atFirst = server.requests.length
    expect(atFirst).toBeGreaterThanOrEqual(defaultProbePolicy.afterFailures)
    // When the last failure that may be counted is stored, two dispatchers have four under way each.
    expect(atFirst).toBeLessThanOrEqual(defaultProbePolicy.afterFailures - 1 + 2 * 4)
    const probes: number[] = []
    for (let n = 0; n < 4; n += 1) probes.push(await probe(id, server))
    expect(probes).toEqual([1, 1, 1, 1])
    const rows = await deliveries(id)
    expect(rows.filter((row) => row['failure_count'] > 0)).toHaveLength(atFirst + 4)
    expect(rows.filter((row) => row['attempt_count'] === 0)).toHaveLength(1000 - atFirst - 4)
  })

  test('is not asked for over and over while it is held', async () => {
    const server = await listen((socket) => socket.write(answer(500)))
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.publish(100)
    let claims = 0
    start({
      retryPolicy: { baseMs: 3_600_000 },
      queue: (queue) => ({
        ...queue,
        async claim(lanes, leaseMs) {
          claims += 1
          return await queue.claim(lanes, leaseMs)
        },
      }),
    })
    await isDown(id)
    const before = claims
    const healthy = await listen(ok)
    const { id: other } = await scene.store.subscribe({ url: healthy.url, events: ['scan.failed'] })
    await scene.store.publish(20, 'scan.failed')
    await allDone(other)
    expect(claims - before).toBeLessThanOrEqual(30)
  })

  test('gets all it is owed as soon as a probe succeeds, beginning with little at once', async () => {
    let isUp = false
    let underWay = 0
    const underWayAtOnce: number[] = []
    const server = await listen((socket) => {
      if (!isUp) {
        socket.write(answer(500))
        return
      }
      underWay += 1
      underWayAtOnce.push(underWay)
      setImmediate(() => {
        underWay -= 1
        ok(socket)
      })
    })
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.publish(300)
    // So long that nothing but the success of the probe can open the lane.
    start({ retryPolicy: { baseMs: 1000, maxAttempts: 10 } })
    await isDown(id)
    isUp = true
    await endHold(id)
    await allDone()
    expect(underWayAtOnce.slice(0, 2)).toEqual([1, 1])
    expect(await subscriptionRow(id)).toMatchObject({
      is_probing: false,
      consecutive_failures: 0,
      held_until: null,
    })
  })

  test('is known from five failures in a row, not from as many in between', async () => {
    const server = await listen((socket) => {
      if (server.requests.length % 3 === 0) ok(socket)
      else socket.write(answer(500))
    })
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.publish(30)
    start({
      limits: { maxInFlightPerSubscription: 1 },
      retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 20 },
    })
    await allDone()
    expect((await attempts()).filter(({ outcome }) => outcome === 'http_500').length).toBeGreaterThan(20)
    expect(await subscriptionRow(id)).toMatchObject({ is_probing: false })
  })
})

test('a URL that was given up while it was called disables nobody and vouches for nobody', async () => {
  const pending: Socket[] = []
  const old = await listen((socket) => void pending.push(socket))
  const url = (await listen((socket) => socket.write(answer(503)))).url
  const { id } = await scene.store.subscribe({ url: old.url })
  await scene.store.publish(2)
  start({ retryPolicy: { baseMs: 60_000, capMs: 60_000, factor: 1, maxAttempts: 9 } })
  await eventually(() => pending.length === 2)
  await scene.store.subscriptions.change(
    { accountId: scene.store.accountId, id, actor: 'command:test' },
    { url },
  )
  pending[0]?.write(answer(410))
  pending[1]?.write(answer(200))
  await eventually(async () => (await attempts()).length === 2)
  expect(new Set((await attempts()).map(({ outcome }) => outcome))).toEqual(
    new Set(['http_410', 'succeeded']),
  )
  expect(await subscriptionRow(id)).toMatchObject({
    url,
    state: 'active',
    is_probing: true,
    consecutive_failures: 0,
    held_until: null,
  })
})
