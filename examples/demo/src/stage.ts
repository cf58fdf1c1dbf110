import { generateSecret } from '@complywise/webhooks'
import { createApiClient, type ApiClient } from './api-client.ts'
import type { Closers } from './closers.ts'
import { type Destination, startDestinations } from './destinations.ts'
import { startForwarder } from './forwarder-process.ts'
import { type DemoReceiver, startReceiver } from './receiver.ts'
import { type LoggedAttempt, startSender } from './sender-process.ts'

// Of three events: an endpoint that fails ten times in a row is left alone for a while.
const FAILURES = 2

/** Everything that runs. */
export interface Stage {
  /** The sender's address. */
  readonly url: string
  readonly admin: ApiClient
  readonly publisher: ApiClient
  readonly publisherKey: string
  /** Of the role admin; for the page. */
  readonly adminKey: string
  readonly subscribers: readonly Subscriber[]
  readonly destinations: readonly Destination[]
}

/** Whoever is to get events. */
export interface Subscriber {
  readonly name: string
  /** The name as people write it. */
  readonly title: string
  /** What it is, for people. */
  readonly words: string
  /** Of the events that it wants. */
  readonly pattern: string
  readonly url: string
  readonly secret: string
  /** Absent for forwarders. */
  readonly receiver?: DemoReceiver
}

/** What the stage needs to start. */
export interface StageOptions {
  readonly directory: string
  readonly port: string
  readonly closers: Closers
  readonly onAttempt: (attempt: LoggedAttempt) => void
  /** Called at most once, when a process ends that should go on. */
  readonly onDeath: (error: Error) => void
}

/** Starts the sender, the receivers, the destinations and their forwarders, all at once. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { directory, port, closers, onAttempt, onDeath } = options
  const sender = startSender(directory, { port, onAttempt })
  closers.add(() => sender.stop())
  sender.died.catch(onDeath)
  const [keys, receivers, { destinations, forwarders }] = await Promise.all([
    sender.ready.then(() => Promise.all([sender.createKey('admin'), sender.createKey('publisher')])),
    Promise.all([
      addReceiver(closers, { name: 'reports', pattern: '*', failures: 0 }),
      addReceiver(closers, { name: 'alerts', pattern: 'compliance.*', failures: FAILURES }),
    ]),
    addForwarders(options),
  ])
  const url = await sender.ready
  const [adminKey, publisherKey] = keys
  return {
    url,
    admin: createApiClient(url, adminKey),
    publisher: createApiClient(url, publisherKey),
    publisherKey,
    adminKey,
    subscribers: [...receivers, ...forwarders],
    destinations,
  }
}

interface ReceiverOptions extends Pick<Subscriber, 'name' | 'pattern'> {
  /** How often its handler fails before it handles an event. */
  readonly failures: number
}

async function addReceiver(closers: Closers, options: ReceiverOptions): Promise<Subscriber> {
  const { name, pattern, failures } = options
  const secret = generateSecret()
  const receiver = await startReceiver(secret, failures)
  closers.add(() => receiver.close())
  const words =
    failures === 0 ? 'an Express server' : `another one, which fails ${failures} times an event on purpose`
  const title = name.charAt(0).toUpperCase() + name.slice(1)
  return { name, title, words, pattern, url: receiver.url, secret, receiver }
}

async function addForwarders({ directory, closers, onDeath }: StageOptions): Promise<{
  readonly destinations: readonly Destination[]
  readonly forwarders: readonly Subscriber[]
}> {
  const destinations = await startDestinations(directory)
  for (const { fake } of destinations) closers.add(() => fake.close())
  const processes = destinations.map(({ name, title, settings }) => {
    const secret = generateSecret()
    const process = startForwarder({ name, title, directory, secret, settings })
    process.died.catch(onDeath)
    return { name, title, secret, process }
  })
  closers.add(() => Promise.all(processes.map(({ process }) => process.stop())))
  const forwarders = processes.map(async ({ name, title, secret, process }) => ({
    name,
    title,
    words: `the forwarder to ${title}`,
    pattern: '*',
    url: await process.ready,
    secret,
  }))
  return { destinations, forwarders: await Promise.all(forwarders) }
}
