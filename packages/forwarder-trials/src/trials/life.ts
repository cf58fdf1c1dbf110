import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { eventCatalog } from '@complywise/webhooks'
import { sendSigned, webhookSecret } from '../delivery/send-signed.ts'
import { appNames } from '../destinations/destination.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { conditionKey, instance } from '../events/condition-key.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { freePort } from '../process/free-port.ts'
import { startSender } from '../process/sender-process.ts'
import { createRandom } from '../run/random.ts'
import type { Trial } from './trial.ts'

/** What every destination that keeps such conditions has to hold in the end. */
const expected = {
  [conditionKey('control', 'SOC 2', 'A-1')]: { state: 'closed', apps: ['slack', 'pagerduty', 'jira'] },
  [conditionKey('scan')]: { state: 'closed', apps: ['slack', 'pagerduty'] },
  [conditionKey('score', 'SOC 2')]: { state: 'open', apps: ['slack', 'pagerduty'] },
} as const

/** The real sender and the three apps as their quickstarts start them. */
export const life: Trial = {
  name: 'life',
  summary: 'the real sender and all three apps, started with environment variables only',
  description: `Starts the sender with an embedded database and the three apps with the environment variables of their quickstarts, against
fakes that are as strict with rates as the real services. Publishes the six events, a recovery, a late event; redelivers one;
sends one of an unknown type, signed by hand. Prints what each destination holds after each step.

Promises: every delivery succeeds; each destination holds each condition once, in its newest state; what comes twice or late
changes nothing.`,
  options: {},
  apps: [],
  async run(scene, { seed }) {
    const random = createRandom(seed)
    const sender = await startSender(scene)
    scene.progress('the sender is ready')
    const places = await Promise.all(
      appNames.map(async (app) => {
        const destination = await startDestination(app, { directory: scene.directory, limitsRates: true })
        scene.defer(() => destination.fake.close())
        const forwarder = await startForwarder({
          app,
          port: await freePort(),
          operationsPort: await freePort(),
          logPath: join(scene.directory, `${app}.log`),
          env: {
            ...destination.simple,
            ...destination.environment,
            COMPLYWISE_WEBHOOK_SECRET: webhookSecret,
            FORWARDER_INSTANCE: instance,
            FORWARDER_LEDGER: join(scene.directory, `${app}.db`),
          },
        })
        scene.defer(() => forwarder.kill())
        await sender.subscribe(forwarder.url, webhookSecret)
        scene.progress(`the ${app} forwarder is ready`)
        return { app, destination, forwarder }
      }),
    )
    const rows: Record<string, string>[] = []
    const broken: string[] = []
    const startedAt = Date.now()

    async function step(name: string, work: () => Promise<unknown>): Promise<readonly string[]> {
      await work()
      await sender.settle()
      const held = places.map(({ destination }) => destination.summary())
      for (const [index, { app }] of places.entries()) {
        for (const [number, line] of (held[index] ?? []).entries()) {
          rows.push({ step: number === 0 ? name : '', app: number === 0 ? app : '', holds: line })
        }
        if (held[index]?.length === 0) rows.push({ step: name, app, holds: '(nothing)' })
      }
      scene.progress(name)
      return held.map((lines) => lines.join('\n'))
    }

    const control = { control_id: 'A-1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }
    const failed = random.uuid()
    const publish = (event: keyof typeof eventCatalog, data: object = eventCatalog[event].example) =>
      sender.publish({ event, data: { ...data } })
    await step('control failed', () =>
      sender.publish({ event: 'compliance.control_failed', event_id: failed, data: control }),
    )
    await step('scan failed', () => publish('scan.failed'))
    await step('scan completed', () => publish('scan.completed'))
    await step('score changed', () => publish('compliance.score_changed'))
    await step('evidence uploaded', () =>
      publish('evidence.uploaded', {
        ...eventCatalog['evidence.uploaded'].example,
        control_id: 'A-1',
        framework: 'SOC 2',
      }),
    )
    await step('integration disconnected', () => publish('integration.disconnected'))
    // Failure beats recovery in the same millisecond.
    await delay(5)
    const recovered = await step('control recovered', () =>
      publish('compliance.control_failed', { ...control, previous_status: 'failed', new_status: 'passed' }),
    )
    const late = await step('late event', () =>
      sender.publish({
        event: 'compliance.control_failed',
        data: control,
        timestamp: new Date(startedAt - 60_000).toISOString(),
      }),
    )
    const [, ...quiet] = [recovered, late].map((held) => held.slice(1).join('\n'))
    if (quiet[0] !== recovered.slice(1).join('\n')) broken.push('A late event changed PagerDuty or Jira.')
    const again = await step('duplicate', async () => {
      for (const { id } of (await sender.deliveries()).filter(({ eventId }) => eventId === failed)) {
        await sender.redeliver(id)
      }
    })
    if (again.join('\n') !== late.join('\n')) broken.push('A duplicate changed something.')
    await step('unknown event', async () => {
      const event = {
        event: 'policy.published',
        event_id: random.uuid(),
        timestamp: new Date().toISOString(),
        data: { policy: 'Access control' },
      }
      for (const { app, forwarder } of places) {
        const answer = await sendSigned(forwarder.url, event)
        if (answer?.status !== 200)
          broken.push(`${app} answered ${answer?.status ?? 'nothing'} to an unknown event.`)
      }
    })

    const deliveries = await sender.deliveries()
    broken.push(
      ...deliveries
        .filter(({ status }) => status !== 'succeeded' && status !== 'delivered')
        .map(({ eventId, status }) => `A delivery of ${eventId} is ${status}.`),
    )
    for (const { app, destination, forwarder } of places) {
      const held = destination.conditions(Object.keys(expected))
      for (const [key, { state, apps }] of Object.entries(expected)) {
        const { open = 0, closed = 0 } = held.get(key) ?? {}
        const isKept = apps.some((name) => name === app)
        const wanted = isKept
          ? { open: state === 'open' ? 1 : 0, closed: state === 'open' ? 0 : 1 }
          : { open: 0, closed: 0 }
        if (open !== wanted.open || closed !== wanted.closed)
          broken.push(`${app} holds ${open} open and ${closed} closed of ${key}.`)
      }
      broken.push(
        ...destination.fake.refusals.map(({ operation, why }) => `${app} refused ${operation}: ${why}`),
      )
      const { code } = await forwarder.stop()
      if (code !== 0) broken.push(`The ${app} forwarder exited with ${code}.`)
    }
    const attempts = deliveries.flatMap((delivery) => delivery.attempts)
    return {
      title: `the life of three forwarders (seed ${seed})`,
      rows,
      counts: {
        deliveries: deliveries.length,
        attempts: Object.fromEntries(
          [...Map.groupBy(attempts, ({ httpStatus }) => String(httpStatus))].map(([status, all]) => [
            status,
            all.length,
          ]),
        ),
      },
      broken,
    }
  },
}
