import { statfs } from 'node:fs/promises'
import type { CheckResult } from '@complywise/service'
import type { Pool } from 'pg'
import { isEncryptionKeyRight } from './check-encryption-key.ts'
import { findMissingMigrations } from './migrate.ts'
import type { EncryptionKeys } from './sealed-secret.ts'

const ok: CheckResult = { status: 'ok' }

/** The database can be reached, is as far as this program needs it, and takes writes. */
export async function checkDatabaseReady(pool: Pool): Promise<CheckResult> {
  const { rows } = await pool.query<{ is_read_only: boolean; applied: string[] }>(
    `select current_setting('transaction_read_only')::boolean as is_read_only,
       array(select name from webhooks.migration) as applied`,
  )
  const [row] = rows
  if (row === undefined || row.is_read_only) {
    return { status: 'unavailable', detail: 'read-only: a standby, or set so' }
  }
  const missing = await findMissingMigrations(row.applied)
  return missing.length === 0 ? ok : { status: 'unavailable', detail: `not migrated: ${missing.join(', ')}` }
}

/** Days are there to take what today and tomorrow are going to bring. */
export async function checkPartitions(pool: Pool): Promise<CheckResult> {
  const { rows } = await pool.query<{ day: string }>(
    `select day from (
       select to_char((now() at time zone 'UTC')::date + ahead, 'YYYYMMDD') as day from generate_series(0, 1) ahead
     ) days
     where to_regclass('webhooks.event_' || day) is null`,
  )
  if (rows.length === 0) return ok
  return { status: 'unavailable', detail: `no partition for ${rows.map((row) => row.day).join(', ')}` }
}

/** The keys open the newest secrets, or there are none. */
export async function checkKeys(pool: Pool, keys: EncryptionKeys): Promise<CheckResult> {
  if (await isEncryptionKeyRight(pool, keys)) return ok
  return { status: 'unavailable', detail: 'opens none of the newest secrets' }
}

/** What an embedded PostgreSQL needs to go on writing its log. */
const MIN_FREE_BYTES = 256 * 1024 * 1024

/** The disk of the embedded database has room. */
export async function checkDisk(dataDirectory: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(dataDirectory)
  const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024)
  if (bavail * bsize >= MIN_FREE_BYTES) return ok
  return { status: 'unavailable', detail: `${freeMiB} MiB free` }
}
