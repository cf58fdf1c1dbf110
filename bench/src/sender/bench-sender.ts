import { randomBytes } from 'node:crypto'
import { createApiKeyStore } from '../../../apps/sender/src/store/api-keys.ts'
import { createAuditLog } from '../../../apps/sender/src/store/audit.ts'
import { migrate } from '../../../apps/sender/src/store/migrate.ts'
import { createSubscriptionStore } from '../../../apps/sender/src/store/subscriptions.ts'
import { type BenchDatabase, openBenchDatabase } from './database.ts'
import { processorTimeOf } from './processor-time.ts'
import { startSenderProcess } from './sender-process.ts'

/** An account whose every event goes to a number of endpoints. */
export interface BenchAccount {
  readonly accountId: string
  readonly publisherKey: string
}

/** A running sender, in one process or several, and its database. */
export interface BenchSender {
  /** Processes. */
  readonly count: number
  /** Processor time of all of them so far, in milliseconds; NaN where it cannot be told. */
  processorTime(): number
  /** The API of the first. */
  readonly url: string
  readonly database: BenchDatabase
  /** Makes an account with a subscription to all events for each of `urls`. */
  createAccount(name: string, urls: readonly string[]): Promise<BenchAccount>
  /** Stops the sender and removes the database. */
  close(): Promise<void>
}

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Starts `count` senders on an empty database; see {@link openBenchDatabase}. */
export async function startBenchSender(dataDirectory: string | undefined, count = 1): Promise<BenchSender> {
  const encryptionKey = randomBytes(32)
  const database = await openBenchDatabase(dataDirectory)
  try {
    await migrate(database.pool)
    const senders = await Promise.all(
      Array.from({ length: count }, () => startSenderProcess(database.connectionString, encryptionKey)),
    )
    const audit = createAuditLog(randomBytes(32))
    const apiKeys = createApiKeyStore(database.db, audit)
    const subscriptions = createSubscriptionStore(database.db, {
      encryptionKeys: { current: encryptionKey, previous: [] },
      audit,
      maxSubscriptions: Infinity,
    })
    return {
      count,
      processorTime: () => senders.reduce((total, { pid }) => total + processorTimeOf(pid), 0),
      url: senders[0]!.url,
      database,
      async createAccount(name, urls) {
        const { accountId, key: publisherKey } = await apiKeys.create(name, 'publisher')
        for (const url of urls) {
          const subscription = { accountId, url, events: ['*'], secret: SECRET }
          await subscriptions.create(subscription, 'command:bench')
        }
        return { accountId, publisherKey }
      },
      async close() {
        for (const sender of senders) await sender.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
