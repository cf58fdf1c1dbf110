import type { Pool } from 'pg'

/** How the queue stands: the same for every process that asks. */
export interface QueueFigures {
  /** Deliveries that are owed: exact up to 50,000, beyond that PostgreSQL's estimate. */
  readonly owedDeliveries: number
  /** How long the oldest delivery that could be attempted now has been waiting for it. */
  readonly oldestDueSeconds: number
  /** Lanes with owed deliveries, by what keeps them: see docs/metrics.md. */
  readonly lanes: Readonly<Record<LaneState, number>>
}

/** What keeps a lane's next delivery: nothing, its schedule, a hold, a probe, or the subscription's state. */
export type LaneState = (typeof laneStates)[number]

/** All of {@link LaneState}. */
export const laneStates = ['due', 'scheduled', 'held', 'probing', 'paused', 'disabled'] as const

/** Figures that change slowly or cost more. */
export interface TotalFigures {
  readonly subscriptions: Readonly<Record<'active' | 'degraded' | 'paused' | 'disabled', number>>
  /** Transitions in the last hour, by the state they led to. */
  readonly recentTransitions: Readonly<Record<'active' | 'degraded' | 'paused' | 'disabled', number>>
  readonly owedEmails: number
  readonly runningRecoverJobs: number
  /** PostgreSQL's estimate. */
  readonly auditEntries: number
  /** Days, from tomorrow on, for which there are partitions; −1 when today's are missing. */
  readonly partitionDaysAhead: number
  readonly databaseBytes: number
}

/** Rows that are counted one by one. */
const COUNTED_EXACTLY = 50_000

// So many lanes are looked at; more of them would make the scrape of a busy sender a load of its own.
const MAX_LANES = 20_000

// Jumps from lane to lane along the index, and in each to the first delivery that nobody has claimed: what costs is the
// number of lanes and of attempts in flight, never the length of the queue.
const QUEUE = `
  with recursive lane as (
    (select subscription_id from webhooks.owed_delivery order by subscription_id limit 1)
    union all
    select next.subscription_id from lane cross join lateral (
      select d.subscription_id from webhooks.owed_delivery d
      where d.subscription_id > lane.subscription_id
      order by d.subscription_id limit 1
    ) next
  ), head as (
    select case
        when s.state <> 'active' then s.state
        when s.is_probing then 'probing'
        when s.held_until > now() then 'held'
        when due.due_at <= now() then 'due'
        else 'scheduled' end as state,
      due.due_at
    from (select subscription_id from lane limit ${MAX_LANES}) l
    join webhooks.subscription s on s.id = l.subscription_id and s.deleted_at is null
    left join lateral (
      select min(due_at) as due_at from (
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = s.id and not s.is_ordered and least(d.failure_count, 1) = 1
           and (d.lease_until is null or d.lease_until <= now())
         order by d.due_at limit 1)
        union all
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = s.id and not s.is_ordered and least(d.failure_count, 1) = 0
           and (d.lease_until is null or d.lease_until <= now())
         order by d.due_at limit 1)
        union all
        (select oldest.due_at from (
           select d.due_at, d.lease_until from webhooks.owed_delivery d
           where d.subscription_id = s.id and s.is_ordered order by d.id limit 1) oldest
         where oldest.lease_until is null or oldest.lease_until <= now())
      ) first
    ) due on true
  )
  select state, count(*)::int as lanes,
    coalesce(extract(epoch from now() - min(due_at) filter (where state = 'due')), 0)::float8 as oldest_due_seconds
  from head group by state`

const OWED = `
  select case when exact.count <= $1 then exact.count else greatest(exact.count, estimate.count) end::float8 as owed
  from (select count(*) from (select from webhooks.owed_delivery limit $1 + 1) head) exact,
    (select coalesce((select n_live_tup from pg_stat_user_tables
      where relid = 'webhooks.owed_delivery'::regclass), 0) as count) estimate`

/** Asks how the queue stands. Reads the heads of the lanes, not the queue. */
export async function readQueueFigures(pool: Pool): Promise<QueueFigures> {
  const [heads, owed] = await Promise.all([
    pool.query<{ state: LaneState; lanes: number; oldest_due_seconds: number }>(QUEUE),
    pool.query<{ owed: number }>(OWED, [COUNTED_EXACTLY]),
  ])
  const lanes: Record<LaneState, number> = {
    due: 0,
    scheduled: 0,
    held: 0,
    probing: 0,
    paused: 0,
    disabled: 0,
  }
  for (const row of heads.rows) lanes[row.state] = row.lanes
  return {
    owedDeliveries: owed.rows[0]?.owed ?? 0,
    oldestDueSeconds: Math.max(0, ...heads.rows.map((row) => row.oldest_due_seconds)),
    lanes,
  }
}

const TOTALS = `
  select
    (select json_object_agg(state, count) from (
      select case when state = 'active' and degraded_at is not null then 'degraded' else state end as state, count(*)
      from webhooks.subscription where deleted_at is null group by 1) s) as subscriptions,
    (select json_object_agg(to_state, count) from (
      select to_state, count(*) from webhooks.subscription_transition
      where id >= webhooks.first_id_at(now() - interval '1 hour') group by 1) t) as recent_transitions,
    (select count(*) from (select from webhooks.owed_email limit $1) e)::float8 as owed_emails,
    (select count(*) from webhooks.recover_job where status = 'running')::float8 as running_recover_jobs,
    (select coalesce(n_live_tup, 0) from pg_stat_user_tables
     where relid = 'webhooks.audit_entry'::regclass)::float8 as audit_entries,
    (select coalesce(max(ahead), -1) from generate_series(0, 60) ahead
     where to_regclass('webhooks.event_' || to_char((now() at time zone 'UTC')::date + ahead, 'YYYYMMDD')) is not null
    )::float8 as partition_days_ahead,
    pg_database_size(current_database())::float8 as database_bytes`

interface TotalsRow {
  readonly subscriptions: Partial<TotalFigures['subscriptions']> | null
  readonly recent_transitions: Partial<TotalFigures['recentTransitions']> | null
  readonly owed_emails: number
  readonly running_recover_jobs: number
  readonly audit_entries: number
  readonly partition_days_ahead: number
  readonly database_bytes: number
}

const noneByState = { active: 0, degraded: 0, paused: 0, disabled: 0 }

/** Asks for what changes slowly. */
export async function readTotalFigures(pool: Pool): Promise<TotalFigures> {
  const { rows } = await pool.query<TotalsRow>(TOTALS, [COUNTED_EXACTLY])
  const [row] = rows
  if (row === undefined) throw new Error('No figures came back')
  return {
    subscriptions: { ...noneByState, ...row.subscriptions },
    recentTransitions: { ...noneByState, ...row.recent_transitions },
    owedEmails: row.owed_emails,
    runningRecoverJobs: row.running_recover_jobs,
    auditEntries: row.audit_entries,
    partitionDaysAhead: row.partition_days_ahead,
    databaseBytes: row.database_bytes,
  }
}
