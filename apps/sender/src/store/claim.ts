import type { Pool } from 'pg'
import { CANCEL_THESE } from './cancel-pending.ts'
import type { Claimed, ClaimedDelivery, LaneRoom } from './delivery-queue.ts'
import { healPartitions } from './heal-partitions.ts'
import { giveUpLost } from './lost-too-often.ts'
import type { SecretOpener } from './sealed-secret.ts'

// Rows under a live lease stay at the head of their lane and are filtered out, rather than moved by a new
// due_at: there are never more of them than attempts in flight, and the claim touches no index, unless a lease ran out.
// Once locked, a row stays in its place, so the update finds it there without an index too; one that had moved just
// before is not found, and left for the next claim.
//
// A test that was begun is in nobody's way and never attempted again: see interrupted-tests.ts.
//
// A probe is under way for as long as its delivery is leased, whatever ends that. Of several processes that find none
// under way, the first to lock the subscription takes it; the others pass over the row while it is locked, and
// afterwards find another claim in it than when they began. So a claim waits for nobody, and no deadlock has it.
const CLAIM = `
  with lane as materialized (
    select s.id, s.account_id, s.url, s.sealed_headers, s.attempt_timeout_ms, s.is_ordered, s.is_probing, s.probe_lease_id,
      s.generation, room, retry_room,
      array(select sealed from webhooks.subscription_secret k
            where k.subscription_id = s.id and (k.expires_at is null or k.expires_at > now())
            order by k.id desc) as sealed_secrets
    from unnest($1::uuid[], $2::int[], $3::int[]) as asked (subscription_id, room, retry_room)
    join webhooks.subscription s on s.id = asked.subscription_id
    where s.state = 'active' and s.deleted_at is null and (s.held_until is null or s.held_until <= now())
  ), to_probe as materialized (
    select s.id from lane join webhooks.subscription s on s.id = lane.id
    where lane.is_probing and s.is_probing and s.probe_lease_id is not distinct from lane.probe_lease_id
      and not exists (
        select from webhooks.owed_delivery p
        where p.id = s.probe_delivery_id and p.lease_id = s.probe_lease_id and p.lease_until > now())
    for no key update of s skip locked
  ), open_lane as materialized (
    select id, is_ordered, is_probing,
      case when is_probing then least(room, (id in (select id from to_probe))::int)
        when is_ordered then least(room, 1) else room end as room,
      case when is_probing then 1 else retry_room end as retry_room
    from lane
  ), due as materialized (
    select head.*, lane.id as subscription_id, lane.is_probing from open_lane lane cross join lateral (
      select retry.* from (
        select d.ctid as place, d.id, d.leased_at as lost_at, d.attempt_count as attempts_before
        from webhooks.owed_delivery d
        where d.subscription_id = lane.id and not lane.is_ordered and least(d.failure_count, 1) = 1 and d.due_at <= now()
          and (d.lease_until is null or d.lease_until <= now() and not d.is_test)
        order by d.due_at, d.id
        limit least(lane.room, lane.retry_room)
        for update skip locked
      ) retry
      union all
      select first.* from (
        select d.ctid, d.id, d.leased_at, d.attempt_count
        from webhooks.owed_delivery d
        where d.subscription_id = lane.id and not lane.is_ordered and least(d.failure_count, 1) = 0 and d.due_at <= now()
          and (d.lease_until is null or d.lease_until <= now() and not d.is_test)
        order by d.due_at, d.id
        limit lane.room
        for update skip locked
      ) first
      union all
      select oldest.* from (
        select d.ctid, d.id, d.leased_at, d.attempt_count
        from webhooks.owed_delivery d
        where lane.is_ordered and d.id = (
            select h.id from webhooks.owed_delivery h
            where h.subscription_id = lane.id and (not h.is_test or h.lease_until is null) order by h.id limit 1)
          and d.due_at <= now() and (d.lease_until is null or d.lease_until <= now() and not d.is_test)
        limit lane.room
        for update skip locked
      ) oldest
      limit lane.room
    ) head
  ), probe as (
    update webhooks.subscription s set probe_delivery_id = due.id, probe_lease_id = $4
    from due where due.is_probing and s.id = due.subscription_id
  ), lost as (
    insert into webhooks.attempt (delivery_id, number, started_at, duration_ms, outcome, detail)
    select id, attempts_before, lost_at, 0, 'lease_expired', 'The sender stopped during this attempt; its outcome is unknown.'
    from due where lost_at is not null
    on conflict do nothing
  ), claimed as (
    update webhooks.owed_delivery d
    set lease_id = $4, leased_at = now(), lease_until = now() + $5::int * interval '1 millisecond',
      attempt_count = d.attempt_count + 1,
      last_outcome = case when d.leased_at is null then d.last_outcome else 'lease_expired' end,
      last_http_status = case when d.leased_at is null then d.last_http_status end
    where d.ctid = any (array(select place from due))
    returning d.id, d.subscription_id, d.event_key, d.event_id, d.event, d.is_test, d.attempt_count, d.failure_count
  )
  select c.id, c.subscription_id, c.event_id, c.event, c.is_test, c.attempt_count, c.failure_count, e.body, e.traceparent,
    null as account_id, null as url, null as sealed_secrets, null as sealed_headers, null::int as attempt_timeout_ms,
    null::boolean as is_probing, null::boolean as is_ordered, null::int as generation, null::float8 as ready_in_ms
  from claimed c left join webhooks.event e on e.id = c.event_key
  union all
  select null, lane.id, null, null, null, null, null, null, null,
    lane.account_id, lane.url, lane.sealed_secrets, lane.sealed_headers, lane.attempt_timeout_ms,
    lane.is_probing, lane.is_ordered, lane.generation, extract(epoch from later.due_at - now())::float8 * 1000
  from lane cross join lateral (
    select case when lane.is_ordered
      then (select case when d.due_at > now() then d.due_at end
            from webhooks.owed_delivery d where d.subscription_id = lane.id order by d.id limit 1)
      else least(
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = lane.id and least(d.failure_count, 1) = 1 and d.due_at > now() order by d.due_at limit 1),
        (select d.due_at from webhooks.owed_delivery d
         where d.subscription_id = lane.id and least(d.failure_count, 1) = 0 and d.due_at > now() order by d.due_at limit 1))
    end as due_at
  ) later`

