import type { Pool } from 'pg'
import { type Finding, fail, ok, warn } from './finding.ts'

const OLDEST_VERSION = 150_000
const CLOCK_WARN_MS = 2000
// Receivers refuse attempts that are five minutes off.
const CLOCK_FAIL_MS = 60_000

interface ServerRow {
  readonly version: string
  readonly version_number: number
  readonly name: string
  readonly user_name: string
  readonly is_read_only: boolean
  readonly is_durable: boolean
  readonly vacuums: boolean
  readonly free_connections: number
  readonly now_ms: number
}

/** Looks at the database server: version, writes, durability, connections, clock. */
export async function checkServer(pool: Pool, connections: number): Promise<readonly Finding[]> {
  const askedAt = Date.now()
  const { rows } = await pool.query<ServerRow>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as version_number,
      current_database() as name, current_user as user_name,
      current_setting('transaction_read_only')::boolean as is_read_only,
      current_setting('fsync')::boolean and current_setting('synchronous_commit') <> 'off' as is_durable,
      current_setting('autovacuum')::boolean as vacuums,
      current_setting('max_connections')::int - (select count(*) from pg_stat_activity)::int as free_connections,
      extract(epoch from clock_timestamp())::float8 * 1000 as now_ms`)
  const [row] = rows
  if (row === undefined) throw new Error('The server did not describe itself')
  // The answer was on its way for a while: the middle is the best guess of when the server looked at its clock.
  const clockMs = Math.round(row.now_ms - (askedAt + Date.now()) / 2)
  return [
    row.version_number >= OLDEST_VERSION
      ? ok('database', `PostgreSQL ${row.version}, ${row.name} as ${row.user_name}`)
      : fail('database', `PostgreSQL ${row.version}`, 'Use PostgreSQL 15 or newer.'),
    row.is_read_only
      ? fail('writes', 'the database takes none', 'Name the primary in DATABASE_URL, not a standby.')
      : ok('writes', 'the database takes them'),
    row.is_durable
      ? ok('durability', 'what is committed outlives a crash')
      : warn(
          'durability',
          'fsync or synchronous_commit is off: a crash may lose what was accepted',
          'Switch both on for this database.',
        ),
    row.vacuums
      ? ok('autovacuum', 'on')
      : fail('autovacuum', 'off: the queue gets slower by the hour', 'Switch it on.'),
    row.free_connections >= connections
      ? ok('connections', `${row.free_connections} free, ${connections} for this process at most`)
      : warn(
          'connections',
          `${row.free_connections} free, and this process may open ${connections}`,
          'Raise max_connections of the server, or lower SENDER_DATABASE_CONNECTIONS.',
        ),
    describeClock(clockMs),
  ]
}

function describeClock(clockMs: number): Finding {
  const offset = Math.abs(clockMs)
  const detail = `the database’s is ${offset} ms ${clockMs < 0 ? 'behind' : 'ahead of'} this machine’s`
  const remedy = 'Synchronize both with NTP. Receivers refuse attempts whose time is far from theirs.'
  if (offset > CLOCK_FAIL_MS) return fail('clock', detail, remedy)
  return offset > CLOCK_WARN_MS ? warn('clock', detail, remedy) : ok('clock', detail)
}
