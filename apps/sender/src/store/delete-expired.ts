import { type Kysely, sql } from 'kysely'
import { IDEMPOTENCY_RETENTION_MS } from './idempotency.ts'
import type { Tables } from './tables.ts'

/** Rows that one statement deletes, so that none takes long. */
export const EXPIRY_BATCH = 5000

/**
 * Deletes secrets that sign no more, answers that are not given any more, and sessions. None of them counts from the moment on in
 * which it expires; this is so that they are not there to be stolen.
 *
 * @returns whether there may be more.
 */
export async function deleteExpired(db: Kysely<Tables>): Promise<boolean> {
  const secrets = await sql`
    delete from webhooks.subscription_secret where id = any (array(
      select id from webhooks.subscription_secret where expires_at <= now() limit ${EXPIRY_BATCH}
      for update skip locked))`.execute(db)
  const answers = await sql`
    delete from webhooks.idempotency_key where (account_id, key) in (
      select account_id, key from webhooks.idempotency_key
      where created_at <= now() - ${IDEMPOTENCY_RETENTION_MS} * interval '1 millisecond'
      limit ${EXPIRY_BATCH} for update skip locked)`.execute(db)
  const sessions = await sql`
    delete from webhooks.session where id = any (array(
      select id from webhooks.session where expires_at <= now() limit ${EXPIRY_BATCH}
      for update skip locked))`.execute(db)
  return [secrets, answers, sessions].some(({ numAffectedRows = 0n }) => numAffectedRows >= EXPIRY_BATCH)
}
