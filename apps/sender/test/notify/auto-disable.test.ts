import type { Socket } from 'node:net'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { expect, test, vi } from 'vitest'
import type { HealthPolicy } from '../../src/domain/health.ts'
import { createHealthHandler } from '../../src/notify/health-handler.ts'
import { keepOperatorSubscription } from '../../src/store/operator-subscription.ts'
import { createTransitionLog } from '../../src/store/transition-log.ts'
import { answer } from '../dispatch/support/raw-server.ts'
import { ok, useScene } from '../dispatch/support/scene.ts'
import { eventually } from '../support/eventually.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const scene = useScene()
const retryPolicy = { baseMs: 20, factor: 1, capMs: 20, maxAttempts: 100 }

/** Starts a dispatcher that acts on health by that policy. */
function start(policy: HealthPolicy): void {
  const logger = pino({ level: 'silent' })
  scene.start({ retryPolicy, onHealth: createHealthHandler(scene.store.database.db, policy, logger) })
}

/** An endpoint that answers when a test says so. */
async function listenByHand() {
  const waiting: Socket[] = []
  let isWell = false
  const server = await scene.listen((socket) => {
    if (isWell) ok(socket)
    else waiting.push(socket)
  })
  return {
    ...server,
    waiting,
    /** Answers one request. */
    async reply(status: number): Promise<void> {
      const socket = await eventually(() => waiting.shift())
      socket.write(answer(status))
    },
    /** Answers all, now and from now on. */
    recover(): void {
      isWell = true
      for (const socket of waiting.splice(0)) ok(socket)
    },
  }
}

/** Publishes something that only this subscription gets, and waits until it has it: whatever else was due was claimed. */
async function deliverTo(witness: string): Promise<void> {
  await scene.store.publish(1, 'integration.disconnected')
  await scene.allDone(witness)
}

async function states(id: string): Promise<readonly string[]> {
  const log = createTransitionLog(scene.store.database.db)
  const page = await log.list(scene.store.accountId, id, { limit: 100 })
  return page?.items.map(({ from, to }) => `${from} → ${to}`).toReversed() ?? []
}

function eventIdOf(request: string): string | undefined {
  return /"event_id":"([^"]+)"/.exec(request)?.[1]
}

test('an endpoint dies, is warned of, disabled and enabled; what was held arrives, each once, after one canary', async () => {
  const endpoint = await listenByHand()
  const operator = await scene.listen(ok)
  const other = await scene.listen(ok)
  const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
  await keepOperatorSubscription(scene.store.database.db, scene.store.encryptionKeys, {
    url: operator.url,
    secret,
  })
  const { id } = await scene.store.subscribe({ url: endpoint.url, events: ['scan.completed'] })
  const witness = await scene.store.subscribe({ url: other.url, events: ['integration.disconnected'] })
  start({ disableAfterFailures: 6, disableAfterMs: 0 })

  const published = [...(await scene.store.publish(3))]
  for (let failures = 0; failures < 3; failures += 1) await endpoint.reply(503)
  await eventually(async () => (await scene.subscriptionRow(id))['degraded_at'] !== null)
  for (let failures = 0; failures < 3; failures += 1) await endpoint.reply(500)
  await eventually(async () => (await scene.subscriptionRow(id))['state'] === 'disabled')

  // Attempts that were under way when it was disabled end as they may.
  for (const socket of endpoint.waiting.splice(0)) socket.write(answer(500))
  await eventually(async () => (await scene.deliveries(id)).every((row) => row['lease_id'] === null))
  const before = endpoint.requests.length
  published.push(...(await scene.store.publish(20)))
  await deliverTo(witness.id)
  expect(endpoint.requests).toHaveLength(before)
  expect((await scene.deliveries(id)).map((row) => row['status'])).toEqual(Array(23).fill('pending'))

  const { accountId } = scene.store
  await scene.store.subscriptions.setState({ accountId, id, actor: 'key:1' }, 'enable')
  await eventually(() => endpoint.waiting.length === 1)
  await deliverTo(witness.id)
  await deliverTo(witness.id)
  expect(endpoint.waiting).toHaveLength(1)

  expect(endpoint.requests).toHaveLength(before + 1)
  endpoint.recover()
  await scene.allDone(id)
  expect((await scene.deliveries(id)).map((row) => row['status'])).toEqual(Array(23).fill('succeeded'))
  const arrived = endpoint.requests.slice(before).map(eventIdOf)
  expect(arrived).toHaveLength(23)
  expect(new Set(arrived)).toEqual(new Set(published))

  expect(await states(id)).toEqual(['active → degraded', 'degraded → disabled', 'disabled → active'])
  await eventually(() => operator.requests.length === 3)
  const told = operator.requests.map((request) => verify(request, secret))
  expect(told.map(({ event }) => event)).toEqual([
    'subscription.degraded',
    'subscription.disabled',
    'subscription.enabled',
  ])
  expect(told.map(({ data }) => data.subscription_id)).toEqual([id, id, id])
})

