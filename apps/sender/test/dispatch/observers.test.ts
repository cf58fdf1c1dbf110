import { expect, test } from 'vitest'
import type { DispatchObserver } from '../../src/dispatch/observer.ts'
import { eventually } from '../support/eventually.ts'
import { answer } from './support/raw-server.ts'
import { useScene } from './support/scene.ts'

const scene = useScene()
const { start, listen, allDone, subscriptionRow, deliveries } = scene

function fail(): never {
  throw new Error('broken')
}

/** Writes down what it is told. */
function recorder(): DispatchObserver & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    claimed: (count) => {
      if (count > 0) told.push(`claimed ${count}`)
    },
    attempting: () => {
      told.push('attempting')
      return ({ outcome }) => told.push(`ended ${outcome}`)
    },
    settled: (_delivery, { outcome }, { status }) => told.push(`settled ${outcome} ${status}`),
    healthChanged: ([health]) => told.push(`${health?.consecutiveFailures} failures`),
  }
}

test('an observer is told of everything, in order', async () => {
  const server = await listen((socket) => socket.write(answer(server.requests.length === 1 ? 500 : 200)))
  await scene.store.subscribe({ url: server.url })
  const observer = recorder()
  start({ observers: [observer], retryPolicy: { baseMs: 10 } })
  await scene.store.publish()
  await allDone()
  await eventually(() => observer.told.length >= 10)
  expect(observer.told).toEqual([
    'claimed 1',
    'attempting',
    'ended http_500',
    '1 failures',
    'settled http_500 pending',
    'claimed 1',
    'attempting',
    'ended succeeded',
    '0 failures',
    'settled succeeded succeeded',
  ])
})

test('an observer that throws disturbs neither the dispatcher nor another observer, and is logged once', async () => {
  const broken: DispatchObserver = {
    claimed: fail,
    attempting: fail,
    settled: fail,
    healthChanged: fail,
    leaseLost: fail,
  }
  const server = await listen((socket) => socket.write(answer(200)))
  await scene.store.subscribe({ url: server.url })
  const observer = recorder()
  const dispatcher = start({ observers: [broken, { attempting: () => fail }, observer] })
  await scene.store.publish(10)
  await allDone()
  await eventually(() => observer.told.filter((line) => line.startsWith('settled')).length === 10)
  const logged = dispatcher.log.filter((line) => line['msg'] === 'an observer failed')
  expect(logged.map((line): string => line['method']).toSorted()).toEqual([
    'attempting',
    'attempting',
    'claimed',
    'settled',
  ])
})

test('an endpoint that is gone gets nothing more before what follows from that is done', async () => {
  const server = await listen((socket) => socket.write(answer(410)))
  const { id } = await scene.store.subscribe({ url: server.url })
  const { promise: release, resolve } = Promise.withResolvers<void>()
  let calls = 0
  start({
    limits: { maxInFlightPerSubscription: 1 },
    retryPolicy: { baseMs: 10 },
    async onHealth() {
      calls += 1
      await release
      await scene.store.query(`update webhooks.subscription set state = 'disabled' where id = $1`, [id])
    },
  })
  await scene.store.publish(5)
  await eventually(() => calls === 1)
  // As long as it takes for another lane to be served.
  const other = await listen((socket) => socket.write(answer(200)))
  const { id: otherId } = await scene.store.subscribe({ url: other.url, events: ['scan.failed'] })
  await scene.store.query(`update webhooks.subscription set held_until = null where id = $1`, [id])
  await scene.store.publish(20, 'scan.failed')
  await allDone(otherId)
  expect(server.requests).toHaveLength(1)
  resolve()
  await eventually(async () => (await subscriptionRow(id))['state'] === 'disabled')
  expect((await deliveries(id)).every((row) => row['status'] === 'pending')).toBe(true)
})

test('a handler of health that fails is logged, and the dispatcher goes on', async () => {
  const server = await listen((socket) => socket.write(answer(server.requests.length < 3 ? 500 : 200)))
  await scene.store.subscribe({ url: server.url })
  const dispatcher = start({
    retryPolicy: { baseMs: 10, maxAttempts: 5 },
    onHealth: () => Promise.reject(new Error('broken')),
  })
  await scene.store.publish()
  expect(await allDone()).toMatchObject([{ status: 'succeeded' }])
  expect(dispatcher.log.some((line) => line['msg'] === 'acting on the health of subscriptions failed')).toBe(
    true,
  )
})
