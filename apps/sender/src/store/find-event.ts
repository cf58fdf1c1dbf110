import { type Kysely, sql } from 'kysely'
import type { EventDetail, OtherSubscription } from './event-log.ts'
import { findDeliveries } from './find-deliveries.ts'
import { matchedBy, MAX_LISTED } from './matched-by.ts'
import type { Tables } from './tables.ts'

/** An event with its deliveries and with the subscriptions that have none. */
export async function findEvent(
  db: Kysely<Tables>,
  accountId: string,
  eventId: string,
): Promise<EventDetail | undefined> {
  const event = await db
    .selectFrom('event_identity as i')
    .innerJoin('event as e', 'e.id', 'i.event_key')
    .select(['e.id', 'e.event_id', 'e.event', 'e.timestamp', 'e.created_at', 'e.body', 'e.traceparent'])
    .where('i.account_id', '=', accountId)
    .where('i.event_id', '=', eventId)
    .executeTakeFirst()
  if (event === undefined) return undefined
  const [deliveries, others] = await Promise.all([
    findDeliveries(db, { accountId, eventKey: event.id }, { limit: MAX_LISTED }),
    findOthers(db, accountId, event.id, event.event),
  ])
  return {
    eventId: event.event_id,
    event: event.event,
    timestamp: event.timestamp,
    createdAt: event.created_at,
    body: event.body,
    traceparent: event.traceparent,
    deliveries: deliveries.items,
    others,
  }
}

async function findOthers(
  db: Kysely<Tables>,
  accountId: string,
  eventKey: string,
  event: string,
): Promise<readonly OtherSubscription[]> {
  const { rows } = await sql<OtherRow>`
    select s.id, s.events, s.created_at, s.updated_at,
      ${matchedBy(event)} as matched_by
    from webhooks.subscription s
    where s.account_id = ${accountId} and s.deleted_at is null
      and s.id not in (
        select d.subscription_id from webhooks.delivery d where d.event_key = ${eventKey} and not d.is_test)
    order by s.id desc limit ${MAX_LISTED}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    events: row.events,
    matchedBy: row.matched_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

interface OtherRow {
  readonly id: string
  readonly events: readonly string[]
  readonly matched_by: string | null
  readonly created_at: Date
  readonly updated_at: Date
}
