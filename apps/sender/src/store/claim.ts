import type { Pool } from 'pg'
import type { Claimed, ClaimedDelivery, LaneRoom } from './delivery-queue.ts'
import type { SecretOpener } from './sealed-secret.ts'

// Rows under a live lease stay at the head of their lane and are filtered out, rather than moved by a new
// due_at: there are never more of them than attempts in flight, and the claim touches no index. Once locked, a row
// stays in its place, so the update finds it there without an index too; one that had moved just before is not found,
// and left for the next claim.
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
    select head.* from lane cross join lateral (
      select d.ctid as place, d.id, d.leased_at as lost_at, d.attempt_count as attempts_before
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
    where d.ctid = any (array(select place from due))
    returning d.id, d.subscription_id, d.event_key, d.event_id, d.event, d.attempt_count, d.failure_count
  )
  select c.id, c.subscription_id, c.event_id, c.event, c.attempt_count, c.failure_count, e.body,
    null as url, null as sealed_secrets, null::float8 as ready_in_ms
  from claimed c join webhooks.event e on e.id = c.event_key
  union all
  select null, lane.id, null, null, null, null, null,
    lane.url, lane.sealed_secrets, extract(epoch from later.due_at - now())::float8 * 1000
  from lane left join lateral (
    select d.due_at from webhooks.delivery d
    where d.subscription_id = lane.id and d.status = 'pending' and d.due_at > now()
    order by d.due_at limit 1
  ) later on true`

interface DeliveryRow {
  readonly id: string
  readonly subscription_id: string
  readonly event_id: string
  readonly event: string
  readonly attempt_count: number
  readonly failure_count: number
  readonly body: Buffer
}

/** What all deliveries of a lane share, once for each lane: it would take longer to read than the rest of their rows. */
interface LaneRow {
  readonly id: null
  readonly subscription_id: string
  readonly url: string
  readonly sealed_secrets: readonly Buffer[]
  readonly ready_in_ms: number | null
}

/** {@link DeliveryQueue.claim} in one statement. */
export async function claim(
  pool: Pool,
  openSecret: SecretOpener,
  asked: readonly LaneRoom[],
  leaseMs: number,
): Promise<Claimed> {
  const leaseId = crypto.randomUUID()
  const { rows } = await pool.query<DeliveryRow | LaneRow>({
    name: 'claim',
    text: CLAIM,
    values: [asked.map((lane) => lane.subscriptionId), asked.map((lane) => lane.room), leaseId, leaseMs],
  })
  const lanes = rows.filter((row) => row.id === null)
  const endpoints = new Map(lanes.map((lane) => [lane.subscription_id, toEndpoint(lane, openSecret)]))
  return {
    deliveries: rows
      .filter((row) => row.id !== null)
      .map((row) => toClaimedDelivery(row, leaseId, endpoints.get(row.subscription_id)!)),
    waiting: lanes.flatMap(({ subscription_id: subscriptionId, ready_in_ms: readyInMs }) =>
      readyInMs === null ? [] : { subscriptionId, readyInMs },
    ),
  }
}

interface Endpoint {
  readonly url: string
  readonly secrets: readonly string[]
}

// One subscription whose secret does not open must not stop the others' deliveries.
function toEndpoint(lane: LaneRow, openSecret: SecretOpener): Endpoint {
  try {
    const secrets = lane.sealed_secrets.map((sealed) => openSecret(sealed, lane.subscription_id))
    return { url: lane.url, secrets }
  } catch {
    return { url: lane.url, secrets: [] }
  }
}

function toClaimedDelivery(row: DeliveryRow, leaseId: string, { url, secrets }: Endpoint): ClaimedDelivery {
  return {
    id: row.id,
    leaseId,
    subscriptionId: row.subscription_id,
    eventId: row.event_id,
    event: row.event,
    attempt: row.attempt_count,
    failures: row.failure_count,
    url,
    body: row.body,
    secrets,
  }
}
