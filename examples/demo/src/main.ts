import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { eventCatalog, eventTypes } from '@complywise/webhooks'
import { type ApiClient, createApiClient } from './api-client.ts'
import { type DemoReceiver, startReceiver } from './receiver.ts'
import { printReport, waitForDeliveries } from './report.ts'
import { say, title } from './screen.ts'
import { type SenderProcess, startSender } from './sender-process.ts'

const usage = `The whole product in one command: a sender on its embedded database, two Express receivers, six events.

Usage: demo [options]

  --once       exit when every event is delivered: 0 if all were, 1 if not, with the reason
  --port <n>   port of the sender's API (default: any free one)
  -h, --help   show this
`

/** Long enough for a slow machine; every delivery is settled within some five seconds on a usual one. */
const DEADLINE_MS = 60_000

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else process.exitCode = await runInTemporaryDirectory(values).catch(fail)

async function runInTemporaryDirectory(options: {
  readonly once: boolean
  readonly port: string
}): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'complywise-demo-'))
  try {
    return await run(directory, options)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function fail(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
}

async function run(
  directory: string,
  { once, port }: { readonly once: boolean; readonly port: string },
): Promise<number> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve('interrupted'))
  })
  title('Starting the sender on its embedded PostgreSQL')
  const sender = await startSender(directory, port)
  const receivers = [await startReceiver('reports', 0), await startReceiver('alerts', 2)]
  try {
    const told = await Promise.race([tellTheStory(sender, receivers), interrupted])
    if (told === 'interrupted' || once) return told === 'interrupted' ? 130 : told.exitCode
    printWhatNext(sender, told.publisherKey)
    const reason = await Promise.race([interrupted, sender.ended])
    if (reason !== 'interrupted') throw new Error('The sender has stopped by itself.')
    return 0
  } finally {
    for (const receiver of receivers) receiver.close()
    await sender.stop()
  }
}

interface Told {
  readonly exitCode: number
  readonly publisherKey: string
}

async function tellTheStory(sender: SenderProcess, receivers: readonly DemoReceiver[]): Promise<Told> {
  const [adminKey, publisherKey] = await Promise.all([
    sender.createKey('admin'),
    sender.createKey('publisher'),
  ])
  const admin = createApiClient(sender.url, adminKey)
  const publisher = createApiClient(sender.url, publisherKey)

  title('Subscribing two receivers to all events')
  const subscriptions = new Map<string, string>()
  for (const receiver of receivers) {
    const { id, secret } = await admin.createSubscription(receiver.url, ['*'])
    receiver.trust(secret)
    subscriptions.set(id, receiver.name)
    say(
      'subscribed',
      receiver.name,
      `${receiver.url}${receiver.failures > 0 ? `, fails ${receiver.failures} times an event on purpose` : ''}`,
    )
  }
  sender.onAttempt(async (attempt) => {
    const delivery = await admin.getDelivery(attempt.deliveryId).catch(() => undefined)
    // The sender finishes what is in flight after its API is closed.
    if (delivery === undefined) return
    const { subscription_id: subscriptionId, event } = delivery
    const name = subscriptions.get(subscriptionId) ?? subscriptionId
    say(
      'attempted',
      name,
      `${event}, attempt ${attempt.number}: ${attempt.outcome} in ${attempt.durationMs} ms`,
    )
  })

  title('Publishing one of each of the six events')
  const eventIds = await publishAll(publisher)
  const deliveries = await waitForDeliveries(admin, eventIds.length * receivers.length, DEADLINE_MS)
  return { exitCode: printReport(deliveries, subscriptions, receivers, eventIds), publisherKey }
}

async function publishAll(publisher: ApiClient): Promise<readonly string[]> {
  const eventIds: string[] = []
  for (const type of eventTypes) {
    const { event_id: eventId, delivery_count: deliveryCount } = await publisher.publish(
      type,
      eventCatalog[type].example,
    )
    say('published', 'sender', `${type} ${eventId}, owed to ${deliveryCount} subscriptions`)
    eventIds.push(eventId)
  }
  return eventIds
}

function printWhatNext(sender: SenderProcess, publisherKey: string): void {
  const data = JSON.stringify(eventCatalog['compliance.control_failed'].example)
  process.stdout.write(`
The sender goes on running; Ctrl-C stops it and removes its data.

  API          ${sender.url}/api/webhooks
  Description  ${sender.url}/openapi.json
  Ready        ${sender.url}/readyz

Publish another event and watch it arrive:

  curl -X POST ${sender.url}/api/events \\
    -H 'authorization: Bearer ${publisherKey}' \\
    -H 'content-type: application/json' \\
    -d '{"event":"compliance.control_failed","data":${data}}'

`)
}
