import type { Pool } from 'pg'
import { CANCEL_PENDING, cancelDeliveries } from './cancel-pending.ts'
import { WITH_LANES } from './waiting-lanes.ts'

/** How much is kept for a subscription that is paused or disabled. */
export interface BacklogLimits {
  /** Default 7 days. */
  readonly maxAgeMs: number
  /** Default 100,000. */
  readonly maxCount: number
}

const BATCH = 1000

/** Lanes of subscriptions that get nothing, those of deleted ones included, and up to which delivery theirs are too many, if they are. */
const FIND_BACKLOGS = `${WITH_LANES}
  select s.id as subscription_id, s.deleted_at is not null as is_deleted, too_many.id as full_to
  from lane join webhooks.subscription s on s.id = lane.subscription_id
  left join lateral (
    select d.id from webhooks.owed_delivery d
    where s.deleted_at is null and d.subscription_id = s.id order by d.id desc limit 1 offset $1
  ) too_many on true
  where s.state <> 'active' or s.deleted_at is not null`

interface Backlog {
  readonly subscription_id: string
  readonly is_deleted: boolean
  readonly full_to: string | null
}

// What an attempt is under way for is left to it.
function cancelUpTo(bound: string): string {
  return cancelDeliveries(
    `select id from webhooks.owed_delivery
     where subscription_id = $1 and id ${bound} and (lease_until is null or lease_until <= now())
     order by id limit $4 for update skip locked`,
    '$3',
  )
}

const CANCEL_OLD = cancelUpTo(`< webhooks.first_id_at(now() - $2::float8 * interval '1 millisecond')`)
const CANCEL_FULL = cancelUpTo('<= $2::uuid')

/**
 * Cancels what paused and disabled subscriptions are owed beyond the limits: what is older than allowed, with the
 * reason `backlog_expired`, and then the oldest, with `backlog_full`. Of deleted ones it cancels all. In small transactions that wait for nobody; what
 * somebody has locked is left for the next call. Ends early when `signal` aborts.
 */
export async function trimBacklogs(pool: Pool, limits: BacklogLimits, signal: AbortSignal): Promise<void> {
  const { rows } = await pool.query<Backlog>(FIND_BACKLOGS, [limits.maxCount])
  for (const { subscription_id: id, is_deleted: isDeleted, full_to: fullTo } of rows) {
    if (isDeleted) {
      await cancelAll(pool, CANCEL_PENDING, [[id], BATCH, 'subscription_deleted'], signal)
      continue
    }
    await cancelAll(pool, CANCEL_OLD, [id, limits.maxAgeMs, 'backlog_expired', BATCH], signal)
    if (fullTo !== null) await cancelAll(pool, CANCEL_FULL, [id, fullTo, 'backlog_full', BATCH], signal)
  }
}

async function cancelAll(
  pool: Pool,
  statement: string,
  values: readonly unknown[],
  signal: AbortSignal,
): Promise<void> {
  let canceled: number | null = BATCH
  while (canceled === BATCH && !signal.aborted) {
    canceled = (await pool.query(statement, [...values])).rowCount
  }
}
