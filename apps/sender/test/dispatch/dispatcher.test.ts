import type { Socket } from 'node:net'
import { createLogger } from '@complywise/service'
import { describe, expect, test, vi } from 'vitest'
import { createAttempter } from '../../src/dispatch/attempter.ts'
import { createDispatcher } from '../../src/dispatch/dispatcher.ts'
import { defaultRetryPolicy } from '../../src/domain/backoff.ts'
import { eventually } from '../support/eventually.ts'
import { answer } from './support/raw-server.ts'
import { ok, useScene } from './support/scene.ts'
import type { TestDispatcher, TestDispatcherOptions } from './support/start-dispatcher.ts'

vi.setConfig({ testTimeout: 20_000 })

const scene = useScene()
const { start, listen, deliveries, attempts, allDone } = scene

/** Starts a dispatcher that finds nothing by itself, and waits until it hears of what is published. */
async function startWithoutSearch(options: TestDispatcherOptions = {}): Promise<TestDispatcher> {
  const dispatcher = start({ ...options, queue: (queue) => ({ ...queue, findWaitingLanes: async () => [] }) })
  await eventually(async () => {
    const listeners = await scene.store.query(
      `select from pg_stat_activity
       where datname = current_database() and query = 'listen webhooks_due' and state = 'idle'`,
    )
    return listeners.length === 1
  })
  return dispatcher
}

/**
 * Answers nobody until no more requests come, then all who wait, and so on to the end.
 *
 * @returns how many waited at once, at most.
 */
async function answerInRounds(waiting: Socket[], total: number): Promise<number> {
  let answered = 0
  let most = 0
  let before = 0
  await eventually(() => {
    most = Math.max(most, waiting.length)
    const isComplete = waiting.length > 0 && waiting.length === before
    before = isComplete ? 0 : waiting.length
    if (!isComplete) return false
    for (const socket of waiting.splice(0)) {
      answered += 1
      ok(socket)
    }
    return answered === total
  })
  return most
}

describe('a delivery', () => {
  test('that was pending before the dispatcher started is delivered', async () => {
    const { url, requests } = await listen(ok)
    await scene.store.subscribe({ url })
    await scene.store.publish(3)
    start()
    expect(await allDone()).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'succeeded', attempt_count: 1, failure_count: 0 })),
    )
    expect(requests).toHaveLength(3)
    expect(await attempts()).toMatchObject(
      Array.from({ length: 3 }, () => ({ number: 1, outcome: 'succeeded', http_status: 200 })),
    )
  })

  test('that fails is attempted again on schedule until it succeeds, without a search for it', async () => {
    const answers = [answer(500), answer(404), answer(200)]
    const server = await listen((socket) => socket.write(answers[server.requests.length - 1] ?? ''))
    await scene.store.subscribe({ url: server.url })
    await startWithoutSearch({ retryPolicy: { baseMs: 200, factor: 3, maxAttempts: 5 } })
    await scene.store.publish()
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 3, failure_count: 2 }])
    const made = await attempts()
    expect(made.map(({ outcome }) => outcome)).toEqual(['http_500', 'http_404', 'succeeded'])
    const startedAt = made.map((attempt) => attempt['started_at'].getTime())
    expect(startedAt[1] - startedAt[0]).toBeGreaterThanOrEqual(200)
    expect(startedAt[2] - startedAt[1]).toBeGreaterThanOrEqual(600)
  })

  test('that keeps failing is given up after the last attempt', async () => {
    const server = await listen((socket) => socket.write(answer(503)))
    await scene.store.subscribe({ url: server.url })
    start({ retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 4 } })
    await scene.store.publish()
    expect(await allDone()).toMatchObject([
      { status: 'failed', attempt_count: 4, failure_count: 4, last_outcome: 'http_503', due_at: null },
    ])
    expect(server.requests).toHaveLength(4)
  })

  test('says in its headers which attempt it is', async () => {
    const server = await listen((socket) => socket.write(answer(500)))
    await scene.store.subscribe({ url: server.url })
    start({ retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 3 } })
    await scene.store.publish()
    await allDone()
    expect(server.requests.map((request) => /^x-complywise-attempt: (.*)$/im.exec(request)?.[1])).toEqual([
      '1',
      '2',
      '3',
    ])
  })

  test.each<[string, string]>([
    ['a body of odd bytes', 'HTTP/1.1 500 \xff\r\ncontent-length: 6\r\n\r\n\0\xff\xc3(\\"'],
    ['no HTTP but NUL', '\0HTTP/1.1 200 OK\r\n\r\n'],
    ['a header with NUL', 'HTTP/1.1 200 OK\r\nx: \0\r\n\r\n'],
  ])('answered with %s is settled', async (_name, bytes) => {
    const { url } = await listen((socket) => socket.write(bytes, 'latin1'))
    await scene.store.subscribe({ url })
    start({ retryPolicy: { maxAttempts: 1 } })
    await scene.store.publish()
    expect(await allDone()).toMatchObject([{ status: 'failed', attempt_count: 1 }])
    expect(await attempts()).toHaveLength(1)
  })

  test('whose subscription is deleted while it waits for its next attempt gets none', async () => {
    const server = await listen((socket) => socket.write(answer(500)))
    const { id } = await scene.store.subscribe({ url: server.url })
    start({ retryPolicy: { baseMs: 300 } })
    await scene.store.publish()
    await eventually(async () => (await attempts()).length === 1)
    await scene.store.unsubscribe(id)
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish()
    await eventually(async () => (await attempts()).length >= 3)
    expect((await deliveries()).map((row) => [row['status'], row['attempt_count'] > 1])).toContainEqual([
      'canceled',
      false,
    ])
  })
})

