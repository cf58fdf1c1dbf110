import type { Pool } from 'pg'
import { expireStatistics } from '../store/expire-statistics.ts'
import { foldStatistics } from '../store/fold-statistics.ts'
import type { Task } from './task.ts'

const EVERY_MS = 5000
const EXPIRE_EVERY_MS = 10 * 60_000

/** Adds up what was counted lately, and now and then deletes sums that are more than `retentionDays` old. */
export function createStatisticsTask(pool: Pool, retentionDays: number): Task {
  let expiredAt = Number.NEGATIVE_INFINITY
  return {
    name: 'statistics',
    everyMs: EVERY_MS,
    async run(signal) {
      const hasMore = await foldStatistics(pool)
      if (performance.now() - expiredAt >= EXPIRE_EVERY_MS) {
        await expireStatistics(pool, retentionDays, signal)
        expiredAt = performance.now()
      }
      return hasMore
    },
  }
}
