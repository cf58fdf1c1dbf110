import type { Pool } from 'pg'
import { type EncryptionKeys, openSecret } from './sealed-secret.ts'

const SAMPLE = 5

/**
 * Refuses keys that open none of the newest secrets in the database. With them nothing could be signed, and the
 * secrets that the current one seals would be lost to the senders that have the right one. A single damaged secret is
 * no reason.
 *
 * @throws {Error} saying what to do.
 */
export async function checkEncryptionKey(pool: Pool, keys: EncryptionKeys): Promise<void> {
  if (await isEncryptionKeyRight(pool, keys)) return
  throw new Error(
    'The encryption key does not open the secrets in the database. Set SENDER_ENCRYPTION_KEY to the key that they were stored with; without DATABASE_URL, it is kept in the file encryption.key in SENDER_DATA_DIR. To change the key, set the new one and name the old one in SENDER_PREVIOUS_ENCRYPTION_KEYS.',
  )
}

/** Whether keys open one of the newest secrets in the database at least, or there are none. */
export async function isEncryptionKeyRight(pool: Pool, keys: EncryptionKeys): Promise<boolean> {
  const { rows } = await pool.query<{ subscription_id: string; sealed: Buffer }>(
    'select subscription_id, sealed from webhooks.subscription_secret order by id desc limit $1',
    [SAMPLE],
  )
  return rows.length === 0 || rows.some((row) => opens(row.sealed, row.subscription_id, keys))
}

function opens(sealed: Uint8Array, subscriptionId: string, keys: EncryptionKeys): boolean {
  try {
    openSecret(sealed, subscriptionId, keys)
    return true
  } catch {
    return false
  }
}
