import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Delivery } from './deliveries.ts'
import { type AccountFilter, all, type Branch, branchesOf, conditionsOf } from './delivery-filter.ts'
import { type DeliveryRow, toDelivery } from './delivery-row.ts'
import { type Page, toPage } from './page.ts'
import type { Tables } from './tables.ts'

/** What to read at first, and at most, in one statement. */
const FIRST_WINDOW = 200
const LARGEST_WINDOW = 5000
const GROWTH = 5

/** A window that took longer is followed by one of the same size. */
const QUICK_MS = 15

/** After this, a search begins no further statement. */
const SEARCH_MS = 40

/**
 * Lists deliveries, newest first.
 *
 * No set of indexes has every combination of filters. So the log is searched in windows along the index that narrows
 * most, and after a moment the search stops: the page is then shorter than its limit, or empty, and its `next` is where
 * the search goes on. No combination can keep the database busy, however rare what it looks for.
 */
export async function findDeliveries(
  db: Kysely<Tables>,
  filter: AccountFilter,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<Page<Delivery>> {
  const startedAt = performance.now()
  const found: Delivery[] = []
  let cursor = after
  let size = FIRST_WINDOW
  for (;;) {
    const askedAt = performance.now()
    const { rows } = await readWindow(filter, cursor, size, limit + 1 - found.length).execute(db)
    const [{ examined, last_id: lastId } = { examined: 0, last_id: null }] = rows
    found.push(...rows.filter((row) => row.id !== null).map(toDelivery))
    if (found.length > limit || examined < size || lastId === null) return toPage(found, limit)
    const now = performance.now()
    if (now - startedAt > SEARCH_MS) return { items: found, next: lastId }
    cursor = lastId
    if (now - askedAt < QUICK_MS) size = Math.min(size * GROWTH, LARGEST_WINDOW)
  }
}

/** The smallest UUIDv7 (RFC 9562 §5.7) of that millisecond. */
export function firstIdAt(instant: Date): string {
  const hex = Math.max(0, instant.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

interface WindowRow extends DeliveryRow {
  /** Rows read. */
  readonly examined: number
  /** The oldest of them. */
  readonly last_id: string | null
}

/** One row for each delivery found, or one without any. */
export function readWindow(
  filter: AccountFilter,
  after: string | undefined,
  size: number,
  wanted: number,
): RawBuilder<WindowRow> {
  const range = rangeOf(filter, after)
  const branches = branchesOf(filter).map((branch) => readBranch(branch, range, size))
  return sql<WindowRow>`
    with seen as materialized (
      select * from (${sql.join(branches, sql` union all `)}) branch order by id desc limit ${size}::int
    )
    select search.examined, search.last_id, found.*
    from (select count(*)::int as examined, (select id from seen order by id limit 1) as last_id from seen) search
    left join lateral (
      select seen.*, (select s.url from webhooks.subscription s where s.id = subscription_id) as url
      from seen where ${conditionsOf(filter)} order by id desc limit ${wanted}::int
    ) found on true
    order by found.id desc`
}

function readBranch({ table, where }: Branch, range: readonly RawBuilder<unknown>[], size: number) {
  const state =
    table === 'owed_delivery'
      ? sql`'pending' as status, null as reason, due_at, null::timestamptz as completed_at`
      : sql`status, reason, null::timestamptz as due_at, completed_at`
  return sql`(
    select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, attempt_count,
      last_outcome, last_http_status, created_at, ${state}
    from webhooks.${sql.ref(table)}
    where ${all([...where, ...range])}
    order by id desc limit ${size}::int)`
}

// Ids are UUIDv7 and sort by creation time, so a time range is a range of the index that the page comes from.
function rangeOf({ since, until }: AccountFilter, after: string | undefined): readonly RawBuilder<unknown>[] {
  return [
    ...(after === undefined ? [] : [sql`id < ${after}::uuid`]),
    ...(since === undefined ? [] : [sql`id >= ${firstIdAt(since)}::uuid`]),
    ...(until === undefined ? [] : [sql`id < ${firstIdAt(until)}::uuid`]),
  ]
}
