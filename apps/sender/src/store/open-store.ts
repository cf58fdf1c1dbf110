import type { Logger } from '@complywise/service'
import type { SenderConfig } from '../config.ts'
import { checkEncryptionKey } from './check-encryption-key.ts'
import { checkDatabase, type Database, openDatabase } from './database.ts'
import { connectEmbeddedPostgres, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts'
import { loadOrCreateEncryptionKey } from './encryption-key.ts'
import { migrate } from './migrate.ts'

/** The sender's database, migrated and open, and the key to its secrets. */
export interface Store extends Database {
  readonly connectionString: string
  readonly encryptionKey: Uint8Array
  /** Resolves when the embedded database is lost for good; the sender can then only stop. */
  readonly lost: Promise<Error>
}

/** Whether this process serves for long, and so owns an embedded database, or only does one thing beside it. */
export type StoreUse = 'service' | 'command'

/**
 * Opens the database that the configuration names, or the embedded one, and brings its schema up to date.
 *
 * @throws {EmbeddedPostgresError} when the embedded database cannot be used.
 * @throws {Error} when the database cannot be reached or migrated, or the encryption key is not the one that its
 * secrets were stored with.
 */
export async function openStore(config: SenderConfig, use: StoreUse, logger: Logger): Promise<Store> {
  const embedded = config.databaseUrl === undefined ? await openEmbedded(config, use, logger) : undefined
  const connectionString = embedded?.connectionString ?? config.databaseUrl ?? ''
  let isClosing = false
  const database = openDatabase({
    connectionString,
    onConnectionError(err) {
      if (!isClosing) logger.warn({ err }, 'a database connection broke')
    },
  })
  async function close(): Promise<void> {
    isClosing = true
    await database.close()
    await embedded?.close()
  }
  try {
    await checkDatabase(database.pool)
    const encryptionKey = config.encryptionKey ?? (await loadOrCreateEncryptionKey(config.dataDirectory))
    const migrations = await migrate(database.pool)
    if (migrations.length > 0) logger.info({ migrations }, 'migrated the database')
    await checkEncryptionKey(database.pool, encryptionKey)
    return { ...database, connectionString, encryptionKey, lost: embedded?.lost ?? never, close }
  } catch (error) {
    await close().catch((err: unknown) => logger.warn({ err }, 'could not close the database'))
    throw error
  }
}

function openEmbedded(config: SenderConfig, use: StoreUse, logger: Logger): Promise<EmbeddedPostgres> {
  const open = use === 'service' ? startEmbeddedPostgres : connectEmbeddedPostgres
  return open({ dataDirectory: config.dataDirectory, logger })
}

const never = new Promise<never>(() => undefined)
