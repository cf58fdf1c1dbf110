import type { Pool } from 'pg'
import { DatabaseError } from 'pg'

const NO_PARTITION = '23514'
const DAY_MS = 86_400_000
// The days of the rows of one statement: seldom more than one.
const MAX_DAYS = 8

/**
 * Executes `statement`. Where the day of a row that it writes has no partitions, makes them and executes it again: no
 * sender ran for a week, or the day was dropped just now. Those of a day that is no longer kept are empty but for that
 * row, and dropped again by the next maintenance.
 */
export async function healPartitions<Result>(pool: Pool, statement: () => Promise<Result>): Promise<Result> {
  for (let days = 0; ; days += 1) {
    try {
      return await statement()
    } catch (error) {
      const day = missingDay(error)
      if (day === undefined || days >= MAX_DAYS) throw error
      await pool.query('select webhooks.ensure_partitions($1::date)', [day])
    }
  }
}

/** The day of the row for which there was no partition, as PostgreSQL's error tells it. */
function missingDay(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError) || error.code !== NO_PARTITION) return undefined
  const id = /= \(([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(error.detail ?? '')
  if (id === null) return undefined
  return dayOf(Number.parseInt(`${id[1]}${id[2]}`, 16))
}

function dayOf(ms: number): string {
  return new Date(Math.floor(ms / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
}