describe('an endpoint', () => {
  test('that hangs does not delay another', async () => {
    const dead = await listen({})
    const healthy = await listen(ok)
    await scene.store.subscribe({ url: dead.url })
    await scene.store.publish(100)
    const { id } = await scene.store.subscribe({ url: healthy.url, events: ['scan.failed'] })
    start({ limits: { maxInFlight: 8, maxInFlightPerSubscription: 4 }, attemptTimeoutMs: 60_000 })
    await eventually(() => dead.requests.length === 4)
    await scene.store.publish(50, 'scan.failed')
    await allDone(id)
    expect([healthy.requests.length, dead.requests.length, dead.open]).toEqual([50, 4, 4])
  })

  test('never sees more attempts at once than its limit', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish(100)
    start({ limits: { maxInFlightPerSubscription: 7 } })
    expect(await answerInRounds(waiting, 100)).toBe(7)
    await allDone()
    expect(server.requests).toHaveLength(100)
  })

  test('shares the limit of the process with all others', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    await Promise.all(Array.from({ length: 10 }, () => scene.store.subscribe({ url: server.url })))
    await scene.store.publish(10)
    start({ limits: { maxInFlight: 12, maxInFlightPerSubscription: 5 } })
    expect(await answerInRounds(waiting, 100)).toBe(12)
    await allDone()
    expect(server.requests).toHaveLength(100)
  })

  test('that is gone gets nothing more, and keeps what it is owed', async () => {
    const server = await listen((socket) => socket.write(answer(410)))
    const { id } = await scene.store.subscribe({ url: server.url })
    start({ limits: { maxInFlightPerSubscription: 1 }, retryPolicy: { baseMs: 10 } })
    await scene.store.publish(5)
    await eventually(
      async () => (await scene.store.subscriptions.get(scene.store.accountId, id))?.state === 'disabled',
    )
    // Another lane is served to its end meanwhile.
    const other = await listen(ok)
    const { id: otherId } = await scene.store.subscribe({ url: other.url, events: ['scan.failed'] })
    await scene.store.publish(20, 'scan.failed')
    await allDone(otherId)
    expect(server.requests.length).toBeLessThanOrEqual(2)
    expect(
      (await deliveries()).filter((row) => row['subscription_id'] === id && row['status'] === 'pending'),
    ).toHaveLength(25)
  })

  test('that asks for time gets it for everything it is owed', async () => {
    const arrivals: number[] = []
    const server = await listen((socket) => {
      arrivals.push(Date.now())
      socket.write(arrivals.length === 1 ? answer(503, ['retry-after: 1']) : answer(200))
    })
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish(5)
    start({ limits: { maxInFlightPerSubscription: 1 }, retryPolicy: { baseMs: 10 } })
    await allDone()
    expect(arrivals).toHaveLength(6)
    expect(arrivals[1]! - arrivals[0]!).toBeGreaterThanOrEqual(1000)
  })

  test('that has asked for time by many answers at once is asked again by nobody before', async () => {
    const server = await listen((socket) => socket.write(answer(429, ['retry-after: 30'])))
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish(100)
    start({ limits: { maxInFlightPerSubscription: 10 } })
    await eventually(async () => (await attempts()).length >= 4)
    const healthy = await listen(ok)
    const { id } = await scene.store.subscribe({ url: healthy.url, events: ['scan.failed'] })
    await scene.store.publish(20, 'scan.failed')
    await allDone(id)
    expect(server.requests.length).toBeLessThanOrEqual(10)
  })
})

