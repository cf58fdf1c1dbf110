import { type Kysely, sql, type Transaction } from 'kysely'
import { findRecoverable } from './recoverable.ts'
import { insertRedeliveries } from './redeliveries.ts'
import type { Tables } from './tables.ts'

/** How long a job waits for a subscription that is not active. */
const WAIT_SECONDS = 5

/**
 * Makes the next deliveries of a job that is due, at most as many as it may make in a second, and records how far it
 * got in the same transaction: each is made once, whenever a process is killed, and several processes may do this.
 *
 * A job waits while its subscription is paused or disabled. While the endpoint is probed, it makes one delivery at a
 * time, so that there is something to probe with.
 *
 * @param id only this job; default any.
 * @returns whether one was due that no other process was working on.
 */
export function advanceRecoverJob(db: Kysely<Tables>, id?: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<DueJob>`
      select id, subscription_id, since, until, last_id, deliveries_per_second from webhooks.recover_job
      where status = 'running' and due_at <= now() and (${id ?? null}::uuid is null or id = ${id ?? null})
      order by due_at limit 1
      for update skip locked`.execute(tx)
    const [job] = rows
    if (job === undefined) return false
    await advance(tx, job)
    return true
  })
}

interface DueJob {
  readonly id: string
  readonly subscription_id: string
  readonly since: Date
  readonly until: Date
  readonly last_id: string | null
  readonly deliveries_per_second: number
}

async function advance(tx: Transaction<Tables>, job: DueJob): Promise<void> {
  const subscription = await findSubscription(tx, job.subscription_id)
  if (subscription.is_deleted) return await end(tx, job.id, 'canceled')
  const room = roomFor(subscription, job.deliveries_per_second)
  if (room === 0) return await record(tx, job, 0, job.last_id, WAIT_SECONDS)
  const range = { subscriptionId: job.subscription_id, since: job.since, until: job.until }
  const { ids, lastId, hasMore } = await findRecoverable(tx, range, job.last_id, room)
  const made = ids.length === 0 ? [] : await insertRedeliveries(tx, ids)
  await record(tx, job, made.length, lastId, made.length / job.deliveries_per_second)
  if (!hasMore) await end(tx, job.id, 'completed')
}

interface SubscriptionRow {
  readonly state: 'active' | 'paused' | 'disabled'
  readonly is_probing: boolean
  readonly is_deleted: boolean
  readonly has_pending: boolean
}

async function findSubscription(tx: Transaction<Tables>, id: string): Promise<SubscriptionRow> {
  const { rows } = await sql<SubscriptionRow>`
    select s.state, s.is_probing, s.deleted_at is not null as is_deleted,
      exists (select from webhooks.owed_delivery d where d.subscription_id = s.id) as has_pending
    from webhooks.subscription s where s.id = ${id}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`There is no subscription ${id}`)
  return row
}

function roomFor(
  { state, is_probing: isProbing, has_pending: hasPending }: SubscriptionRow,
  room: number,
): number {
  if (state !== 'active') return 0
  if (isProbing) return hasPending ? 0 : 1
  return room
}

async function record(
  tx: Transaction<Tables>,
  job: DueJob,
  made: number,
  lastId: string | null,
  waitSeconds: number,
): Promise<void> {
  await sql`
    update webhooks.recover_job
    set redelivered_count = redelivered_count + ${made}::int, last_id = ${lastId},
      due_at = now() + ${waitSeconds}::float8 * interval '1 second'
    where id = ${job.id}`.execute(tx)
}

async function end(tx: Transaction<Tables>, id: string, status: 'completed' | 'canceled'): Promise<void> {
  await sql`
    update webhooks.recover_job set status = ${status}, due_at = null, completed_at = now() where id = ${id}`.execute(
    tx,
  )
}
