import { type Kysely, sql } from 'kysely'
import type { KnownSecret } from '../domain/check-signature-evidence.ts'
import { createSecretOpener, type EncryptionKeys } from './sealed-secret.ts'
import type { Tables } from './tables.ts'

/** Opens the secrets of subscriptions, for what is computed with them here; nothing that is answered may hold one. */
export interface SecretReader {
  /**
   * All that are still kept, newest first; none for a subscription that is deleted, or another account's. Those that
   * expired are kept until the next expiry task.
   */
  list(accountId: string, subscriptionId: string): Promise<readonly KnownSecret[]>
}

/** Reads them from PostgreSQL. */
export function createSecretReader(db: Kysely<Tables>, encryptionKeys: EncryptionKeys): SecretReader {
  const openSecret = createSecretOpener(encryptionKeys)
  return {
    async list(accountId, subscriptionId) {
      const rows = await db
        .selectFrom('subscription_secret as k')
        .innerJoin('subscription as s', 's.id', 'k.subscription_id')
        .select(['k.sealed', 'k.hint', sql<boolean>`coalesce(k.expires_at <= now(), false)`.as('is_expired')])
        .where('s.account_id', '=', accountId)
        .where('s.id', '=', subscriptionId)
        .where('s.deleted_at', 'is', null)
        .orderBy('is_expired')
        .orderBy('k.id', 'desc')
        .execute()
      return rows.map(({ sealed, hint, is_expired: isExpired }, index) => ({
        value: openSecret(sealed, subscriptionId),
        hint,
        state: stateOf(index, isExpired),
      }))
    },
  }
}

function stateOf(index: number, isExpired: boolean): KnownSecret['state'] {
  if (isExpired) return 'expired'
  return index === 0 ? 'newest' : 'old'
}
