import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool, PoolClient } from 'pg'

const directory = join(import.meta.dirname, 'migrations')

// Any constant will do, as long as every version of the sender uses the same one.
const MIGRATION_LOCK = 0x63775f6d

/**
 * Brings the schema `webhooks` to the newest version and returns the names of the migrations it applied.
 *
 * Each file `NNNN_name.sql` runs once, in order, in a transaction of its own. Processes that start together take
 * turns under an advisory lock. A database that is newer than this program is refused. On one that is up to date,
 * nothing is created, so that the role of a running sender needs no right to.
 *
 * @throws {Error} when a migration fails (its transaction is undone) or the database is newer.
 */
export async function migrate(pool: Pool): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    return await applyMissing(client, names)
  } finally {
    // Ends the session, and the lock with it, whatever state the connection is in.
    client.release(true)
  }
}

async function applyMissing(client: PoolClient, names: readonly string[]): Promise<readonly string[]> {
  const applied = await readApplied(client)
  const unknown = applied.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new Error(
      `The database has migration ${unknown}, which this version of the sender does not know. Run a newer sender.`,
    )
  }
  const missing = names.filter((name) => !applied.includes(name))
  for (const name of missing) await apply(client, name)
  return missing
}

async function readApplied(client: PoolClient): Promise<readonly string[]> {
  const known = await client.query<{ exists: boolean }>(
    "select to_regclass('webhooks.migration') is not null as exists",
  )
  if (known.rows[0]?.exists !== true) {
    await client.query(`
      create schema if not exists webhooks;
      create table webhooks.migration (name text primary key, applied_at timestamptz not null default now())`)
  }
  const { rows } = await client.query<{ name: string }>('select name from webhooks.migration order by name')
  return rows.map((row) => row.name)
}

async function apply(client: PoolClient, name: string): Promise<void> {
  const statements = await readFile(join(directory, name), 'utf8')
  try {
    await client.query('begin')
    await client.query(statements)
    await client.query('insert into webhooks.migration (name) values ($1)', [name])
    await client.query('commit')
  } catch (cause) {
    // On a connection that broke there is nothing left to undo.
    await client.query('rollback').catch(() => undefined)
    throw new Error(`Migration ${name} failed and was undone`, { cause })
  }
}
