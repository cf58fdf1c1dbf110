import type { Pool } from 'pg'
import { dropOldestDay, ensurePartitions } from '../store/partitions.ts'
import type { Task } from './task.ts'

const EVERY_MS = 10 * 60_000

/** Makes days ahead and drops those that are more than `retentionDays` ago, one in each run. */
export function createPartitionTask(pool: Pool, retentionDays: number): Task {
  return {
    name: 'partitions',
    everyMs: EVERY_MS,
    async run(signal) {
      await ensurePartitions(pool)
      return (await dropOldestDay(pool, retentionDays, signal)) === 'dropped'
    },
  }
}
