import type { Pool } from 'pg'
import { openSecret } from './sealed-secret.ts'

const SAMPLE = 5

/**
 * Refuses a key that opens none of the newest secrets in the database. With it nothing could be signed, and the
 * secrets it seals would be lost to the senders that have the right one. A single damaged secret is no reason.
 *
 * @throws {Error} saying what to do.
 */
export async function checkEncryptionKey(pool: Pool, encryptionKey: Uint8Array): Promise<void> {
  const { rows } = await pool.query<{ subscription_id: string; sealed: Buffer }>(
    'select subscription_id, sealed from webhooks.subscription_secret order by id desc limit $1',
    [SAMPLE],
  )
  const isRight = rows.some((row) => opens(row.sealed, row.subscription_id, encryptionKey))
  if (isRight || rows.length === 0) return
  throw new Error(
    'The encryption key does not open the secrets in the database. Set SENDER_ENCRYPTION_KEY to the key that they were stored with; without DATABASE_URL, it is kept in the file encryption.key in SENDER_DATA_DIR.',
  )
}

function opens(sealed: Uint8Array, subscriptionId: string, encryptionKey: Uint8Array): boolean {
  try {
    openSecret(sealed, subscriptionId, encryptionKey)
    return true
  } catch {
    return false
  }
}