describe('a subscription whose endpoint has a refused address', () => {
  test('is not tried over and over', async () => {
    // The only network that a test's dispatcher may send to is the loopback's.
    const { id } = await scene.store.subscribe({ url: 'https://10.0.0.1/webhooks' })
    await scene.store.publish(300)
    start({ retryPolicy: { baseMs: 60_000 } })
    const healthy = await listen(ok)
    const other = await scene.store.subscribe({ url: healthy.url, events: ['scan.failed'] })
    await eventually(async () => (await scene.subscriptionRow(id))['held_until'] !== null)
    await scene.store.publish(100, 'scan.failed')
    await allDone(other.id)
    const refused = (await attempts()).filter((attempt) => attempt['outcome'] === 'ssrf_blocked')
    expect(refused.length).toBeGreaterThanOrEqual(1)
    expect(refused.length).toBeLessThanOrEqual(16)
  })
})

describe('a subscription whose secret does not open', () => {
  test('stops no other, and is not tried over and over', async () => {
    const server = await listen(ok)
    const broken = await scene.store.subscribe({ url: server.url })
    await scene.store.query(
      `update webhooks.subscription_secret set sealed = 'x' where subscription_id = $1`,
      [broken.id],
    )
    await scene.store.publish(300)
    const intact = await scene.store.subscribe({ url: server.url, events: ['scan.failed'] })
    start({ limits: { maxInFlightPerSubscription: 10 } })
    await scene.store.publish(100, 'scan.failed')
    await allDone(intact.id)
    expect(server.requests).toHaveLength(100)
    const failed = (await attempts()).filter((attempt) => attempt['outcome'] === 'internal')
    expect(failed.length).toBeGreaterThanOrEqual(1)
    expect(failed.length).toBeLessThanOrEqual(40)
    expect(failed[0]?.['detail']).toBe('No signing secret could be decrypted.')
    expect((await deliveries()).filter((row) => row['failure_count'] > 0)).toEqual([])
  })
})

