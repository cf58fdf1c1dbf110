import type { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { answer } from './support/raw-server.ts'
import { ok, useScene } from './support/scene.ts'

vi.setConfig({ testTimeout: 20_000 })

const scene = useScene()
const { start, listen, deliveries, attempts, allDone } = scene

afterEach(() => void vi.useRealTimers())

/** How often each delivery reached an endpoint. */
function countByDelivery(requests: readonly string[]): readonly number[] {
  const ids = requests.map((request) => /^x-complywise-delivery: (.*)$/im.exec(request)?.[1])
  return [...Map.groupBy(ids, (id) => id).values()].map((group) => group.length)
}

describe('a lease', () => {
  test('is renewed as long as the attempt takes, however short it is', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish(4)
    start({ leaseMs: 600 })
    start({ leaseMs: 600 })
    await eventually(() => waiting.length === 4)
    const [first] = await deliveries()
    // The lease that they were claimed with has long ended.
    await eventually(async () => {
      const rows = await deliveries()
      return rows.every((row) => row['lease_until'] - first?.['leased_at'] > 2500)
    })
    for (const socket of waiting) socket.write(answer(200))
    await allDone()
    expect(countByDelivery(server.requests)).toEqual([1, 1, 1, 1])
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(Array(4).fill('succeeded'))
  })

  test('that was taken from it ends the attempt, and the loss is reported', async () => {
    const closed: Socket[] = []
    const server = await listen((socket) => socket.on('close', () => closed.push(socket)))
    const { id } = await scene.store.subscribe({ url: server.url })
    const lost: string[] = []
    const slow = start({
      leaseMs: 1200,
      observers: [{ leaseLost: (delivery) => lost.push(delivery.id) }],
      queue: (queue) => ({
        ...queue,
        findWaitingLanes: async () => (server.requests.length === 0 ? queue.findWaitingLanes() : []),
      }),
    })
    await scene.store.publish()
    await eventually(() => server.requests.length === 1)
    await scene.store.query('update webhooks.owed_delivery set lease_until = now()')
    const { deliveries: taken } = await scene.store.queue.claim(
      [{ subscriptionId: id, room: 1, retryRoom: 1 }],
      60_000,
    )
    expect(taken).toHaveLength(1)
    await eventually(() => closed.length === 1 && lost.length === 1)
    expect(lost).toEqual([taken[0]?.id])
    expect(slow.stats().inFlight).toBe(0)
    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempt_count: 2, lease_id: taken[0]?.leaseId },
    ])
  })

  test('that cannot be renewed for its whole length ends the attempt', async () => {
    const closed: Socket[] = []
    const server = await listen((socket) => {
      if (server.requests.length > 1) ok(socket)
      else socket.on('close', () => closed.push(socket))
    })
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish()
    const dispatcher = start({
      leaseMs: 600,
      queue: (queue) => ({ ...queue, extend: () => Promise.reject(new Error('unreachable')) }),
    })
    await eventually(() => closed.length === 1)
    expect(dispatcher.log.some((line) => line['msg'] === 'renewing leases failed')).toBe(true)
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 2, failure_count: 0 }])
  })

  test('that is held but not renewed for its whole length, because its row is locked, ends the attempt', async () => {
    const closed: Socket[] = []
    const server = await listen((socket) => {
      if (server.requests.length > 1) ok(socket)
      else socket.on('close', () => closed.push(socket))
    })
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish()
    start({
      leaseMs: 600,
      queue: (queue) => ({
        ...queue,
        extend: async (leases) => new Map(leases.map(({ id }) => [id, false])),
      }),
    })
    await eventually(() => closed.length === 1)
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 2, failure_count: 0 }])
  })

  test('that ended while the process stood still keeps it from going on', async () => {
    const hung: Socket[] = []
    const server = await listen((socket) => {
      if (server.requests.length > 1) ok(socket)
      else hung.push(socket)
    })
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish()
    start({ leaseMs: 3000 })
    await eventually(() => hung.length === 1)
    // The wall's clock goes on while a process is suspended; the lease's own time is not up by the other one.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    await eventually(() => hung[0]?.destroyed === true || hung[0]?.readableEnded === true)
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 2, failure_count: 0 }])
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['canceled', 'succeeded'])
  })

  test('of a process that was killed is taken over once it ends, and the attempt counts as lost', async () => {
    const server = await listen(ok)
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.publish(3)
    // Claimed, and never heard of again.
    await scene.store.queue.claim([{ subscriptionId: id, room: 3, retryRoom: 3 }], 800)
    start()
    expect(await allDone()).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'succeeded', attempt_count: 2, failure_count: 0 })),
    )
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 3 }, () => ['lease_expired', 'succeeded']).flat(),
    )
  })

  test('that ended before the request was written keeps it from being written', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish()
    let begun = 0
    // As a process finds the clock that was suspended between the claim and the request.
    function attempting(): undefined {
      begun += 1
      if (begun === 1) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    }
    start({ observers: [{ attempting }] })
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 2, failure_count: 0 }])
    expect(server.requests).toHaveLength(1)
    expect(await attempts()).toMatchObject([
      { outcome: 'canceled', detail: 'The lease ended before the request was sent.' },
      { outcome: 'succeeded' },
    ])
  })
})
