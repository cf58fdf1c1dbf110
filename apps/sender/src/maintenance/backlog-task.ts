import type { Pool } from 'pg'
import { type BacklogLimits, trimBacklogs } from '../store/backlog.ts'
import { giveUpInterruptedTests } from '../store/interrupted-tests.ts'
import type { Task } from './task.ts'

const EVERY_MS = 60_000

/**
 * Gives up tests that were interrupted, cancels what deleted subscriptions are still owed, and keeps what paused and
 * disabled ones are owed within `limits`.
 */
export function createBacklogTask(pool: Pool, limits: BacklogLimits): Task {
  return {
    name: 'backlog',
    everyMs: EVERY_MS,
    async run(signal) {
      await giveUpInterruptedTests(pool)
      await trimBacklogs(pool, limits, signal)
      return false
    },
  }
}
