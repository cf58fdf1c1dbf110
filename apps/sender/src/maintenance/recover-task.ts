import type { Kysely } from 'kysely'
import { advanceRecoverJob } from '../store/advance-recover-job.ts'
import type { Tables } from '../store/tables.ts'
import type { Task } from './task.ts'

const EVERY_MS = 1000

/** Goes on with the recover jobs that are due. */
export function createRecoverTask(db: Kysely<Tables>): Task {
  return {
    name: 'recover',
    everyMs: EVERY_MS,
    async run(signal) {
      while (!signal.aborted && (await advanceRecoverJob(db))) continue
      return false
    },
  }
}
