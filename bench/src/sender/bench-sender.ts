import { randomBytes } from 'node:crypto'
import { createApiKeyStore } from '../../../apps/sender/src/store/api-keys.ts'
import { migrate } from '../../../apps/sender/src/store/migrate.ts'
import { createSubscriptionStore } from '../../../apps/sender/src/store/subscriptions.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { startSenderProcess } from './sender-process.ts'

/** An account whose every event goes to a number of endpoints. */
export interface BenchAccount {
  readonly accountId: string
  readonly publisherKey: string
}

/** A running sender, and its database. */
export interface BenchSender {
  readonly pid: number
  readonly url: string
  readonly database: BenchDatabase
  /** Makes an account with a subscription to all events for each of `urls`. */
  createAccount(name: string, urls: readonly string[]): Promise<BenchAccount>
  /** Stops the sender and removes the database. */
  close(): Promise<void>
}

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Starts a sender on an empty database; see {@link openBenchDatabase}. */
export async function startBenchSender(dataDirectory: string | undefined): Promise<BenchSender> {
  const encryptionKey = randomBytes(32)
  const database = await openBenchDatabase(dataDirectory)
  try {
    await migrate(database.pool)
    const sender = await startSenderProcess(database.connectionString, encryptionKey)
    const apiKeys = createApiKeyStore(database.db)
    const subscriptions = createSubscriptionStore(database.db, encryptionKey)
    return {
      pid: sender.pid,
      url: sender.url,
      database,
      async createAccount(name, urls) {
        const { accountId, key: publisherKey } = await apiKeys.create(name, 'publisher')
        for (const url of urls) await subscriptions.create({ accountId, url, events: ['*'], secret: SECRET })
        return { accountId, publisherKey }
      },
      async close() {
        await sender.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
