import { setTimeout as delay } from 'node:timers/promises'
import { type Account, createAccount, subscribe } from './account.ts'
import type { ApiClient } from './api-client.ts'
import { type LoggedDelivery, openDeliveryLog } from './delivery-log.ts'
import { startHostileEndpoints } from './hostile-process.ts'
import { type Hostility, outcomesOf } from './hostilities.ts'
import { publishOverApi } from './publish-over-api.ts'
import type { Scene } from './scene.ts'
import type { SenderProcess } from './sender-process.ts'

/** Hostile endpoints, subscribed to events that were published. */
export interface Plague {
  readonly account: Account
  readonly events: number
  readonly hostilityOf: ReadonlyMap<string, Hostility>
}

/** What became of the deliveries to one hostile endpoint. */
export interface HostileFigures {
  readonly hostility: Hostility
  readonly deliveries: number
  /** How their last attempts ended. */
  readonly outcomes: readonly string[]
  readonly attempts: number
  /** The promises that were broken, in sentences. */
  readonly broken: readonly string[]
}

/** Every lane gets an attempt within this, however long others take. */
const PATIENCE_MS = 120_000
/** Attempts that a fault of our own cut off say nothing of the endpoint. */
const OUR_FAULTS = ['lease_expired', 'canceled', 'internal']

/** Subscribes an endpoint of every hostility to everything, and publishes events to all of them. */
export async function plagueWithHostility(
  scene: Scene,
  options: {
    readonly api: ApiClient
    readonly env: Readonly<Record<string, string>>
    readonly sender: SenderProcess
    readonly events: number
  },
): Promise<Plague> {
  const { api, env, sender, events } = options
  const account = await createAccount(env, 'hostile')
  const hostilityOf = new Map<string, Hostility>()
  for (const [hostility, url] of await startHostileEndpoints(scene)) {
    hostilityOf.set(await subscribe(api, sender, account, { url, events: ['*'] }), hostility)
  }
  await publishOverApi({ api, key: account.publisherKey, origin: async () => sender.url, events })
  return { account, events, hostilityOf }
}

/**
 * Promises: every hostile endpoint is still owed, or got, exactly one delivery for each event, was attempted, and every
 * attempt ended as it should.
 */
export async function checkHostility(
  api: ApiClient,
  sender: SenderProcess,
  { account, events, hostilityOf }: Plague,
): Promise<readonly HostileFigures[]> {
  if (events === 0) return []
  const log = openDeliveryLog(api, sender.url, account.adminKey)
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const owed = Map.groupBy(await log.deliveries(), (delivery) => delivery.subscription_id)
    const isEveryOneAttempted = [...hostilityOf.keys()].every((id) =>
      owed.get(id)?.some((delivery) => delivery.last_outcome !== null),
    )
    if (isEveryOneAttempted || Date.now() > deadline) {
      return [...hostilityOf].map(([id, hostility]) => judge(hostility, events, owed.get(id) ?? []))
    }
    await delay(1000)
  }
}

function judge(hostility: Hostility, events: number, deliveries: readonly LoggedDelivery[]): HostileFigures {
  const outcomes = [...new Set(deliveries.map((delivery) => delivery.last_outcome ?? 'not attempted'))]
  const allowed = new Set(['not attempted', ...outcomesOf[hostility], ...OUR_FAULTS])
  const wrong = outcomes.filter((outcome) => !allowed.has(outcome))
  return {
    hostility,
    deliveries: deliveries.length,
    outcomes,
    attempts: deliveries.reduce((total, delivery) => total + delivery.attempt_count, 0),
    broken: [
      ...(deliveries.length === events
        ? []
        : [`The endpoint that ${hostility} has ${deliveries.length} deliveries instead of ${events}.`]),
      ...(outcomes.every((outcome) => outcome === 'not attempted')
        ? [`The endpoint that ${hostility} was never attempted.`]
        : []),
      ...wrong.map((outcome) => `An attempt at the endpoint that ${hostility} ended as ${outcome}.`),
    ],
  }
}
