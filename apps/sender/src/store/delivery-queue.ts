import type { Pool } from 'pg'
import type { AttemptResult } from '../domain/outcome.ts'
import type { Verdict } from '../domain/verdict.ts'
import { openSecret } from './sealed-secret.ts'

/** A delivery that this process may attempt until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string
  readonly leaseId: string
  readonly subscriptionId: string
  readonly eventId: string
  readonly event: string
  /** 1-based number of the attempt to make. */
  readonly attempt: number
  /** Failed attempts before this one. */
  readonly failures: number
  readonly url: string
  readonly body: Uint8Array
  /** Newest first; empty when they could not be decrypted. */
  readonly secrets: readonly string[]
}

/** How many deliveries may be claimed from one lane. */
export interface LaneRoom {
  readonly subscriptionId: string
  readonly room: number
}

/** A lane that holds pending deliveries, and when the first of them may be claimed. */
export interface WaitingLane {
  readonly subscriptionId: string
  readonly readyAt: Date
}

/** An attempt's result together with what it means for its delivery. */
export interface Settlement {
  readonly delivery: ClaimedDelivery
  readonly result: AttemptResult
  readonly verdict: Verdict
}

/** The deliveries that are owed, as a queue with leases. Every method is one transaction and safe to repeat. */
export interface DeliveryQueue {
  /**
   * Leases due deliveries, oldest first, at most `room` from each lane. Rows that another process holds are
   * passed over. A row whose lease has run out is taken over, and the attempt that was lost with it is recorded
   * as `lease_expired`.
   */
  claim(lanes: readonly LaneRoom[], leaseMs: number): Promise<readonly ClaimedDelivery[]>
  /**
   * Records attempts and their consequences together.
   *
   * @returns ids of the deliveries settled. One whose lease was lost is missing, and nothing of it was written.
   */
  settle(settlements: readonly Settlement[]): Promise<ReadonlySet<string>>
  /**
   * Every lane with pending deliveries whose subscription is active. Deliveries that were published while their
   * subscription was being deleted are canceled on the way.
   */
  findWaitingLanes(): Promise<readonly WaitingLane[]>
}

/** A queue on PostgreSQL. `encryptionKey` opens the subscriptions' secrets; see sealed-secret.ts. */
export function createDeliveryQueue(pool: Pool, encryptionKey: Uint8Array): DeliveryQueue {
  return {
    claim: (lanes, leaseMs) => claim(pool, encryptionKey, lanes, leaseMs),
    settle: (settlements) => settle(pool, settlements),
    findWaitingLanes: () => findWaitingLanes(pool),
  }
}

// Rows under a live lease stay at the head of their lane and are filtered out, rather than moved by a new
// due_at: there are never more of them than attempts in flight, and the claim touches no index.
const CLAIM = `
  with lane as materialized (
    select s.id, s.url, room,
      array(select sealed from webhooks.subscription_secret k
            where k.subscription_id = s.id and (k.expires_at is null or k.expires_at > now())
            order by k.id desc) as sealed_secrets
    from unnest($1::uuid[], $2::int[]) as asked (subscription_id, room)
    join webhooks.subscription s on s.id = asked.subscription_id
    where s.state = 'active' and s.deleted_at is null and (s.held_until is null or s.held_until <= now())
  ), due as (
    select lane.url, lane.sealed_secrets, head.* from lane cross join lateral (
      select d.id, d.leased_at as lost_at, d.attempt_count as attempts_before
      from webhooks.delivery d
      where d.subscription_id = lane.id and d.status = 'pending' and d.due_at <= now()
        and (d.lease_until is null or d.lease_until <= now())
      order by d.due_at, d.id
      limit lane.room
      for update skip locked
    ) head
  ), lost as (
    insert into webhooks.attempt (delivery_id, number, started_at, duration_ms, outcome, detail)
    select id, attempts_before, lost_at, 0, 'lease_expired', 'The sender stopped during this attempt; its outcome is unknown.'
    from due where lost_at is not null
    on conflict do nothing
  ), claimed as (
    update webhooks.delivery d
    set lease_id = $3, leased_at = now(), lease_until = now() + $4::int * interval '1 millisecond',
      attempt_count = d.attempt_count + 1
    from due where d.id = due.id
    returning d.id, d.subscription_id, d.event_key, d.event_id, d.event, d.attempt_count, d.failure_count,
      due.url, due.sealed_secrets
  )
  select c.*, e.body from claimed c join webhooks.event e on e.id = c.event_key`

interface ClaimRow {
  readonly id: string
  readonly subscription_id: string
  readonly event_id: string
  readonly event: string
  readonly attempt_count: number
  readonly failure_count: number
  readonly url: string
  readonly sealed_secrets: readonly Buffer[]
  readonly body: Buffer
}

async function claim(
  pool: Pool,
  encryptionKey: Uint8Array,
  lanes: readonly LaneRoom[],
  leaseMs: number,
): Promise<readonly ClaimedDelivery[]> {
  const leaseId = crypto.randomUUID()
  const { rows } = await pool.query<ClaimRow>({
    name: 'claim',
    text: CLAIM,
    values: [lanes.map((lane) => lane.subscriptionId), lanes.map((lane) => lane.room), leaseId, leaseMs],
  })
  const opened = new Map<string, readonly string[]>()
  return rows.map((row) => {
    const secrets = opened.get(row.subscription_id) ?? openAll(row, encryptionKey)
    opened.set(row.subscription_id, secrets)
    return {
      id: row.id,
      leaseId,
      subscriptionId: row.subscription_id,
      eventId: row.event_id,
      event: row.event,
      attempt: row.attempt_count,
      failures: row.failure_count,
      url: row.url,
      body: row.body,
      secrets,
    }
  })
}

