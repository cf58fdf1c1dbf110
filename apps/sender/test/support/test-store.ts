import { randomBytes, randomUUID } from 'node:crypto'
import { type ApiKeyStore, createApiKeyStore } from '../../src/store/api-keys.ts'
import { deriveAuditKey } from '../../src/store/audit-chain.ts'
import { type AuditLog, createAuditLog } from '../../src/store/audit.ts'
import type { NewSubscription } from '../../src/store/create-subscription.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { createDeliveryStore, type DeliveryStore } from '../../src/store/deliveries.ts'
import { createDeliveryQueue, type DeliveryQueue } from '../../src/store/delivery-queue.ts'
import { createEventStore, type EventStore } from '../../src/store/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { ensurePartitions } from '../../src/store/partitions.ts'
import type { EncryptionKeys } from '../../src/store/sealed-secret.ts'
import { createSessionStore, type SessionStore } from '../../src/store/sessions.ts'
import type { Subscription } from '../../src/store/subscription.ts'
import { createSubscriptionStore, type SubscriptionStore } from '../../src/store/subscriptions.ts'
import { createTestDatabase } from './postgres.ts'

/** A row as `pg` reads it. */
export type Row = Readonly<Record<string, any>> // oxlint-disable-line typescript/no-explicit-any -- tests look into rows of every shape

/** Every part of the store, on a migrated database of its own that has one account. */
export interface TestStore {
  readonly database: Database
  readonly connectionString: string
  /** The current one of the keys, as a command is given it. */
  readonly encryptionKey: Uint8Array
  readonly encryptionKeys: EncryptionKeys
  readonly accountId: string
  readonly apiKeys: ApiKeyStore
  readonly sessions: SessionStore
  readonly audit: AuditLog
  readonly subscriptions: SubscriptionStore
  readonly events: EventStore
  readonly deliveries: DeliveryStore
  readonly queue: DeliveryQueue
  /** Rows of one statement. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Subscribes to everything at an endpoint that no test calls, unless told otherwise. */
  subscribe(subscription?: Partial<NewSubscription>): Promise<Subscription>
  /** Deletes a subscription of the account; whether there was one. */
  unsubscribe(id: string): Promise<boolean>
  /** Publishes events of the account, one transaction for all, and returns their ids. */
  publish(count?: number, event?: string): Promise<readonly string[]>
  /** Puts that many deliveries into the queue, of one event that is stored nowhere, each a millisecond after the last. */
  owe(subscriptionId: string, count: number): Promise<void>
  /** Completes the oldest delivery of a subscription as if an attempt had succeeded. */
  succeed(subscriptionId: string): Promise<void>
  close(): Promise<void>
}

/** Opens a store for one test file. */
export async function openTestStore(): Promise<TestStore> {
  const testDatabase = await createTestDatabase()
  const { connectionString } = testDatabase
  const database = openDatabase({ connectionString })
  const { db, pool } = database
  await migrate(pool)
  await ensurePartitions(pool)
  const encryptionKey = randomBytes(32)
  const encryptionKeys = { current: encryptionKey, previous: [] }
  const audit = createAuditLog(deriveAuditKey(encryptionKey))
  const apiKeys = createApiKeyStore(db, audit)
  const { accountId } = await apiKeys.create('acme', 'admin')
  const subscriptions = createSubscriptionStore(db, { encryptionKeys, audit })

  async function query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await pool.query<Row>(text, [...values])).rows
  }

  return {
    database,
    connectionString,
    encryptionKey,
    encryptionKeys,
    accountId,
    apiKeys,
    sessions: createSessionStore(db, audit),
    audit,
    subscriptions,
    events: createEventStore(pool),
    deliveries: createDeliveryStore(db),
    queue: createDeliveryQueue(pool, encryptionKeys),
    query,
    async subscribe(subscription) {
      const input = {
        accountId,
        url: 'https://example.com/webhooks',
        events: ['*'],
        secret: `whsec_${randomBytes(32).toString('base64')}`,
        ...subscription,
      }
      const created = await subscriptions.create(input, 'command:test')
      if (created.kind !== 'done') throw new Error(`It was not created: ${created.kind}`)
      return created.result
    },
    async unsubscribe(id) {
      const { kind } = await subscriptions.delete({ accountId, id, actor: 'command:test' })
      return kind === 'done'
    },
    async publish(count = 1, event = 'scan.completed') {
      const ids = Array.from({ length: count }, () => randomUUID())
      await query(
        `select from unnest($1::uuid[]) with ordinality as e (event_id, number)
         cross join lateral webhooks.publish($2, $3, json_build_object('number', number), event_id)`,
        [ids, accountId, event],
      )
      return ids
    },
    async owe(subscriptionId, count) {
      await query(
        `insert into webhooks.owed_delivery (id, account_id, subscription_id, event_key, event_id, event, due_at, created_at)
         select webhooks.uuid_v7(at), $1, $2, key, key, 'scan.completed', at, at
         from (select gen_random_uuid() as key, now() as until) as event, generate_series(1, $3) as number,
           lateral (select until - ($3 - number) * interval '1 millisecond' as at) as instant`,
        [accountId, subscriptionId, count],
      )
    },
    async succeed(subscriptionId) {
      await query(
        `with done as (
           delete from webhooks.owed_delivery where id = (
             select id from webhooks.owed_delivery where subscription_id = $1 order by id limit 1)
           returning *)
         insert into webhooks.completed_delivery
           (id, account_id, subscription_id, event_key, event_id, event, is_test, status, attempt_count, failure_count,
            last_outcome, last_http_status, created_at, completed_at)
         select id, account_id, subscription_id, event_key, event_id, event, is_test, 'succeeded', 1, 0,
           'succeeded', 200, created_at, now() from done`,
        [subscriptionId],
      )
    },
    async close() {
      await database.close()
      await testDatabase.drop()
    },
  }
}
