import type { Pool } from 'pg'
import type { Extended, Lease } from './delivery-queue.ts'

// A row that is locked is just being settled by its holder, taken over or canceled. It is passed over, because a
// settlement locks its rows in another order; the holder learns of a loss by the next extension.
const EXTEND = `
  with held as materialized (
    select d.id, d.lease_id from unnest($1::uuid[], $2::uuid[]) as l (id, lease_id)
    join webhooks.owed_delivery d on d.id = l.id and d.lease_id = l.lease_id
  ), open as materialized (
    select d.id from held join webhooks.owed_delivery d on d.id = held.id and d.lease_id = held.lease_id
    for no key update of d skip locked
  ), extended as (
    update webhooks.owed_delivery d set lease_until = now() + $3::int * interval '1 millisecond'
    from open where d.id = open.id
  )
  select held.id, open.id is not null as is_extended from held left join open on open.id = held.id`

// The attempt that was counted at the claim was never begun.
const RELEASE = `
  update webhooks.owed_delivery d
  set lease_id = null, leased_at = null, lease_until = null, attempt_count = d.attempt_count - 1
  from unnest($1::uuid[], $2::uuid[]) as l (id, lease_id)
  where d.id = l.id and d.lease_id = l.lease_id`

/** {@link DeliveryQueue.extend}. */
export async function extend(pool: Pool, leases: readonly Lease[], leaseMs: number): Promise<Extended> {
  const { rows } = await pool.query<{ id: string; is_extended: boolean }>({
    name: 'extend',
    text: EXTEND,
    values: [leases.map((lease) => lease.id), leases.map((lease) => lease.leaseId), leaseMs],
  })
  return new Map(rows.map((row) => [row.id, row.is_extended]))
}

/** {@link DeliveryQueue.release}. */
export async function release(pool: Pool, leases: readonly Lease[]): Promise<void> {
  await pool.query({
    name: 'release',
    text: RELEASE,
    values: [leases.map((lease) => lease.id), leases.map((lease) => lease.leaseId)],
  })
}
