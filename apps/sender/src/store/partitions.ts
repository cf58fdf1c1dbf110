import type { Pool, PoolClient } from 'pg'
import { cancelDeliveries } from './cancel-pending.ts'
import { isLocked } from './sql-states.ts'

/** Days for which there are partitions ahead of today. */
export const DAYS_AHEAD = 7

const LOCK_TIMEOUT_MS = 2000
const BATCH = 5000

/** Makes the partitions of today and the next {@link DAYS_AHEAD} days (UTC), where they are missing. */
export async function ensurePartitions(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ day: string }>(FIND_MISSING, [DAYS_AHEAD])
  if (rows.length === 0) return
  await withLockTimeout(pool, async (client) => {
    // A statement for each, so that none holds its locks for longer than one day takes.
    for (const { day } of rows) await client.query('select webhooks.ensure_partitions($1::date)', [day])
  })
}

// The event's partition is made last.
const FIND_MISSING = `
  select day from (
    select to_char((now() at time zone 'UTC')::date + ahead, 'YYYYMMDD') as day from generate_series(0, $1::int) as ahead
  ) as days
  where to_regclass('webhooks.event_' || day) is null order by day`

/** What {@link dropOldestDay} did. `busy`: another transaction is in the way, or it was stopped; to be tried again. */
export type DroppedDay = 'dropped' | 'busy' | 'none'

/**
 * Drops the oldest day (UTC) that is more than `retentionDays` ago: its events, completed deliveries and attempts. What
 * is still owed of it is canceled first, with the reason `expired`.
 *
 * Nobody waits for it: it takes no lock on the tables that others do not share, and gives up where it would have to
 * wait for long. Wherever it ends, the next call goes on.
 */
export async function dropOldestDay(
  pool: Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<DroppedDay> {
  return withLockTimeout(pool, async (client) => {
    const [oldest, ...others] = await findExpired(client, retentionDays)
    if (oldest === undefined) return 'none'
    const partitions = [oldest, ...others.filter(({ day }) => day === oldest.day)]
    try {
      await dropDay(client, oldest.day, partitions, signal)
      return 'dropped'
    } catch (error) {
      if (error instanceof StoppedError || isLocked(error)) return 'busy'
      throw error
    }
  })
}

interface Partition {
  readonly name: string
  readonly parent: 'event' | 'completed_delivery' | 'attempt'
  /** YYYYMMDD */
  readonly day: string
  readonly state: 'attached' | 'detaching' | 'detached'
}

// Only one partition of a table can be on its way out, so one that is has to go whatever its day.
const FIND_EXPIRED = `
  select name, parent, day, state from (
    select c.relname as name, left(c.relname, -9) as parent, right(c.relname, 8) as day,
      case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching' else 'attached' end as state
    from pg_class c left join pg_inherits i on i.inhrelid = c.oid
    where c.relnamespace = 'webhooks'::regnamespace and c.relkind = 'r'
      and c.relname ~ '^(event|completed_delivery|attempt)_[0-9]{8}$'
  ) partition
  where state = 'detaching' or to_date(day, 'YYYYMMDD') < (now() at time zone 'UTC')::date - $1::int
  order by day, array_position(array['event', 'completed_delivery', 'attempt'], parent)`

async function findExpired(client: PoolClient, retentionDays: number): Promise<readonly Partition[]> {
  const { rows } = await client.query<Partition>(FIND_EXPIRED, [retentionDays])
  return rows
}

// The events go first: from then on nobody can be owed one of them anew. Then the log, whose rows allow attempts to be
// recorded, and the attempts last.
async function dropDay(
  client: PoolClient,
  day: string,
  partitions: readonly Partition[],
  signal: AbortSignal,
): Promise<void> {
  const hasLog = partitions.some(
    ({ parent, state }) => parent === 'completed_delivery' && state === 'attached',
  )
  await cancelDay(client, day, hasLog, signal)
  for (const partition of partitions) {
    await detach(client, partition)
    if (partition.parent === 'event') {
      await forgetIdentities(client, partition.name, signal)
      await cancelDay(client, day, hasLog, signal)
    }
    await client.query(`drop table webhooks.${partition.name}`)
  }
}

async function detach(client: PoolClient, { name, parent, state }: Partition): Promise<void> {
  if (state === 'detached') return
  const how = state === 'detaching' ? 'finalize' : 'concurrently'
  await client.query(`alter table webhooks.${parent} detach partition webhooks.${name} ${how}`)
}

function selectOfDay(key: 'id' | 'event_key'): string {
  return `select id from webhooks.owed_delivery
    where ${key} >= webhooks.first_id_at($1::date::timestamp at time zone 'UTC')
      and ${key} < webhooks.first_id_at(($1::date + 1)::timestamp at time zone 'UTC')`
}

// A delivery of that day itself has no place in the log any more once the log's partition is gone.
async function cancelDay(
  client: PoolClient,
  day: string,
  hasLog: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const key of ['id', 'event_key'] as const) {
    const selection = `${selectOfDay(key)} limit ${BATCH} for update skip locked`
    let count: number | null
    do {
      stopOn(signal)
      const { rowCount } =
        hasLog || key === 'event_key'
          ? await client.query(cancelDeliveries(selection, '$2'), [day, 'expired'])
          : await client.query(`delete from webhooks.owed_delivery where id in (${selection})`, [day])
      count = rowCount
    } while (count !== 0)
    const { rowCount } = await client.query(`${selectOfDay(key)} limit 1`, [day])
    // A dispatcher has it locked.
    if (rowCount !== 0) throw new StoppedError()
  }
}

async function forgetIdentities(client: PoolClient, partition: string, signal: AbortSignal): Promise<void> {
  const statement = `
    with batch as (
      select id, account_id, event_id from webhooks.${partition}
      where $1::uuid is null or id > $1 order by id limit ${BATCH}
    ), forgotten as (
      delete from webhooks.event_identity i using batch b
      where i.account_id = b.account_id and i.event_id = b.event_id and i.event_key = b.id
    )
    select id from batch order by id desc limit 1`
  let last: string | null = null
  do {
    stopOn(signal)
    const { rows }: { rows: { id: string }[] } = await client.query(statement, [last])
    last = rows[0]?.id ?? null
  } while (last !== null)
}

class StoppedError extends Error {}

function stopOn(signal: AbortSignal): void {
  if (signal.aborted) throw new StoppedError()
}

/** Gives `use` a connection on which no statement waits for a lock for longer than {@link LOCK_TIMEOUT_MS}. */
async function withLockTimeout<Result>(
  pool: Pool,
  use: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`)
    const result = await use(client)
    await client.query('reset lock_timeout')
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw error
  }
}
