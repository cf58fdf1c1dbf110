import { Pool } from 'pg'
import { type AccountKeys, createAccount } from './accounts.ts'
import { createApiClient } from './api-client.ts'
import { type Cast, startCast } from './cast.ts'
import { createDatabase } from './database.ts'
import { fillHistory } from './history.ts'
import { startSenderProcess } from './sender-process.ts'
import { type Told, tellStory } from './story.ts'

/** What a stage can tell of itself, as JSON. */
export interface StageFacts extends Told {
  readonly url: string
  readonly databaseUrl: string
  /** Of the account that the story is about. */
  readonly keys: AccountKeys
}

/** A sender with a story: subscriptions in every state, deliveries with every outcome. */
export interface Stage {
  readonly facts: StageFacts
  close(): Promise<void>
}

/** How a stage is set. */
export interface StageOptions {
  /** Of a PostgreSQL whose user may create databases. */
  readonly serverUrl: string
  /** Of the sender. Default: any free one. */
  readonly port?: number | undefined
  /** Deliveries of the days before the story, written straight into the log. Default 600. */
  readonly deliveries?: number
  /** Over so many days. Default 2. */
  readonly days?: number
  /** Wait after the first failure. Default 1 s: the first retries are quick, the last ones take hours. */
  readonly retryBaseMs?: number
}

/** Starts a sender on a database of its own, and tells the story there. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { serverUrl, port, deliveries = 600, days = 2, retryBaseMs = 1000 } = options
  const closers: (() => Promise<unknown>)[] = []
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    const database = await createDatabase(serverUrl)
    closers.push(() => database.drop())
    const sender = await startSenderProcess({
      databaseUrl: database.url,
      port,
      env: { SENDER_RETRY_BASE_MS: String(retryBaseMs) },
    })
    closers.push(() => sender.stop())
    const cast = await startCast()
    closers.push(() => closeReceivers(cast))
    const pool = new Pool({ connectionString: database.url, max: 4 })
    closers.push(() => pool.end())
    const keys = await createAccount(pool, 'Acme Corporation')
    const admin = createApiClient(sender.url, keys.admin)
    const publisher = createApiClient(sender.url, keys.publisher)
    const told = await tellStory({ pool, admin, publisher }, cast)
    const { healthy, filtered, flaky } = told.subscriptions
    const subscriptionIds = [healthy, healthy, healthy, filtered, flaky]
    await fillHistory(pool, { accountId: keys.accountId, subscriptionIds, deliveries, days })
    return { facts: { url: sender.url, databaseUrl: database.url, keys, ...told }, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

async function closeReceivers(cast: Cast): Promise<void> {
  await Promise.all(Object.values(cast).map(async ({ receiver }) => await receiver?.close()))
}
