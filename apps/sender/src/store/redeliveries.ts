import { type Kysely, sql, type Transaction } from 'kysely'
import type { AuditLog } from './audit.ts'
import { notifyDue } from './notify-due.ts'
import type { Tables } from './tables.ts'

/** What asking for a delivery once more did. */
export type Redelivered =
  /** A new delivery of the same event. */
  | { readonly kind: 'created'; readonly id: string }
  /** This delivery, or a redelivery of its event, is pending: its next attempt is due now, unless one is being made. */
  | { readonly kind: 'hastened'; readonly id: string }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'subscription_deleted' }
  /** The day of the event was dropped, and its body with it. */
  | { readonly kind: 'event_expired' }

/** Makes deliveries again. */
export interface RedeliveryStore {
  /** Never makes a second delivery while one is pending, however often and by how many it is asked for. */
  redeliver(accountId: string, id: string, actor: string): Promise<Redelivered>
}

/** Redeliveries in PostgreSQL, each recorded in the audit log. */
export function createRedeliveryStore(db: Kysely<Tables>, audit: AuditLog): RedeliveryStore {
  return {
    redeliver: (accountId, id, actor) =>
      db.transaction().execute(async (tx) => {
        const redelivered = await redeliver(tx, accountId, id)
        if (redelivered.kind === 'created' || redelivered.kind === 'hastened') {
          const action = redelivered.kind === 'created' ? 'delivery.redelivered' : 'delivery.hastened'
          const details = redelivered.id === id ? {} : { redelivery: redelivered.id }
          await audit.append(tx, { accountId, actor, action, target: `delivery:${id}`, details })
        }
        return redelivered
      }),
  }
}

async function redeliver(tx: Transaction<Tables>, accountId: string, id: string): Promise<Redelivered> {
  // In this order: a delivery moves from the queue to the log and never back.
  const pending = await hasten(tx, sql`id = ${id} and account_id = ${accountId}`)
  if (pending !== undefined) return { kind: 'hastened', id: pending }
  const { rows } = await sql<Original>`
    select d.subscription_id, d.event_key, s.deleted_at is not null as is_deleted, e.id is not null as has_event
    from webhooks.completed_delivery d
    join webhooks.subscription s on s.id = d.subscription_id
    left join webhooks.event e on e.id = d.event_key
    where d.id = ${id} and d.account_id = ${accountId}`.execute(tx)
  const [original] = rows
  if (original === undefined) return { kind: 'not_found' }
  if (original.is_deleted) return { kind: 'subscription_deleted' }
  const { subscription_id: subscriptionId, event_key: eventKey } = original
  const redelivery = await hasten(tx, sql`subscription_id = ${subscriptionId} and event_key = ${eventKey}`)
  if (redelivery !== undefined) return { kind: 'hastened', id: redelivery }
  if (!original.has_event) return { kind: 'event_expired' }
  const [created] = await insertRedeliveries(tx, [id])
  if (created !== undefined) return { kind: 'created', id: created }
  // Somebody else was quicker; what they made may be completed by now.
  return await redeliver(tx, accountId, id)
}

interface Original {
  readonly subscription_id: string
  readonly event_key: string
  readonly is_deleted: boolean
  readonly has_event: boolean
}

/** Makes one pending delivery due, unless it is under attempt; its id, if there is one. */
async function hasten(tx: Transaction<Tables>, which: ReturnType<typeof sql>): Promise<string | undefined> {
  const { rows } = await sql<{ id: string; subscription_id: string }>`
    select id, subscription_id from webhooks.owed_delivery where ${which} order by id limit 1`.execute(tx)
  const [pending] = rows
  if (pending === undefined) return undefined
  await sql`
    update webhooks.owed_delivery set due_at = now()
    where id = ${pending.id} and lease_id is null and due_at > now()`.execute(tx)
  await notifyDue(tx, pending.subscription_id)
  return pending.id
}

/**
 * Makes a delivery of the same event for each of these completed ones, in their order, and wakes the dispatchers. None is
 * made for an event of which a redelivery is pending.
 *
 * @returns the ids of the new ones.
 */
export async function insertRedeliveries(
  tx: Transaction<Tables>,
  ids: readonly string[],
): Promise<readonly string[]> {
  // Made ahead by every dispatcher; see webhooks.publish.
  await sql`
    select webhooks.ensure_partitions(day) from (select (clock_timestamp() at time zone 'UTC')::date as day) today
    where to_regclass('webhooks.event_' || to_char(day, 'YYYYMMDD')) is null`.execute(tx)
  const { rows } = await sql<{ id: string; subscription_id: string }>`
    insert into webhooks.owed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, due_at, created_at)
    select webhooks.uuid_v7(at), account_id, subscription_id, event_key, event_id, event, matched_by, id, is_test, at, at
    from (
      select d.*, clock_timestamp() as at from (
        select * from webhooks.completed_delivery where id = any(${ids}::uuid[]) order by id
      ) d offset 0
    ) original
    on conflict (subscription_id, event_key) where redelivery_of is not null do nothing
    returning id, subscription_id`.execute(tx)
  for (const lane of new Set(rows.map((row) => row.subscription_id))) await notifyDue(tx, lane)
  return rows.map((row) => row.id)
}
