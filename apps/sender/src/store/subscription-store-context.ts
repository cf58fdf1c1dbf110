import type { Kysely } from 'kysely'
import type { AuditLog } from './audit.ts'
import { createSecretOpener, type EncryptionKeys, type SecretOpener } from './sealed-secret.ts'
import type { Tables } from './tables.ts'

/** What subscriptions are stored with. */
export interface SubscriptionStoreOptions {
  readonly encryptionKeys: EncryptionKeys
  readonly audit: AuditLog
  /** Subscriptions that one account may have. Default 500. */
  readonly maxSubscriptions?: number
}

/** What every change of subscriptions works with. */
export interface StoreContext extends Required<SubscriptionStoreOptions> {
  readonly db: Kysely<Tables>
  readonly openSecret: SecretOpener
}

/** Completes the options. */
export function createStoreContext(
  db: Kysely<Tables>,
  { encryptionKeys, audit, maxSubscriptions = 500 }: SubscriptionStoreOptions,
): StoreContext {
  return { db, encryptionKeys, audit, maxSubscriptions, openSecret: createSecretOpener(encryptionKeys) }
}