describe('a dispatcher', () => {
  test('hears of what is published, without searching for it', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    await startWithoutSearch()
    for (const count of [1, 2, 3]) {
      await scene.store.publish()
      await eventually(() => server.requests.length === count)
    }
    expect(server.requests).toHaveLength(3)
  })

  test('finds what no notification told of', async () => {
    const server = await listen(ok)
    const { id } = await scene.store.subscribe({ url: server.url })
    await scene.store.query(`update webhooks.subscription set state = 'paused' where id = $1`, [id])
    const dispatcher = start()
    await eventually(() => dispatcher.isHealthy())
    await scene.store.publish()
    await scene.store.query(`update webhooks.subscription set state = 'active' where id = $1`, [id])
    expect(await allDone()).toMatchObject([{ status: 'succeeded' }])
  })

  test('goes on claiming while it searches', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    const searching = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    start({
      queue: (queue) => ({
        ...queue,
        async findWaitingLanes() {
          searching.resolve()
          await done.promise
          return []
        },
      }),
    })
    await searching.promise
    await eventually(async () => {
      await scene.store.publish()
      return server.requests.length > 0
    })
    done.resolve()
    expect(await allDone()).toContainEqual(expect.objectContaining({ status: 'succeeded' }))
  })

  test('searches no more often than is its due, however often it is asked to', async () => {
    let searches = 0
    const dispatcher = createDispatcher({
      queue: {
        ...scene.store.queue,
        async findWaitingLanes() {
          searches += 1
          await new Promise((resolve) => setTimeout(resolve, 20))
          return []
        },
      },
      attempter: createAttempter({ timeoutMs: 1000, maxConnectionsPerOrigin: 1, allowedNetworks: [] }),
      retryPolicy: defaultRetryPolicy,
      limits: { maxInFlight: 1, maxInFlightPerSubscription: 1 },
      logger: createLogger({ name: 'test', level: 'silent' }),
    })
    dispatcher.start()
    await eventually(() => dispatcher.isHealthy())
    const begunAt = performance.now()
    const asking = setInterval(() => dispatcher.wake([]), 1)
    await eventually(() => searches === 4)
    clearInterval(asking)
    await dispatcher.stop(0)
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(3 * 20 * 20 - 100)
  })

  test('survives it that somebody notifies it of nonsense', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    const dispatcher = start()
    await eventually(() => dispatcher.isHealthy())
    await scene.store.query(`select pg_notify('webhooks_due', 'nonsense')`)
    await scene.store.publish(5)
    await allDone()
    expect(dispatcher.log.filter((line) => line['level'] >= 50)).toEqual([])
  })

  test('goes on when all its connections are cut, again and again', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    start()
    for (const _ of [1, 2, 3]) {
      await scene.store.publish(50)
      await scene.store.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and application_name like 'complywise-sender%'`,
      )
      await scene.store.publish(50)
    }
    // What was claimed by a statement whose answer was cut off comes back when its lease ends.
    await eventually(async () => {
      await scene.store.query(
        `update webhooks.owed_delivery set lease_until = now() where leased_at < now() - interval '2 seconds'`,
      )
      return (await scene.store.query(`select from webhooks.delivery where status = 'pending'`)).length === 0
    }, 15_000)
    expect((await deliveries()).map((row) => row['status'])).toEqual(
      Array.from({ length: 300 }, () => 'succeeded'),
    )
    expect(server.requests.length).toBeGreaterThanOrEqual(300)
  })

  test('is healthy only once it gets through to the database', async () => {
    await scene.store.query('alter table webhooks.owed_delivery rename to hidden')
    const dispatcher = start()
    await eventually(() => dispatcher.log.some((line) => line['msg'] === 'looking for due deliveries failed'))
    const before = dispatcher.isHealthy()
    await scene.store.query('alter table webhooks.hidden rename to owed_delivery')
    await eventually(() => dispatcher.isHealthy())
    expect(before).toBe(false)
  })

  test('records an outcome late rather than never when the database cannot take it', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    await scene.store.subscribe({ url: server.url })
    const dispatcher = start()
    await scene.store.publish()
    await eventually(() => waiting.length === 1)
    await scene.store.query('alter table webhooks.attempt rename to hidden')
    waiting[0]?.write(answer(200))
    await eventually(() => dispatcher.log.some((line) => line['msg'] === 'settling failed'))
    await scene.store.query('alter table webhooks.hidden rename to attempt')
    expect(await allDone()).toMatchObject([{ status: 'succeeded', attempt_count: 1 }])
    expect(server.requests).toHaveLength(1)
  })

  test('writes nothing for a lease that it lost during the attempt, and says so', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    const { id } = await scene.store.subscribe({ url: server.url })
    // Once the attempt is under way this dispatcher must not find the delivery a second time.
    const slow = start({
      queue: (queue) => ({
        ...queue,
        findWaitingLanes: async () => (waiting.length === 0 ? queue.findWaitingLanes() : []),
      }),
    })
    await scene.store.publish()
    await eventually(() => waiting.length === 1)
    await scene.store.query('update webhooks.owed_delivery set lease_until = now()')
    const { deliveries: taken } = await scene.store.queue.claim(
      [{ subscriptionId: id, room: 1, retryRoom: 1 }],
      60_000,
    )
    waiting[0]?.write(answer(200))
    const lost = await eventually(() =>
      slow.log.find((line) => line['msg'] === 'lease lost: the outcome was not recorded'),
    )
    expect(lost).toMatchObject({ deliveryId: taken[0]?.id, attempt: 1, outcome: 'succeeded' })
    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempt_count: 2, lease_id: taken[0]?.leaseId },
    ])
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['lease_expired'])
  })

  test('shares the work with another, and no delivery is attempted by both', async () => {
    const server = await listen(ok)
    await scene.store.subscribe({ url: server.url })
    await scene.store.subscribe({ url: server.url })
    start()
    start()
    await scene.store.publish(500)
    await allDone()
    const ids = server.requests.map((request) => /^x-complywise-delivery: (.*)$/im.exec(request)?.[1])
    expect([ids.length, new Set(ids).size]).toEqual([1000, 1000])
  })
})

describe('stopping', () => {
  test('waits for what is in flight, and claims nothing more', async () => {
    const waiting: Socket[] = []
    const server = await listen((socket) => waiting.push(socket))
    await scene.store.subscribe({ url: server.url })
    const dispatcher = start({ limits: { maxInFlight: 6 } })
    await scene.store.publish(10)
    await eventually(() => waiting.length === 3)
    const stopped = dispatcher.stop(10_000)
    await scene.store.publish(1)
    for (const socket of waiting) socket.write(answer(200))
    await stopped
    expect(server.requests).toHaveLength(3)
    const statuses = (await deliveries()).map((row) => [row['status'], row['attempt_count']])
    expect(statuses.filter(([status]) => status === 'succeeded')).toHaveLength(3)
    expect(statuses.filter(([status, count]) => status === 'pending' && count === 0)).toHaveLength(8)
  })

  test('after its grace puts the rest back, which is no failure, and another takes it at once', async () => {
    const server = await listen((socket) => {
      if (server.requests.length > 2) ok(socket)
    })
    await scene.store.subscribe({ url: server.url })
    const dispatcher = start({ attemptTimeoutMs: 60_000 })
    await scene.store.publish(2)
    await eventually(() => server.requests.length === 2)
    await dispatcher.stop(20)
    expect(await deliveries()).toMatchObject(
      Array.from({ length: 2 }, () => ({
        status: 'pending',
        attempt_count: 1,
        failure_count: 0,
        lease_id: null,
      })),
    )
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['canceled', 'canceled'])
    start()
    expect(await allDone()).toMatchObject(
      Array.from({ length: 2 }, () => ({ status: 'succeeded', attempt_count: 2, failure_count: 0 })),
    )
  })

  test('at once, while it claims, leaves nothing under a lease', async () => {
    const server = await listen({})
    await scene.store.subscribe({ url: server.url })
    await scene.store.publish(500)
    for (const pauseMs of [0, 1, 2, 5, 10, 20]) {
      const dispatcher = start({ attemptTimeoutMs: 60_000 })
      const began = performance.now()
      await eventually(() => performance.now() - began >= pauseMs)
      await dispatcher.stop(0)
      expect(await scene.store.query('select from webhooks.delivery where lease_id is not null')).toEqual([])
    }
    expect((await deliveries()).filter((row) => row['failure_count'] > 0)).toEqual([])
  })

  test('before it has begun, and with nothing to do, is immediate', async () => {
    await start().stop(10_000)
    const idle = start()
    await eventually(() => idle.isHealthy())
    const began = performance.now()
    await idle.stop(10_000)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