interface DeliveryRow {
  readonly id: string
  readonly subscription_id: string
  readonly event_id: string
  readonly event: string
  readonly is_test: boolean
  readonly attempt_count: number
  readonly failure_count: number
  /** `null` when the event is no longer kept. */
  readonly body: Buffer | null
  readonly traceparent: string | null
}

/** What all deliveries of a lane share, once for each lane: it would take longer to read than the rest of their rows. */
interface LaneRow {
  readonly id: null
  readonly subscription_id: string
  readonly account_id: string
  readonly url: string
  readonly sealed_secrets: readonly Buffer[]
  readonly sealed_headers: Buffer | null
  readonly attempt_timeout_ms: number | null
  readonly is_probing: boolean
  readonly is_ordered: boolean
  readonly generation: number
  readonly ready_in_ms: number | null
}

/**
 * {@link DeliveryQueue.claim} in one statement, and another where a delivery turns out to have outlived its event, which
 * is canceled, or to have been lost too often, which is given up.
 */
export async function claim(
  pool: Pool,
  openSecret: SecretOpener,
  asked: readonly LaneRoom[],
  leaseMs: number,
): Promise<Claimed> {
  const leaseId = crypto.randomUUID()
  const { rows } = await healPartitions(pool, () =>
    pool.query<DeliveryRow | LaneRow>({
      name: 'claim',
      text: CLAIM,
      values: [
        asked.map((lane) => lane.subscriptionId),
        asked.map((lane) => lane.room),
        asked.map((lane) => lane.retryRoom),
        leaseId,
        leaseMs,
      ],
    }),
  )
  const lanes = rows.filter((row) => row.id === null)
  const endpoints = new Map(lanes.map((lane) => [lane.subscription_id, toEndpoint(lane, openSecret)]))
  const claimed = rows.filter((row) => row.id !== null)
  const orphans = claimed.filter((row) => row.body === null).map((row) => row.id)
  if (orphans.length > 0) await pool.query(CANCEL_THESE, [orphans, 'expired'])
  const lost = await giveUpLost(pool, claimed, leaseId)
  return {
    deliveries: claimed.flatMap((row) =>
      row.body === null || lost.has(row.id)
        ? []
        : [toClaimedDelivery(row, row.body, leaseId, endpoints.get(row.subscription_id)!)],
    ),
    waiting: lanes.flatMap(({ subscription_id: subscriptionId, ready_in_ms: readyInMs }) =>
      readyInMs === null ? [] : { subscriptionId, readyInMs },
    ),
  }
}

type Endpoint = Pick<
  ClaimedDelivery,
  | 'accountId'
  | 'subscriptionId'
  | 'url'
  | 'secrets'
  | 'headers'
  | 'timeoutMs'
  | 'isProbe'
  | 'isOrdered'
  | 'generation'
>

function toEndpoint(lane: LaneRow, openSecret: SecretOpener): Endpoint {
  return {
    accountId: lane.account_id,
    subscriptionId: lane.subscription_id,
    url: lane.url,
    ...openSecrets(lane, openSecret),
    timeoutMs: lane.attempt_timeout_ms,
    isProbe: lane.is_probing,
    isOrdered: lane.is_ordered,
    generation: lane.generation,
  }
}

// One subscription whose secret does not open must not stop the others' deliveries.
function openSecrets(lane: LaneRow, openSecret: SecretOpener): Pick<ClaimedDelivery, 'secrets' | 'headers'> {
  try {
    const secrets = lane.sealed_secrets.map((sealed) => openSecret(sealed, lane.subscription_id))
    if (lane.sealed_headers === null) return { secrets, headers: {} }
    return { secrets, headers: JSON.parse(openSecret(lane.sealed_headers, lane.subscription_id)) }
  } catch {
    return { secrets: [], headers: {} }
  }
}

function toClaimedDelivery(
  row: DeliveryRow,
  body: Uint8Array,
  leaseId: string,
  endpoint: Endpoint,
): ClaimedDelivery {
  return {
    ...endpoint,
    id: row.id,
    leaseId,
    eventId: row.event_id,
    event: row.event,
    attempt: row.attempt_count,
    failures: row.failure_count,
    body,
    isTest: row.is_test,
    traceparent: row.traceparent,
  }
}
