import { type Kysely, sql } from 'kysely'
import { bucketStarts, type StatisticsRange } from '../domain/statistics-range.ts'
import { ALL_EVENTS } from './statistics-columns.ts'
import { byBucket, type CountRow, selectCounts, sumAttempts } from './statistics-counts.ts'
import type { LastDelivery, SubscriptionStatistics } from './statistics.ts'
import type { DeliveryStatus, Tables } from './tables.ts'

const HOUR_SECONDS = 3600
const HOURS = 24
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

interface Request {
  readonly accountId: string
  readonly ids: readonly string[]
  readonly now: Date
  /** Pending deliveries looked at for all of them together. */
  readonly maxPending: number
}

/** {@link StatisticsStore.ofSubscriptions}. */
export async function readSubscriptionStatistics(
  db: Kysely<Tables>,
  request: Request,
): Promise<readonly SubscriptionStatistics[]> {
  const range = lastHours(request.now)
  const [counts, situations] = await Promise.all([readHours(db, request, range), readSituations(db, request)])
  return request.ids.flatMap((id) => {
    const situation = situations.get(id)
    return situation === undefined ? [] : [toStatistics(situation, counts.get(id) ?? [], range)]
  })
}

function lastHours(now: Date): StatisticsRange {
  const hourMs = HOUR_SECONDS * 1000
  const until = (Math.floor(now.getTime() / hourMs) + 1) * hourMs
  return { since: new Date(until - HOURS * hourMs), until: new Date(until), stepSeconds: HOUR_SECONDS }
}

async function readHours(
  db: Kysely<Tables>,
  { accountId, ids }: Request,
  range: StatisticsRange,
): Promise<ReadonlyMap<string | null, readonly CountRow[]>> {
  const { rows } = await selectCounts({ accountId, subscriptionIds: ids }, range).execute(db)
  return Map.groupBy(rows, (row) => row.subscription_id)
}

interface SituationRow {
  readonly subscription_id: string
  readonly pending: number
  readonly is_exact: boolean
  readonly id: string | null
  readonly event: string
  readonly status: DeliveryStatus
  readonly last_outcome: string | null
  readonly created_at: Date
  readonly completed_at: Date | null
}

// The newest delivery is the newest of what is owed or the newest of the log. The subscription and the id are compared as a
// pair, which only the index of both can do: otherwise, where most rows are of one subscription, PostgreSQL goes through all
// of them to find another's. The last hour in which anything was counted leaves out the days before it.
async function readSituations(
  db: Kysely<Tables>,
  { accountId, ids, maxPending }: Request,
): Promise<ReadonlyMap<string, SituationRow>> {
  const max = Math.ceil(maxPending / ids.length)
  const lane = sql`(subscription_id, id) >= (s.id, ${FIRST_ID}::uuid) and (subscription_id, id) <= (s.id, ${LAST_ID}::uuid)`
  const newestFirst = sql`order by subscription_id desc, id desc`
  const { rows } = await sql<SituationRow>`
    select s.id as subscription_id, owed.pending, owed.pending < ${max}::int as is_exact, last.*
    from webhooks.subscription s
    cross join lateral (
      select count(*)::int as pending
      from (select id from webhooks.owed_delivery where ${lane} ${newestFirst} limit ${max}::int) newest
    ) owed
    cross join lateral (
      select coalesce(webhooks.first_id_at((
        select bucket from webhooks.statistics
        where account_id = s.account_id and subscription_id = s.id and event = ${ALL_EVENTS} and step_seconds = ${HOUR_SECONDS}::int
          and deliveries_succeeded + deliveries_failed + deliveries_canceled > 0
        order by bucket desc limit 1
      )), ${FIRST_ID}::uuid) as first_id
    ) counted
    left join lateral (
      select * from (
        (select id, event, 'pending' as status, last_outcome, created_at, null::timestamptz as completed_at
         from webhooks.owed_delivery where ${lane} ${newestFirst} limit 1)
        union all
        (select id, event, status, last_outcome, created_at, completed_at
         from webhooks.completed_delivery where ${lane} and id >= counted.first_id ${newestFirst} limit 1)
      ) newest order by id desc limit 1
    ) last on true
    where s.account_id = ${accountId} and s.id = any(${ids}::uuid[]) and s.deleted_at is null`.execute(db)
  return new Map(rows.map((row) => [row.subscription_id, row]))
}

function toStatistics(
  situation: SituationRow,
  rows: readonly CountRow[],
  range: StatisticsRange,
): SubscriptionStatistics {
  const buckets = byBucket(rows)
  return {
    subscriptionId: situation.subscription_id,
    since: range.since,
    hours: bucketStarts(range).map((at) => ({ at, ...sumAttempts(buckets.get(at.getTime()) ?? []) })),
    lastDelivery: toLastDelivery(situation),
    pending: { count: situation.pending, isExact: situation.is_exact },
  }
}

function toLastDelivery(row: SituationRow): LastDelivery | undefined {
  if (row.id === null) return undefined
  return {
    id: row.id,
    event: row.event,
    status: row.status,
    lastOutcome: row.last_outcome,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  }
}
