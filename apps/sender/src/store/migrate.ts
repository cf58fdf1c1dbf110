import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { isLocked } from './sql-states.ts'

// Any constant will do, as long as every version of the sender uses the same one.
const MIGRATION_LOCK = 0x63775f6d
/** The first line of a migration that programs which do not know it can work with. */
const ADDITIVE = '-- additive'

/** Where migrations come from, and how patient they are. */
export interface MigrateOptions {
  /** Default: the migrations of this program. */
  readonly directory?: string
  /** Migrates a database that has none of them, and refuses one that has some, not all. Default `false`. */
  readonly onlyNew?: boolean
  /** How long a statement waits for a lock before it lets others pass, in milliseconds. Default 2,000. */
  readonly lockTimeoutMs?: number
  /** Pause before a migration that could not get a lock begins again, in milliseconds. Default 1,000. */
  readonly pauseMs?: number
  /** How often a migration is begun before it is given up. Default 100: in about five minutes. */
  readonly maxTries?: number
}

/**
 * Brings the schema `webhooks` to the newest version and returns the names of the migrations it applied.
 *
 * Each file `NNNN_name.sql` runs once, in order, in a transaction of its own. Processes that start together take
 * turns under an advisory lock. It is safe while senders run: who waits for a lock makes everybody behind him wait too,
 * so a migration waits briefly, and begins again later.
 *
 * A database that a newer program migrated is refused, unless each migration that this one does not know has the first
 * line `-- additive`: it added what this program does without. On one that is up to date, nothing is created, so that
 * the role of a running sender needs no right to.
 *
 * @throws {Error} when a migration fails (its transaction is undone), the database is newer, or `onlyNew` refuses it.
 */
export async function migrate(pool: Pool, options: MigrateOptions = {}): Promise<readonly string[]> {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    return await applyMissing(client, {
      directory: ownDirectory,
      onlyNew: false,
      lockTimeoutMs: 2000,
      pauseMs: 1000,
      maxTries: 100,
      ...options,
    })
  } finally {
    // Ends the session, and the lock with it, whatever state the connection is in.
    client.release(true)
  }
}

/** How the migrations of a database and those of this program differ. */
export interface MigrationDifference {
  /** To be applied, in this order. */
  readonly missing: readonly string[]
  /** Applied by a newer program, and not additive: this one cannot work with the database. */
  readonly unknown: readonly string[]
}

/** What {@link migrate} would do. Changes nothing. */
export async function planMigrations(pool: Pool): Promise<MigrationDifference> {
  return compare((await readApplied(pool)) ?? [], await listMigrations(ownDirectory))
}

/** Which of this program's migrations are not among those applied, in their order. */
export async function findMissingMigrations(applied: readonly string[]): Promise<readonly string[]> {
  const names = await (known ??= listMigrations(ownDirectory))
  return names.filter((name) => !applied.includes(name))
}

const ownDirectory = join(import.meta.dirname, 'migrations')
let known: Promise<readonly string[]> | undefined

async function listMigrations(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
}

interface AppliedMigration {
  readonly name: string
  readonly is_additive: boolean
}

function compare(applied: readonly AppliedMigration[], names: readonly string[]): MigrationDifference {
  const isKnown = new Set(names)
  const isApplied = new Set(applied.map(({ name }) => name))
  return {
    missing: names.filter((name) => !isApplied.has(name)),
    unknown: applied
      .filter(({ name, is_additive }) => !is_additive && !isKnown.has(name))
      .map(({ name }) => name),
  }
}

async function applyMissing(
  client: PoolClient,
  options: Required<MigrateOptions>,
): Promise<readonly string[]> {
  const applied = await readApplied(client)
  const { missing, unknown } = compare(applied ?? [], await listMigrations(options.directory))
  if (unknown[0] !== undefined) {
    throw new Error(
      `The database has migration ${unknown[0]}, which this version of the sender does not know. Run a newer sender.`,
    )
  }
  if (options.onlyNew && applied !== undefined && missing[0] !== undefined) {
    throw new Error(`The database does not have migration ${missing[0]} yet. Run: sender migrate`)
  }
  if (applied === undefined) {
    await client.query(`
      create schema if not exists webhooks;
      create table webhooks.migration (
        name text primary key,
        applied_at timestamptz not null default now(),
        -- Programs that do not know it can work with the database all the same.
        is_additive boolean not null default false
      )`)
  }
  for (const name of missing) await apply(client, name, options)
  return missing
}

/** The migrations that were applied; `undefined` in a database that the sender never used. */
async function readApplied(client: Pool | PoolClient): Promise<readonly AppliedMigration[] | undefined> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    "select to_regclass('webhooks.migration') is not null as exists",
  )
  if (tables[0]?.exists !== true) return undefined
  const { rows } = await client.query<AppliedMigration>(
    'select name, is_additive from webhooks.migration order by name',
  )
  return rows
}

async function apply(client: PoolClient, name: string, options: Required<MigrateOptions>): Promise<void> {
  const statements = await readFile(join(options.directory, name), 'utf8')
  const isAdditive = statements.split('\n', 1)[0]?.trimEnd() === ADDITIVE
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query('begin')
      await client.query(`set local lock_timeout = ${options.lockTimeoutMs}`)
      await client.query(statements)
      await client.query('insert into webhooks.migration (name, is_additive) values ($1, $2)', [
        name,
        isAdditive,
      ])
      await client.query('commit')
      return
    } catch (cause) {
      // On a connection that broke there is nothing left to undo.
      await client.query('rollback').catch(() => undefined)
      if (!isLocked(cause)) throw new Error(`Migration ${name} failed and was undone`, { cause })
      if (tries === options.maxTries) {
        const message = `Migration ${name} was given up: other transactions hold what it has to change. End them, and try again.`
        throw new Error(message, { cause })
      }
    }
    await sleep(options.pauseMs)
  }
}
