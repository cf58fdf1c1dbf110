import { join } from 'node:path'
import { eventTypes, generateSecret, type EventType } from '@complywise/webhooks'
import { subscriptionSecretAnswer } from '../../src/api/subscription-schemas.ts'
import type { ApiClient } from './api-client.ts'
import { type ReceiverProcess, startReceiver } from './receiver-process.ts'
import type { Scene } from './scene.ts'
import { createKey, type SenderProcess } from './sender-process.ts'

/** Who publishes, and who owns the subscriptions. */
export interface Account {
  readonly id: string
  readonly adminKey: string
  readonly publisherKey: string
}

/** What a run needs to know of where its events go: every type has a subscription and a path of its own. */
export interface Audience {
  readonly receiver: ReceiverProcess
  readonly ledgerPath: string
  /** The path that each subscription's requests go to, by its id. */
  readonly pathOf: ReadonlyMap<string, string>
}

/** The path of the subscription to one type. */
export function pathOf(event: EventType): string {
  return `/${event}`
}

/** Makes the keys of a run's account, with the command that an operator uses. */
export async function createAccount(
  env: Readonly<Record<string, string>>,
  name = 'default',
): Promise<Account> {
  const { accountId: id, key: adminKey } = await createKey(env, 'admin', name)
  const { key: publisherKey } = await createKey(env, 'publisher', name)
  return { id, adminKey, publisherKey }
}

/** Starts a receiver and subscribes it to every type of event. */
export async function subscribeReceiver(
  scene: Scene,
  options: {
    readonly api: ApiClient
    readonly account: Account
    readonly sender: SenderProcess
    readonly maxHandlingMs: number
    /** Where the receiver at a port is reached; default: there. */
    readonly originOf?: (port: number) => string
  },
): Promise<Audience> {
  const { api, account, sender, maxHandlingMs } = options
  const ledgerPath = join(scene.directory, 'ledger.jsonl')
  const secrets = Object.fromEntries(eventTypes.map((event) => [pathOf(event), generateSecret()]))
  const receiver = await startReceiver(scene, { ledgerPath, secrets, maxHandlingMs })
  const origin = options.originOf?.(Number(new URL(receiver.origin).port)) ?? receiver.origin
  const paths = new Map<string, string>()
  for (const event of eventTypes) {
    const path = pathOf(event)
    const id = await subscribe(api, sender, account, {
      url: origin + path,
      events: [event],
      secret: secrets[path],
    })
    paths.set(id, path)
  }
  return { receiver, ledgerPath, pathOf: paths }
}

/** Subscribes an endpoint and returns the id of the subscription. */
export async function subscribe(
  api: ApiClient,
  sender: SenderProcess,
  { adminKey: key }: Account,
  json: object,
): Promise<string> {
  const { status, body } = await api.call(sender.url, { method: 'POST', path: '/api/webhooks', key, json })
  if (status !== 201) throw new Error(`Subscribing was answered ${status}: ${JSON.stringify(body)}`)
  return subscriptionSecretAnswer.parse(body).id
}
