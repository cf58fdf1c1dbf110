import type { Pool } from 'pg'
import type { SubscriptionHealth } from '../domain/health.ts'
import { ATTEMPT_COLUMN_TYPES, ATTEMPT_COLUMNS, attemptValues } from './attempt-values.ts'
import { COUNTED_ATTEMPT } from './counted-attempt.ts'
import type { ProbePolicy, Settled, Settlement } from './delivery-queue.ts'
import { healPartitions } from './heal-partitions.ts'
import { recordCanceled } from './record-canceled.ts'

// Settling is fenced: only the holder of the lease finds its row. That is looked up by its id alone first, because
// otherwise PostgreSQL, which takes any JSON for 100 rows, prefers to read all of a queue of some thousand.
//
// One statement can update a row only once, so what several answers of one endpoint said is gathered first, in their
// order: failures count from the last success on. A healthy endpoint's row is not touched. Endpoints are locked in the
// order of their ids: two settlements never wait for each other. The update reads each row as it is once locked.
//
// An endpoint that is down is held for as long again as it has been failing, from one probe to the next. The answers
// to attempts that were under way when it went down do not prolong that. A hold only ever grows, except that the first
// success of an endpoint that was down lifts it. One that is gone is held until its subscription is disabled. An answer
// to an attempt that was claimed before the endpoint began afresh says nothing of it: it may be another's.
//
// An attempt is counted together with what it did to its delivery, in a row of its own: see the statistics' migration.
// Nothing is summed here, which the statement that folds these rows does better, and for more of them.
const SETTLE = `
  with input as materialized (
    select * from json_to_recordset($1::json) as i (
      place int, delivery_id uuid, lease_id uuid, status text, retry_in_ms float8, failures int, reason text, endpoint text,
      hold_for_ms float8, is_gone bool, is_probe bool, generation int, ${ATTEMPT_COLUMN_TYPES})
  ), retried as (
    update webhooks.owed_delivery d
    set due_at = now() + i.retry_in_ms * interval '1 millisecond', lease_id = null, leased_at = null, lease_until = null,
      failure_count = d.failure_count + i.failures, last_outcome = i.outcome, last_http_status = i.http_status
    from input i
    where d.id = any (array(select delivery_id from input))
      and d.id = i.delivery_id and d.lease_id = i.lease_id and i.status = 'pending'
    returning d.id, d.account_id, d.subscription_id, d.event, d.is_test, d.attempt_count, i.status, ${COUNTED_ATTEMPT}
  ), removed as (
    delete from webhooks.owed_delivery d using input i
    where d.id = any (array(select delivery_id from input))
      and d.id = i.delivery_id and d.lease_id = i.lease_id and i.status <> 'pending'
    returning d.*, i.status, i.reason, i.failures, i.outcome, i.http_status, ${COUNTED_ATTEMPT}
  ), completed as (
    insert into webhooks.completed_delivery
      (id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
       attempt_count, failure_count, last_outcome, last_http_status, created_at, completed_at, is_counted)
    select id, account_id, subscription_id, event_key, event_id, event, matched_by, redelivery_of, is_test, status, reason,
      attempt_count, failure_count + failures, outcome, http_status, created_at, now(), true
    from removed
  ), settled as (
    select id, subscription_id, attempt_count from retried
    union all
    select id, subscription_id, attempt_count from removed
  ), recorded as (
    insert into webhooks.attempt (delivery_id, number, ${ATTEMPT_COLUMNS})
    select s.id, s.attempt_count, ${ATTEMPT_COLUMNS}
    from settled s join input i on i.delivery_id = s.id
  ), counted as (
    insert into webhooks.statistics_delta
      (account_id, subscription_id, event, made_at, status, has_succeeded, ended_at, latency_bin, count)
    select account_id, subscription_id, event, created_at, status, has_succeeded, ended_at, latency_bin, 1
    from removed where not is_test
    union all
    select account_id, subscription_id, event, null, null, has_succeeded, ended_at, latency_bin, 1
    from retried where not is_test and ended_at is not null
  ), ranked as (
    select s.subscription_id, i.generation, i.endpoint, i.hold_for_ms, i.is_gone, i.is_probe, i.place,
      max(i.place) filter (where i.endpoint = 'ok') over (partition by s.subscription_id, i.generation) as last_ok
    from settled s join input i on i.delivery_id = s.id
  ), answer as (
    select subscription_id, generation, max(last_ok) is not null as is_ok, max(hold_for_ms) as hold_for_ms, bool_or(is_gone) as is_gone,
      bool_or(is_probe and endpoint = 'failing') as has_failed_probe,
      count(*) filter (where endpoint = 'failing' and (last_ok is null or place > last_ok))::int as failures
    from ranked group by subscription_id, generation
  ), endpoint as materialized (
    select s.id, a.is_ok, a.hold_for_ms, a.is_gone, a.has_failed_probe,
      a.failures > 0 or a.is_ok or a.is_gone as has_answered,
      case when a.is_ok then a.failures else s.consecutive_failures + a.failures end as failures,
      case when a.failures = 0 and a.is_ok then null when a.is_ok then now()
        when a.failures > 0 then coalesce(s.failing_since, now()) else s.failing_since end as failing_since,
      s.is_probing and not a.is_ok as is_still_probing
    from webhooks.subscription s join answer a on a.subscription_id = s.id and a.generation = s.generation
    where a.failures > 0 or a.hold_for_ms is not null or a.is_gone
      or a.is_ok and (s.consecutive_failures > 0 or s.is_probing or s.degraded_at is not null)
    order by s.id
    for no key update of s
  ), answered as (
    update webhooks.subscription s
    set consecutive_failures = e.failures,
      failing_since = e.failing_since,
      is_probing = e.is_still_probing or e.failures >= $2::int,
      held_until = greatest(
        case when s.is_probing and e.is_ok then null else s.held_until end,
        now() + e.hold_for_ms * interval '1 millisecond',
        case when e.is_gone then now() + interval '1 minute' end,
        case when e.has_failed_probe and e.is_still_probing or e.failures >= $2::int and not e.is_still_probing
          then now() + least(greatest($3::float8 * interval '1 millisecond', now() - e.failing_since),
            $4::float8 * interval '1 millisecond') end)
    from endpoint e
    where s.id = e.id
    returning s.id, s.account_id, s.generation, s.state, s.degraded_at is not null as is_degraded, s.is_probing, s.consecutive_failures,
      extract(epoch from now() - s.failing_since)::float8 * 1000 as failing_for_ms, e.is_gone, e.has_answered
  )
  select id, null::uuid as account_id, null::int as generation, null as state, null::bool as is_degraded, null::bool as is_probing,
    null::int as consecutive_failures, null::float8 as failing_for_ms, null::bool as is_gone
  from settled
  union all
  select id, account_id, generation, state, is_degraded, is_probing, consecutive_failures, failing_for_ms, is_gone
  from answered where has_answered`

