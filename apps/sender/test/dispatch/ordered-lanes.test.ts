import { expect, test, vi } from 'vitest'
import { answer } from './support/raw-server.ts'
import { ok, useScene } from './support/scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const scene = useScene()
const { start, listen, allDone } = scene

/** Makes a subscription whose deliveries go out in strict order. */
async function subscribeInOrder(url: string): Promise<string> {
  const { id } = await scene.store.subscribe({ url })
  await scene.store.query('update webhooks.subscription set is_ordered = true where id = $1', [id])
  return id
}

function numberOf(request: string): number {
  return Number(/"number" ?: ?(\d+)/.exec(request)?.[1])
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

test('a subscription in strict order gets one event after the other, from two dispatchers too', async () => {
  let underWay = 0
  let most = 0
  const server = await listen((socket) => {
    underWay += 1
    most = Math.max(most, underWay)
    setImmediate(() => {
      underWay -= 1
      ok(socket)
    })
  })
  await subscribeInOrder(server.url)
  start()
  start()
  for (let batch = 0; batch < 4; batch += 1) await scene.store.publish(50)
  await allDone()
  expect(most).toBe(1)
  expect(server.requests.map(numberOf)).toEqual([1, 2, 3, 4].flatMap(() => upTo(50)))
})

test('an event that fails is repeated before the next one is sent', async () => {
  const failures = new Map<number, number>()
  const delivered: number[] = []
  const server = await listen((socket, request) => {
    const number = numberOf(request)
    const failed = failures.get(number) ?? 0
    if (number % 7 === 0 && failed < 2) {
      failures.set(number, failed + 1)
      socket.write(answer(500))
    } else {
      delivered.push(number)
      ok(socket)
    }
  })
  await subscribeInOrder(server.url)
  await scene.store.publish(50)
  start({ retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 5 } })
  start({ retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 5 } })
  await allDone()
  expect(delivered).toEqual(upTo(50))
  expect(server.requests.map(numberOf)).toEqual(
    upTo(50).flatMap((number) => (number % 7 === 0 ? [number, number, number] : [number])),
  )
})

test('an event that is given up does not stop those after it', async () => {
  const server = await listen((socket, request) => {
    if (numberOf(request) === 2) socket.write(answer(500))
    else ok(socket)
  })
  await subscribeInOrder(server.url)
  await scene.store.publish(4)
  start({ retryPolicy: { baseMs: 10, factor: 1, maxAttempts: 2 } })
  expect((await allDone()).map((row) => row['status'])).toEqual([
    'succeeded',
    'failed',
    'succeeded',
    'succeeded',
  ])
  expect(server.requests.map(numberOf)).toEqual([1, 2, 2, 3, 4])
})
