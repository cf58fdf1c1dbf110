import type { ClientBase, Pool } from 'pg'

/**
 * Who watches is told by advisory locks: a process with viewers of an account holds a shared lock for it on a connection
 * of its own. Dispatchers look at the locks once in a while, and notify only where there are some. No table is written,
 * and with the process its locks are gone.
 */
const LOCK_CLASS = 1_668_902_001

/** How often dispatchers look. */
export const LOOK_EVERY_MS = 1000

/** The lock of an account. Two accounts that share one cost a notification too many, nothing else. */
export function lockKeyOf(accountId: string): number {
  // The end of an id is random.
  return Number.parseInt(accountId.replaceAll('-', '').slice(-8), 16) | 0
}

/** Tells the dispatchers that this connection's process has viewers of an account. */
export async function beginWatching(client: ClientBase, accountId: string): Promise<void> {
  await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_CLASS, lockKeyOf(accountId)])
}

/** Takes that back. */
export async function endWatching(client: ClientBase, accountId: string): Promise<void> {
  await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_CLASS, lockKeyOf(accountId)])
}

/** The locks of all accounts that anybody watches. */
export async function findWatched(pool: Pool): Promise<ReadonlySet<number>> {
  const { rows } = await pool.query<{ key: string }>({
    name: 'find-watched',
    text: FIND_WATCHED,
    values: [LOCK_CLASS],
  })
  return new Set(rows.map(({ key }) => Number(key) | 0))
}

const FIND_WATCHED = `
  select distinct objid::bigint as key from pg_locks
  where locktype = 'advisory' and classid = $1::bigint::oid and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`
