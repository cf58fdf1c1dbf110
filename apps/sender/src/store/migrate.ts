import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client, Pool, PoolClient } from 'pg'

const directory = join(import.meta.dirname, 'migrations')

// Any constant will do, as long as every version of the sender uses the same one.
const MIGRATION_LOCK = 0x63775f6d

/**
 * Brings the schema `webhooks` to the newest version and returns the names of the migrations it applied.
 *
 * Each file `NNNN_name.sql` runs once, in order, in a transaction of its own. Processes that start together take
 * turns under an advisory lock. A database that is newer than this program is refused.
 *
 * @throws {Error} when a migration fails (its transaction is undone) or the database is newer.
 */
export async function migrate(pool: Pool): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    try {
      return await applyMissing(client, names)
    } finally {
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
    }
  } finally {
    client.release()
  }
}

async function applyMissing(client: PoolClient, names: readonly string[]): Promise<readonly string[]> {
  await client.query('create schema if not exists webhooks')
  await client.query(
    'create table if not exists webhooks.migration (name text primary key, applied_at timestamptz not null default now())',
  )
  const { rows } = await client.query<{ name: string }>('select name from webhooks.migration order by name')
  const unknown = rows.find((row) => !names.includes(row.name))
  if (unknown !== undefined) {
    throw new Error(
      `The database has migration ${unknown.name}, which this version of the sender does not know. Run a newer sender.`,
    )
  }
  const applied = new Set(rows.map((row) => row.name))
  const missing = names.filter((name) => !applied.has(name))
  for (const name of missing) await apply(client, name)
  return missing
}

async function apply(client: Pick<Client, 'query'>, name: string): Promise<void> {
  const statements = await readFile(join(directory, name), 'utf8')
  try {
    await client.query('begin')
    await client.query(statements)
    await client.query('insert into webhooks.migration (name) values ($1)', [name])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`Migration ${name} failed and was undone`, { cause })
  }
}