// One subscription whose secret does not open must not stop the others' deliveries.
function openAll(row: ClaimRow, encryptionKey: Uint8Array): readonly string[] {
  try {
    return row.sealed_secrets.map((sealed) => openSecret(sealed, row.subscription_id, encryptionKey))
  } catch {
    return []
  }
}

// Settling is fenced: only the holder of the lease finds its row. An endpoint's hold only ever grows.
const SETTLE = `
  with settled as (
    update webhooks.delivery d
    set status = i.status, due_at = i.due_at, lease_id = null, leased_at = null, lease_until = null,
      failure_count = d.failure_count + i.failures, last_outcome = i.outcome, last_http_status = i.http_status,
      completed_at = case when i.due_at is null then now() end
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::smallint[])
      as i (delivery_id, lease_id, status, due_at, failures, outcome, http_status)
    where d.id = i.delivery_id and d.lease_id = i.lease_id
    returning d.id, d.subscription_id, d.attempt_count
  ), recorded as (
    insert into webhooks.attempt
      (delivery_id, number, started_at, duration_ms, outcome, http_status, response_body, detail)
    select s.id, s.attempt_count, i.started_at, i.duration_ms, i.outcome, i.http_status, i.response_body, i.detail
    from settled s
    join unnest($1::uuid[], $6::text[], $7::smallint[], $8::timestamptz[], $9::int[], $10::bytea[], $11::text[])
      as i (delivery_id, outcome, http_status, started_at, duration_ms, response_body, detail)
      on i.delivery_id = s.id
  ), held as (
    update webhooks.subscription s
    set held_until = greatest(s.held_until, i.held_until)
    from (select settled.subscription_id, max(held_until) as held_until
          from settled join unnest($1::uuid[], $12::timestamptz[]) as e (delivery_id, held_until) on e.delivery_id = settled.id
          group by 1) i
    where s.id = i.subscription_id and i.held_until is not null
  ), disabled as (
    update webhooks.subscription s
    set state = 'disabled', state_reason = 'endpoint_gone', updated_at = now()
    from settled join unnest($1::uuid[], $13::bool[]) as e (delivery_id, is_gone) on e.delivery_id = settled.id and e.is_gone
    where s.id = settled.subscription_id and s.state = 'active'
  )
  select id from settled`

async function settle(pool: Pool, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
  const results = settlements.map((settlement) => settlement.result)
  const verdicts = settlements.map((settlement) => settlement.verdict)
  const { rows } = await pool.query<{ id: string }>({
    name: 'settle',
    text: SETTLE,
    values: [
      settlements.map((settlement) => settlement.delivery.id),
      settlements.map((settlement) => settlement.delivery.leaseId),
      verdicts.map((verdict) => verdict.status),
      verdicts.map((verdict) => verdict.dueAt),
      verdicts.map((verdict) => (verdict.isFailure ? 1 : 0)),
      results.map((result) => result.outcome),
      results.map((result) => result.httpStatus ?? null),
      results.map((result) => result.startedAt),
      results.map((result) => result.durationMs),
      results.map((result) => result.responseBody ?? null),
      results.map((result) => result.detail ?? null),
      verdicts.map((verdict) => verdict.holdUntil ?? null),
      verdicts.map((verdict) => verdict.isGone ?? false),
    ],
  })
  return new Set(rows.map((row) => row.id))
}

// Jumps from lane to lane along the index instead of reading every pending row.
const FIND_WAITING_LANES = `
  with recursive lane as (
    (select subscription_id, due_at from webhooks.delivery
     where status = 'pending' order by subscription_id, due_at limit 1)
    union all
    select head.* from lane cross join lateral (
      select d.subscription_id, d.due_at from webhooks.delivery d
      where d.status = 'pending' and d.subscription_id > lane.subscription_id
      order by d.subscription_id, d.due_at limit 1
    ) head
  )
  select lane.subscription_id, greatest(lane.due_at, s.held_until) as ready_at, s.deleted_at is not null as is_deleted
  from lane join webhooks.subscription s on s.id = lane.subscription_id
  where s.state = 'active' or s.deleted_at is not null`

async function findWaitingLanes(pool: Pool): Promise<readonly WaitingLane[]> {
  const { rows } = await pool.query<{ subscription_id: string; ready_at: Date; is_deleted: boolean }>({
    name: 'find-waiting-lanes',
    text: FIND_WAITING_LANES,
  })
  const deleted = rows.filter((row) => row.is_deleted).map((row) => row.subscription_id)
  if (deleted.length > 0) await cancelPending(pool, deleted)
  return rows
    .filter((row) => !row.is_deleted)
    .map((row) => ({ subscriptionId: row.subscription_id, readyAt: row.ready_at }))
}

/** Cancels what is still owed to `subscriptionIds`; attempts under way can no longer be settled. */
export async function cancelPending(
  client: Pick<Pool, 'query'>,
  subscriptionIds: readonly string[],
): Promise<void> {
  await client.query(
    `update webhooks.delivery
     set status = 'canceled', due_at = null, lease_id = null, leased_at = null, lease_until = null, completed_at = now()
     where subscription_id = any ($1::uuid[]) and status = 'pending'`,
    [subscriptionIds],
  )
}
