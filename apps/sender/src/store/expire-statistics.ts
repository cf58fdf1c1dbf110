import type { Pool } from 'pg'
import { MINUTES_KEPT } from './statistics-columns.ts'

/** Rows that one statement deletes, so that none takes long. */
const EXPIRY_BATCH = 5000

const EXPIRE = `
  delete from webhooks.statistics where ctid = any (array(
    select ctid from webhooks.statistics
    where step_seconds = $1::int and bucket < case $1::int when 60 then now() - ${MINUTES_KEPT}
      else ((now() at time zone 'UTC')::date - $2::int)::timestamp at time zone 'UTC' end
    limit ${EXPIRY_BATCH} for update skip locked))`

/**
 * Deletes sums of minutes after two days, and sums of hours of days (UTC) that are more than `retentionDays` ago: the log
 * is dropped by the same rule.
 */
export async function expireStatistics(
  pool: Pool,
  retentionDays: number,
  signal: AbortSignal,
): Promise<void> {
  for (const stepSeconds of [60, 3600]) {
    let deleted: number | null
    do {
      if (signal.aborted) return
      const { rowCount } = await pool.query(EXPIRE, [stepSeconds, retentionDays])
      deleted = rowCount
    } while (deleted === EXPIRY_BATCH)
  }
}
