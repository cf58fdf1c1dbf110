import { expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { answer, type RawServer } from './support/raw-server.ts'
import { ok, useScene } from './support/scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const scene = useScene()
const { start, listen, deliveries, allDone } = scene

const HANGS = 9

async function subscribeAll(servers: readonly RawServer[], events: string[]): Promise<readonly string[]> {
  const made = await Promise.all(servers.map(({ url }) => scene.store.subscribe({ url, events })))
  return made.map(({ id }) => id)
}

test('nine endpoints that hang and a storm of retries leave slots for one that is healthy', async () => {
  const hanging = await Promise.all(Array.from({ length: HANGS }, () => listen({})))
  const stormy = await listen({})
  await subscribeAll(hanging, ['scan.failed'])
  const [storm = ''] = await subscribeAll([stormy], ['evidence.uploaded'])
  await scene.store.publish(64, 'scan.failed')
  await scene.store.publish(300, 'evidence.uploaded')
  await scene.store.query('update webhooks.owed_delivery set failure_count = 1 where subscription_id = $1', [
    storm,
  ])
  const dispatcher = start({
    limits: { maxInFlight: 64, maxInFlightPerSubscription: 64 },
    attemptTimeoutMs: 120_000,
  })
  await eventually(() => hanging.every(({ requests }) => requests.length > 0) && stormy.requests.length > 0)
  const healthy = await listen(ok)
  const [id = ''] = await subscribeAll([healthy], ['scan.completed'])
  await scene.store.publish(500)
  await allDone(id)
  // All that was in flight when the first was published is still there, and nothing else could be begun beyond a half.
  expect(healthy.requests).toHaveLength(500)
  expect(dispatcher.stats().inFlight).toBeLessThanOrEqual(32 + HANGS + 1)
  expect(hanging.map(({ requests }) => requests.length).every((count) => count <= 4)).toBe(true)
  expect((await deliveries(storm)).every((row) => row['status'] === 'pending')).toBe(true)
})

test('nine endpoints that hang all of a sudden, with all they may have in flight, leave slots for another', async () => {
  let isHanging = false
  const servers = await Promise.all(
    Array.from({ length: HANGS }, () => listen((socket) => (isHanging ? undefined : ok(socket)))),
  )
  const ids = await subscribeAll(servers, ['scan.failed'])
  const dispatcher = start({
    limits: { maxInFlight: 64, maxInFlightPerSubscription: 16 },
    attemptTimeoutMs: 120_000,
  })
  await scene.store.publish(100, 'scan.failed')
  await Promise.all(ids.map((id) => allDone(id)))
  isHanging = true
  await scene.store.publish(100, 'scan.failed')
  await eventually(() => dispatcher.stats().inFlight >= 48)
  const healthy = await listen(ok)
  const [id = ''] = await subscribeAll([healthy], ['scan.completed'])
  await scene.store.publish(200)
  await allDone(id)
  expect(healthy.requests).toHaveLength(200)
  expect(dispatcher.stats().inFlight).toBeLessThan(64)
})

test('any number of endpoints that hang when they are first called leave slots for one that is known', async () => {
  const healthy = await listen(ok)
  const [id = ''] = await subscribeAll([healthy], ['scan.completed'])
  const hanging = await listen({})
  const dispatcher = start({
    limits: { maxInFlight: 64, maxInFlightPerSubscription: 16 },
    attemptTimeoutMs: 120_000,
  })
  await scene.store.publish(20)
  await allDone(id)
  await subscribeAll(
    Array.from({ length: 100 }, () => hanging),
    ['scan.failed'],
  )
  await scene.store.publish(1, 'scan.failed')
  await eventually(() => dispatcher.stats().inFlight === 48)
  await scene.store.publish(100)
  await allDone(id)
  expect(healthy.requests).toHaveLength(120)
  expect(dispatcher.stats().inFlight).toBe(48)
})

test('retries wait while what hangs holds the slots for them, first attempts do not, and in the end all are done', async () => {
  let isUp = false
  const hung: (() => void)[] = []
  const flaky = await listen((socket) => {
    if (isUp) ok(socket)
    else hung.push(() => socket.write(answer(503)))
  })
  await subscribeAll([flaky], ['scan.failed'])
  const healthy = await listen(ok)
  const [id = ''] = await subscribeAll([healthy], ['scan.completed'])
  await scene.store.publish(200)
  await scene.store.query(
    `update webhooks.owed_delivery set failure_count = 1 where subscription_id = $1 and id in
       (select id from webhooks.owed_delivery where subscription_id = $1 order by id limit 150)`,
    [id],
  )
  await scene.store.publish(20, 'scan.failed')
  const dispatcher = start({
    limits: { maxInFlight: 8, maxInFlightPerSubscription: 8 },
    attemptTimeoutMs: 120_000,
    retryPolicy: { baseMs: 10, maxAttempts: 20 },
  })
  await eventually(() => hung.length === 4)
  const countOwed = async (isRetry: boolean): Promise<number> =>
    (await deliveries(id)).filter(
      (row) => row['status'] === 'pending' && row['failure_count'] > 0 === isRetry,
    ).length
  await eventually(async () => (await countOwed(false)) === 0)
  expect(await countOwed(true)).toBeGreaterThan(100)
  isUp = true
  for (const release of hung) release()
  await scene.store.query('update webhooks.subscription set held_until = null, is_probing = false')
  await allDone()
  expect(healthy.requests).toHaveLength(200)
  expect(dispatcher.stats().lanes.riskyInFlight).toBe(0)
})

test('a subscription whose row somebody holds keeps no other from being settled, and its own failures are counted later', async () => {
  const failing = await Promise.all([1, 2].map(() => listen((socket) => socket.write(answer(500)))))
  const [held = '', free = ''] = await subscribeAll(failing, ['scan.failed'])
  const healthy = await listen(ok)
  const [id = ''] = await subscribeAll([healthy], ['scan.completed'])
  const dispatcher = start({
    limits: { maxInFlight: 16, maxInFlightPerSubscription: 8 },
    retryPolicy: { baseMs: 60_000 },
  })
  const holder = await scene.store.database.pool.connect()
  await holder.query('begin')
  await holder.query('select from webhooks.subscription where id = $1 for no key update', [held])
  await scene.store.publish(3, 'scan.failed')
  const failures = async (lane: string): Promise<number> =>
    (await scene.subscriptionRow(lane))['consecutive_failures']
  await eventually(async () => (await failures(free)) === 3)
  await scene.store.publish(300)
  await allDone(id)
  expect(dispatcher.stats().inFlight).toBeLessThanOrEqual(3)
  expect(await failures(held)).toBe(0)
  await holder.query('rollback')
  holder.release()
  await eventually(async () => (await failures(held)) === 3)
})