test('an endpoint that answers 410 gets nothing more, and what it is owed waits for another', async () => {
  const endpoint = await listenByHand()
  const other = await scene.listen(ok)
  const { id } = await scene.store.subscribe({ url: endpoint.url, events: ['scan.completed'] })
  const witness = await scene.store.subscribe({ url: other.url, events: ['integration.disconnected'] })
  start({ disableAfterFailures: 1000, disableAfterMs: 86_400_000 })

  const [gone] = await scene.store.publish(1)
  await endpoint.reply(410)
  await eventually(async () => (await scene.subscriptionRow(id))['state'] === 'disabled')
  await scene.store.publish(5)
  await deliverTo(witness.id)
  expect(endpoint.requests.map(eventIdOf)).toEqual([gone])
  expect(await states(id)).toEqual(['active → disabled'])

  const { accountId } = scene.store
  const target = { accountId, id, actor: 'key:1' }
  await scene.store.subscriptions.change(target, { url: other.url })
  await scene.store.subscriptions.setState(target, 'enable')
  await scene.allDone(id)
  expect((await scene.deliveries(id)).map((row) => row['status'])).toEqual(Array(6).fill('succeeded'))
})

test('a short outage disables nobody, however many attempts fail in it', async () => {
  const endpoint = await listenByHand()
  const { id } = await scene.store.subscribe({ url: endpoint.url })
  start({ disableAfterFailures: 4, disableAfterMs: 3_600_000 })
  await scene.store.publish(4)
  for (let failures = 0; failures < 9; failures += 1) await endpoint.reply(503)
  await eventually(async () => (await scene.subscriptionRow(id))['consecutive_failures'] === 9)
  endpoint.recover()
  await scene.allDone(id)
  expect(await states(id)).toEqual([])
  expect(await scene.subscriptionRow(id)).toMatchObject({
    state: 'active',
    consecutive_failures: 0,
    failing_since: null,
  })
})

test('an address that endpoints may not have, and what the sender cannot sign, disable nobody', async () => {
  const blocked = await scene.store.subscribe({ url: 'http://10.0.0.1/', events: ['scan.completed'] })
  const unsigned = await scene.store.subscribe({ url: 'http://127.0.0.1:1/', events: ['scan.failed'] })
  await scene.store.query('delete from webhooks.subscription_secret where subscription_id = $1', [
    unsigned.id,
  ])
  start({ disableAfterFailures: 1, disableAfterMs: 0 })
  await scene.store.publish(3, 'scan.completed')
  await scene.store.publish(3, 'scan.failed')
  const outcomes = await eventually(async () => {
    const attempts = await scene.attempts()
    const ended = new Set(attempts.map((attempt) => attempt['outcome']))
    return ended.size === 2 && ended
  })
  expect(outcomes).toEqual(new Set(['internal', 'ssrf_blocked']))
  for (const { id } of [blocked, unsigned]) {
    expect(await scene.subscriptionRow(id)).toMatchObject({ state: 'active', consecutive_failures: 0 })
    expect(await states(id)).toEqual([])
  }
})

interface Told {
  readonly event: string
  readonly data: { readonly subscription_id: string }
}

/** The envelope of a request, if its signature is right. */
function verify(request: string, secret: string): Told {
  const [head = '', body = ''] = request.split('\r\n\r\n')
  const lines = head.split('\r\n').slice(1)
  const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2)))
  return new Webhook(secret).verify(Buffer.from(body, 'latin1').toString('utf8'), headers) as Told // oxlint-disable-line typescript/no-unsafe-type-assertion -- what is not so fails the test
}
