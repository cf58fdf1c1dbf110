import type { Pool } from 'pg'
import type { Claimed, ClaimedDelivery, LaneRoom, WaitingLane } from './delivery-queue.ts'
import { openSecret } from './sealed-secret.ts'

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
  select c.id, c.subscription_id, c.event_id, c.event, c.attempt_count, c.failure_count, c.url, c.sealed_secrets,
    e.body, null::float8 as ready_in_ms
  from claimed c join webhooks.event e on e.id = c.event_key
  union all
  select null, lane.id, null, null, null, null, null, null, null, extract(epoch from later.due_at - now())::float8 * 1000
  from lane cross join lateral (
    select d.due_at from webhooks.delivery d
    where d.subscription_id = lane.id and d.status = 'pending' and d.due_at > now()
    order by d.due_at limit 1
  ) later`

interface ClaimRow {
  readonly id: string
  readonly ready_in_ms: null
  readonly subscription_id: string
  readonly event_id: string
  readonly event: string
  readonly attempt_count: number
  readonly failure_count: number
  readonly url: string
  readonly sealed_secrets: readonly Buffer[]
  readonly body: Buffer
}

interface WaitingRow {
  readonly id: null
  readonly subscription_id: string
  readonly ready_in_ms: number
}

/** {@link DeliveryQueue.claim} in one statement. */
export async function claim(
  pool: Pool,
  encryptionKey: Uint8Array,
  lanes: readonly LaneRoom[],
  leaseMs: number,
): Promise<Claimed> {
  const leaseId = crypto.randomUUID()
  const { rows } = await pool.query<ClaimRow | WaitingRow>({
    name: 'claim',
    text: CLAIM,
    values: [lanes.map((lane) => lane.subscriptionId), lanes.map((lane) => lane.room), leaseId, leaseMs],
  })
  const opened = new Map<string, readonly string[]>()
  const deliveries: ClaimedDelivery[] = []
  const waiting: WaitingLane[] = []
  for (const row of rows) {
    if (row.id === null) {
      waiting.push({ subscriptionId: row.subscription_id, readyInMs: row.ready_in_ms })
    } else {
      const secrets = opened.get(row.subscription_id) ?? openAll(row, encryptionKey)
      opened.set(row.subscription_id, secrets)
      deliveries.push(toClaimedDelivery(row, leaseId, secrets))
    }
  }
  return { deliveries, waiting }
}

function toClaimedDelivery(row: ClaimRow, leaseId: string, secrets: readonly string[]): ClaimedDelivery {
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
}

// One subscription whose secret does not open must not stop the others' deliveries.
function openAll(row: ClaimRow, encryptionKey: Uint8Array): readonly string[] {
  try {
    return row.sealed_secrets.map((sealed) => openSecret(sealed, row.subscription_id, encryptionKey))
  } catch {
    return []
  }
}