/**
 * {@link DeliveryQueue.settle} in one statement, and a second one for what the queue has no row of: it was canceled while
 * it was attempted, or settled before.
 */
export async function settle(
  pool: Pool,
  probePolicy: ProbePolicy,
  settlements: readonly Settlement[],
): Promise<Settled> {
  const { rows } = await healPartitions(pool, () =>
    pool.query<SettledRow | HealthRow>({
      name: 'settle',
      text: SETTLE,
      values: [
        JSON.stringify(settlements.map(toInput)),
        probePolicy.afterFailures,
        probePolicy.baseMs,
        probePolicy.capMs,
      ],
    }),
  )
  const ids = new Set(rows.filter((row) => row.account_id === null).map((row) => row.id))
  const others = settlements.filter(({ delivery }) => !ids.has(delivery.id))
  const health = rows.filter((row) => row.account_id !== null).map(toHealth)
  try {
    for (const id of await recordCanceled(pool, others)) ids.add(id)
  } catch (error) {
    // Settled again, all of these are found recorded. Only the health would be lost, which is worth more than a record.
    if (health.length === 0) throw error
  }
  return { ids, health }
}

function toInput({ delivery, result, verdict }: Settlement, place: number): unknown {
  return {
    place,
    delivery_id: delivery.id,
    lease_id: delivery.leaseId,
    status: verdict.status,
    retry_in_ms: verdict.retryInMs,
    failures: verdict.isFailure ? 1 : 0,
    reason: verdict.reason,
    endpoint: verdict.endpoint,
    hold_for_ms: verdict.holdForMs,
    is_gone: verdict.isGone ?? false,
    is_probe: delivery.isProbe,
    generation: delivery.generation,
    ...attemptValues(result),
  }
}

interface SettledRow {
  readonly id: string
  readonly account_id: null
}

interface HealthRow {
  readonly id: string
  readonly account_id: string
  readonly generation: number
  readonly state: 'active' | 'paused' | 'disabled'
  readonly is_degraded: boolean
  readonly is_probing: boolean
  readonly consecutive_failures: number
  readonly failing_for_ms: number | null
  readonly is_gone: boolean
}

function toHealth(row: HealthRow): SubscriptionHealth {
  return {
    subscriptionId: row.id,
    accountId: row.account_id,
    generation: row.generation,
    state: row.state,
    isDegraded: row.is_degraded,
    isProbing: row.is_probing,
    consecutiveFailures: row.consecutive_failures,
    failingForMs: row.failing_for_ms,
    isGone: row.is_gone,
  }
}
