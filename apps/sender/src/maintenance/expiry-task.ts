import type { Kysely } from 'kysely'
import { deleteExpired } from '../store/delete-expired.ts'
import type { Tables } from '../store/tables.ts'
import type { Task } from './task.ts'

const EVERY_MS = 10 * 60_000

/** Deletes what has expired: secrets that were rotated out, answers to requests with an Idempotency-Key, and sessions. */
export function createExpiryTask(db: Kysely<Tables>): Task {
  return { name: 'expiry', everyMs: EVERY_MS, run: () => deleteExpired(db) }
}
