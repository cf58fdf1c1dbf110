import { eventTypes } from '@complywise/webhooks'
import type { Pool } from 'pg'
import { answerOf, type ApiClient } from './api-client.ts'
import { type Cast, type PlayerName, playerNames, troubledEvents } from './cast.ts'
import { exampleOf, hostileEvent, publish, publishEach } from './events.ts'
import { hostilePath } from './hostile.ts'
import { ageFailures, eventually, hurry } from './time-travel.ts'

/** What a stage's story left behind, to look up. */
export interface Told {
  readonly subscriptions: Readonly<Record<PlayerName, string>>
  /** The newest delivery of each player but `fresh`, and one of other kinds each. */
  readonly deliveries: Readonly<Record<DeliveryName, string>>
  readonly events: Readonly<Record<EventName, string>>
}

/** Who has a delivery in {@link Told}, and what else there is one of. */
export type DeliveryName =
  | Exclude<PlayerName, 'fresh'>
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'test'
  | 'redelivery'

/** `filteredOut`: `filtered` did not subscribe to it. `hostile`: its data hold hostile texts. */
export type EventName = 'filteredOut' | 'hostile'

/** Calls the sender as each of its users does. */
export interface StoryTools {
  readonly pool: Pool
  readonly admin: ApiClient
  readonly publisher: ApiClient
}

/** Puts an account into every state that the page can show. Takes a few seconds. */
export async function tellStory(tools: StoryTools, cast: Cast): Promise<Told> {
  const { pool, admin, publisher } = tools
  const ids = await subscribeAll(admin, cast)

  await publishEach(publisher, troubledEvents, 1)
  await attempted(pool, ids, ['refused', 'disabled', 'failing', 'hostile'])
  await ageFailures(pool, ids.disabled, { hours: 25, failures: 19 })
  await ageFailures(pool, ids.failing, { hours: 13, failures: 12 })
  await repoint(pool, ids.refused, 'http://10.20.30.40:8080/internal/webhooks')
  await repoint(pool, ids.hostile, new URL(cast.hostile.subscription.url).origin + hostilePath)
  await hurryUntil(pool, ids.disabled, "state = 'disabled'")
  await hurryUntil(pool, ids.failing, 'degraded_at is not null')
  await hurryUntil(pool, ids.gone, "state = 'disabled'")

  const hostile = await publish(publisher, hostileEvent())
  const harmless = eventTypes.filter((event) => !troubledEvents.some((troubled) => troubled === event))
  await publishEach(publisher, harmless, 20)
  await hurryUntil(
    pool,
    ids.unreachable,
    'not exists (select from webhooks.owed_delivery where subscription_id = $1)',
  )
  await admin.DELETE('/api/webhooks/{id}', { params: { path: { id: ids.deleted } } })
  await admin.POST('/api/webhooks/{id}/rotate-secret', {
    params: { path: { id: ids.rotating } },
    body: { overlap_seconds: 24 * 3600 },
  })
  const filteredOut = await publish(publisher, exampleOf('compliance.control_failed', 1))
  await attempted(
    pool,
    ids,
    playerNames.filter((name) => name !== 'paused' && name !== 'fresh'),
  )

  const { healthy } = ids
  const test = answerOf(
    await admin.POST('/api/webhooks/{id}/test', {
      params: { path: { id: healthy } },
      body: { event: 'webhook.test' },
    }),
  )
  const succeeded = await newestDelivery(pool, healthy, "status = 'succeeded' and not is_test")
  const redelivery = answerOf(
    await admin.POST('/api/deliveries/{id}/redeliver', { params: { path: { id: succeeded } } }),
  )
  const newest = await Promise.all(
    playerNames
      .filter((name) => name !== 'fresh')
      .map(async (name) => [name, await newestDelivery(pool, ids[name])] as const),
  )
  return {
    subscriptions: ids,
    deliveries: {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- All but one of the names were gone through.
      ...(Object.fromEntries(newest) as Record<Exclude<PlayerName, 'fresh'>, string>),
      succeeded,
      failed: await newestDelivery(pool, ids.unreachable, "status = 'failed'"),
      canceled: await newestDelivery(pool, ids.deleted, "status = 'canceled'"),
      test: test.delivery_id,
      redelivery: redelivery.id,
    },
    events: { filteredOut, hostile },
  }
}

async function subscribeAll(admin: ApiClient, cast: Cast): Promise<Record<PlayerName, string>> {
  const entries = await Promise.all(
    playerNames.map(async (name) => {
      const { id } = answerOf(await admin.POST('/api/webhooks', { body: cast[name].subscription }))
      return [name, id] as const
    }),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- All names were gone through.
  return Object.fromEntries(entries) as Record<PlayerName, string>
}

/** Changes a URL behind the sender's back, as a name that suddenly leads elsewhere would. */
async function repoint(pool: Pool, id: string, url: string): Promise<void> {
  await pool.query('update webhooks.subscription set url = $2 where id = $1', [id, url])
}

async function attempted(
  pool: Pool,
  ids: Readonly<Record<PlayerName, string>>,
  names: readonly PlayerName[],
): Promise<void> {
  for (const name of names) {
    await eventually(`${name} is attempted`, async () => {
      const delivered =
        'select from webhooks.delivery where subscription_id = $1 and attempt_count > 0 and last_outcome is not null'
      return (await pool.query(delivered, [ids[name]])).rowCount !== 0
    })
  }
}

async function hurryUntil(pool: Pool, id: string, condition: string): Promise<void> {
  await eventually(condition, async () => {
    const { rowCount } = await pool.query(
      `select from webhooks.subscription where id = $1 and ${condition}`,
      [id],
    )
    if (rowCount === 0) await hurry(pool, id)
    return rowCount !== 0
  })
}

async function newestDelivery(pool: Pool, subscriptionId: string, condition = 'true'): Promise<string> {
  let id: string | undefined
  await eventually(`${subscriptionId} has a delivery: ${condition}`, async () => {
    const { rows } = await pool.query<{ id: string }>(
      `select id from webhooks.delivery where subscription_id = $1 and ${condition} order by id desc limit 1`,
      [subscriptionId],
    )
    id = rows[0]?.id
    return id !== undefined
  })
  return id!
}
