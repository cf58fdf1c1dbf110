import { randomBytes, randomUUID } from 'node:crypto'
import { type ApiKeyStore, createApiKeyStore } from '../../src/store/api-keys.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { createDeliveryStore, type DeliveryStore } from '../../src/store/deliveries.ts'
import { createDeliveryQueue, type DeliveryQueue } from '../../src/store/delivery-queue.ts'
import { createEventStore, type EventStore } from '../../src/store/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import {
  createSubscriptionStore,
  type NewSubscription,
  type Subscription,
  type SubscriptionStore,
} from '../../src/store/subscriptions.ts'
import { createTestDatabase } from './postgres.ts'

/** A row as `pg` reads it. */
export type Row = Readonly<Record<string, any>> // oxlint-disable-line typescript/no-explicit-any -- tests look into rows of every shape

/** Every part of the store, on a migrated database of its own that has one account. */
export interface TestStore {
  readonly database: Database
  readonly connectionString: string
  readonly encryptionKey: Uint8Array
  readonly accountId: string
  readonly apiKeys: ApiKeyStore
  readonly subscriptions: SubscriptionStore
  readonly events: EventStore
  readonly deliveries: DeliveryStore
  readonly queue: DeliveryQueue
  /** Rows of one statement. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Subscribes to everything at an endpoint that no test calls, unless told otherwise. */
  subscribe(subscription?: Partial<NewSubscription>): Promise<Subscription>
  /** Publishes events of the account, one transaction for all, and returns their ids. */
  publish(count?: number, event?: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** Opens a store for one test file. */
export async function openTestStore(): Promise<TestStore> {
  const testDatabase = await createTestDatabase()
  const { connectionString } = testDatabase
  const database = openDatabase({ connectionString })
  const { db, pool } = database
  await migrate(pool)
  const encryptionKey = randomBytes(32)
  const apiKeys = createApiKeyStore(db)
  const { accountId } = await apiKeys.create('acme', 'admin')
  const subscriptions = createSubscriptionStore(db, encryptionKey)

  async function query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await pool.query<Row>(text, [...values])).rows
  }

  return {
    database,
    connectionString,
    encryptionKey,
    accountId,
    apiKeys,
    subscriptions,
    events: createEventStore(pool),
    deliveries: createDeliveryStore(db),
    queue: createDeliveryQueue(pool, encryptionKey),
    query,
    subscribe: (subscription) =>
      subscriptions.create({
        accountId,
        url: 'https://example.com/webhooks',
        events: ['*'],
        secret: `whsec_${randomBytes(32).toString('base64')}`,
        ...subscription,
      }),
    async publish(count = 1, event = 'scan.completed') {
      const ids = Array.from({ length: count }, () => randomUUID())
      await query(
        `select from unnest($1::uuid[]) with ordinality as e (event_id, number)
         cross join lateral webhooks.publish($2, $3, json_build_object('number', number), event_id)`,
        [ids, accountId, event],
      )
      return ids
    },
    async close() {
      await database.close()
      await testDatabase.drop()
    },
  }
}
