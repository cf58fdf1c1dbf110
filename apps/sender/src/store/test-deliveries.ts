import { randomUUID } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { AttemptResult } from '../domain/outcome.ts'
import { decideTest } from '../domain/test-verdict.ts'
import type { ClaimedDelivery, DeliveryQueue } from './delivery-queue.ts'
import { type ChangeTarget, type LockedSubscription, lockSubscription } from './locked-subscription.ts'
import {
  createStoreContext,
  type StoreContext,
  type SubscriptionStoreOptions,
} from './subscription-store-context.ts'
import { openHeaders } from './subscription.ts'
import type { Tables } from './tables.ts'

/** An event that goes to one subscription, whatever it is subscribed to. */
export interface TestEvent {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Deliveries that whoever asked for them attempts at once. They stand in the Delivery Log like all others. */
export interface TestDeliveryStore {
  /**
   * Stores an event with its delivery, under this process's claim from the beginning. Should the process die, the
   * delivery is given up once the claim has ended: see {@link giveUpInterruptedTests}.
   *
   * @returns `undefined` when there is no such subscription. Its state does not matter.
   */
  begin(target: ChangeTarget, event: TestEvent, leaseMs: number): Promise<ClaimedDelivery | undefined>
  /** Records the attempt. Of one whose subscription was deleted meanwhile nothing is written. */
  settle(delivery: ClaimedDelivery, result: AttemptResult): Promise<void>
}

/** Test deliveries in PostgreSQL; `queue` records what comes of them. */
export function createTestDeliveryStore(
  db: Kysely<Tables>,
  queue: Pick<DeliveryQueue, 'settle'>,
  options: SubscriptionStoreOptions,
): TestDeliveryStore {
  const context = createStoreContext(db, options)
  return {
    begin: (target, event, leaseMs) => begin(context, target, event, leaseMs),
    async settle(delivery, result) {
      await queue.settle([{ delivery, result, verdict: decideTest(result) }])
    },
  }
}

async function begin(
  context: StoreContext,
  target: ChangeTarget,
  event: TestEvent,
  leaseMs: number,
): Promise<ClaimedDelivery | undefined> {
  const { db, audit } = context
  const { accountId, id, actor } = target
  return await db.transaction().execute(async (tx) => {
    const locked = await lockSubscription(tx, { accountId, id, actor })
    if (locked.kind !== 'locked') return undefined
    const delivery = await insert(tx, accountId, id, event, leaseMs)
    const endpoint = await readEndpoint(tx, context, locked.row)
    const details = { event: event.event, event_id: delivery.eventId }
    const action = 'subscription.tested'
    await audit.append(tx, { accountId, actor, action, target: `subscription:${id}`, details })
    return { ...delivery, ...endpoint }
  })
}

type Endpoint = Pick<ClaimedDelivery, 'url' | 'secrets' | 'headers' | 'timeoutMs' | 'generation'>

async function readEndpoint(
  tx: Transaction<Tables>,
  { openSecret }: StoreContext,
  row: LockedSubscription,
): Promise<Endpoint> {
  const secrets = await tx
    .selectFrom('subscription_secret')
    .select('sealed')
    .where('subscription_id', '=', row.id)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .orderBy('id', 'desc')
    .execute()
  return {
    url: row.url,
    secrets: openAll(
      secrets.map(({ sealed }) => sealed),
      row.id,
      openSecret,
    ),
    headers: openHeaders(row, openSecret),
    timeoutMs: row.attempt_timeout_ms,
    generation: row.generation,
  }
}

// The attempter says what is wrong when there is none.
function openAll(
  sealed: readonly Buffer[],
  owner: string,
  openSecret: StoreContext['openSecret'],
): readonly string[] {
  try {
    return sealed.map((bytes) => openSecret(bytes, owner))
  } catch {
    return []
  }
}

async function insert(
  tx: Transaction<Tables>,
  accountId: string,
  subscriptionId: string,
  { event, data }: TestEvent,
  leaseMs: number,
): Promise<Omit<ClaimedDelivery, keyof Endpoint>> {
  const [eventId, leaseId] = [randomUUID(), randomUUID()]
  const at = await instantWithPartitions(tx)
  const timestamp = new Date(at)
  const body = Buffer.from(
    JSON.stringify({ event, event_id: eventId, timestamp: timestamp.toISOString(), data }),
  )
  const { rows } = await sql<{ id: string }>`
    with stored as (
      insert into webhooks.event
        (id, account_id, event_id, event, "timestamp", body, delivery_count, created_at)
      values (webhooks.uuid_v7(${at}::timestamptz), ${accountId}, ${eventId}, ${event}, ${timestamp}, ${body}, 1, ${at})
      returning id, created_at
    ), identified as (
      insert into webhooks.event_identity (account_id, event_id, event_key)
      select ${accountId}, ${eventId}, id from stored
    )
    insert into webhooks.owed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, is_test, attempt_count, due_at, lease_id, leased_at,
       lease_until, created_at)
    select webhooks.uuid_v7(created_at), ${accountId}, ${subscriptionId}, id, ${eventId}, ${event}, true, 1, created_at,
      ${leaseId}, now(), now() + ${leaseMs} * interval '1 millisecond', created_at
    from stored
    returning id`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error('An insert returned no row')
  return {
    id: row.id,
    leaseId,
    accountId,
    subscriptionId,
    eventId,
    event,
    attempt: 1,
    failures: 0,
    body,
    isTest: true,
    isProbe: false,
    isOrdered: false,
    traceparent: null,
  }
}

/** The database's time, of which the partitions are there. */
async function instantWithPartitions(tx: Transaction<Tables>): Promise<string> {
  const { rows } = await sql<{ at: string }>`
    with instant as (select clock_timestamp() as at), today as (select (at at time zone 'UTC')::date as day from instant)
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      case when to_regclass('webhooks.event_' || to_char(day, 'YYYYMMDD')) is null
        then webhooks.ensure_partitions(day)::text end as made
    from instant, today`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error('A select returned no row')
  return row.at
}
