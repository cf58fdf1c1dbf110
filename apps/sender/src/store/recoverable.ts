import { type Kysely, type RawBuilder, sql } from 'kysely'
import { firstIdAt } from './find-deliveries.ts'
import type { Tables } from './tables.ts'

/** Deliveries of one subscription that were created in some time. */
export interface RecoverRange {
  readonly subscriptionId: string
  readonly since: Date
  /** Exclusive. */
  readonly until: Date
}

/**
 * How many deliveries a recovery would make: one for each event of the range that the subscription has not received, by
 * its newest delivery there, which failed or was canceled. Tests, and events that are no longer kept, do not count.
 */
export async function countRecoverable(db: Kysely<Tables>, range: RecoverRange): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from webhooks.completed_delivery d
    where d.status in ('failed', 'canceled') and d.status <> 'succeeded' and ${isInRange(range)} and ${isWanted(range)}`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}

/** The next of them after `lastId` in the order of ids. */
export interface NextRecoverable {
  readonly ids: readonly string[]
  /** Up to where was looked. */
  readonly lastId: string | null
  readonly hasMore: boolean
}

const WINDOW = 2000

/** Finds at most `limit` deliveries to recover; looks at no more than 2,000. */
export async function findRecoverable(
  db: Kysely<Tables>,
  range: RecoverRange,
  lastId: string | null,
  limit: number,
): Promise<NextRecoverable> {
  const branches = ['failed', 'canceled'].map(
    (status) => sql`(
      select id, subscription_id, event_key, is_test from webhooks.completed_delivery d
      where d.status = ${status} and d.status <> 'succeeded' and ${isInRange(range)}
        and (${lastId}::uuid is null or d.id > ${lastId})
      order by id limit ${WINDOW}::int)`,
  )
  const { rows } = await sql<{ ids: string[]; examined: number; last_id: string | null }>`
    with seen as materialized (
      select * from (${sql.join(branches, sql` union all `)}) branch order by id limit ${WINDOW}::int
    )
    select array(select d.id from seen d where ${isWanted(range)} order by d.id limit ${limit}::int) as ids,
      (select count(*)::int from seen) as examined, (select id from seen order by id desc limit 1) as last_id`.execute(
    db,
  )
  const [{ ids, examined, last_id: lastSeen } = { ids: [], examined: 0, last_id: null }] = rows
  if (ids.length === limit) return { ids, lastId: ids.at(-1) ?? lastId, hasMore: true }
  return { ids, lastId: lastSeen ?? lastId, hasMore: examined === WINDOW }
}

function isInRange({ subscriptionId, since, until }: RecoverRange): RawBuilder<unknown> {
  return sql`d.subscription_id = ${subscriptionId}
    and d.id >= ${firstIdAt(since)}::uuid and d.id < ${firstIdAt(until)}::uuid`
}

// A newer delivery of the event speaks for the older ones: it succeeded, may yet, or is recovered itself.
function isWanted({ until }: RecoverRange): RawBuilder<unknown> {
  return sql`not d.is_test
    and exists (select from webhooks.event e where e.id = d.event_key)
    and not exists (
      select from webhooks.owed_delivery r where r.event_key = d.event_key and r.subscription_id = d.subscription_id)
    and not exists (
      select from webhooks.completed_delivery r
      where r.event_key = d.event_key and r.subscription_id = d.subscription_id and r.id > d.id
        and (r.status = 'succeeded' or r.id < ${firstIdAt(until)}::uuid))`
}
