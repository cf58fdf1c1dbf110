import type { Logger } from '@complywise/service'
import type { SenderConfig } from '../config.ts'
import { type AuditKeys, deriveAuditKey } from './audit-chain.ts'
import { checkEncryptionKey } from './check-encryption-key.ts'
import { checkDatabase, type Database, type DatabaseOptions, openDatabase } from './database.ts'
import { connectEmbeddedPostgres, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/index.ts'
import { loadOrCreateEncryptionKey } from './encryption-key.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'
import type { EncryptionKeys } from './sealed-secret.ts'

/** A database that answers. */
export interface ReachedDatabase extends Database {
  readonly connectionString: string
  /** Opens another pool on it, closed together with the first. */
  open(options: PoolOptions): Database
  /** Resolves when the embedded database is lost for good; the sender can then only stop. */
  readonly lost: Promise<Error>
}

/** The sender's database, migrated and open, and the keys to what is in it. */
export interface Store extends ReachedDatabase {
  readonly encryptionKeys: EncryptionKeys
  readonly auditKeys: AuditKeys
}

type PoolOptions = Omit<DatabaseOptions, 'connectionString' | 'onConnectionError'>

// For commands, and for what a sender does in the background.
const COMMAND_CONNECTIONS = 3

/** Whether this process serves for long, and so owns an embedded database, or only does one thing beside it. */
export type StoreUse = 'service' | 'command'

/**
 * Opens the database that the configuration names, or the embedded one, and brings its schema up to date. A command does
 * so only with a database that is new: when to upgrade one that is in use is for `sender serve` and `sender migrate`.
 *
 * @throws {EmbeddedPostgresError} when the embedded database cannot be used.
 * @throws {Error} when the database cannot be reached or migrated, or is not up to date for a command, or the encryption key is not the one that its
 * secrets were stored with.
 */
export async function openStore(config: SenderConfig, use: StoreUse, logger: Logger): Promise<Store> {
  const reached = await reachDatabase(config, use, logger)
  const { pool } = reached
  try {
    const encryptionKeys = {
      current: config.encryptionKey ?? (await loadOrCreateEncryptionKey(config.dataDirectory)),
      previous: config.previousEncryptionKeys,
    }
    const migrations = await migrate(pool, { onlyNew: use === 'command' })
    if (migrations.length > 0) logger.info({ migrations }, 'migrated the database')
    await ensurePartitions(pool)
    await checkEncryptionKey(pool, encryptionKeys)
    return { ...reached, encryptionKeys, auditKeys: auditKeysOf(config, encryptionKeys) }
  } catch (error) {
    await reached.close().catch((err: unknown) => logger.warn({ err }, 'could not close the database'))
    throw error
  }
}

/**
 * Opens the database that the configuration names, or the embedded one, as it is.
 *
 * @throws {EmbeddedPostgresError} when the embedded database cannot be used.
 * @throws {Error} when the database cannot be reached, or has an encoding that cannot hold every text.
 */
export async function reachDatabase(
  config: SenderConfig,
  use: StoreUse,
  logger: Logger,
): Promise<ReachedDatabase> {
  const embedded = config.databaseUrl === undefined ? await openEmbedded(config, use, logger) : undefined
  const connectionString = embedded?.connectionString ?? config.databaseUrl ?? ''
  const opened: Database[] = []
  let isClosing = false
  function open(options: PoolOptions = {}): Database {
    const database = openDatabase({
      connectionString,
      onConnectionError(err) {
        if (!isClosing) logger.warn({ err }, 'a database connection broke')
      },
      ...options,
    })
    opened.push(database)
    return database
  }
  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(opened.map((database) => database.close()))
    await embedded?.close()
  }
  const { pool, db } = open({ maxConnections: COMMAND_CONNECTIONS })
  try {
    await checkDatabase(pool)
    return { pool, db, connectionString, open, lost: embedded?.lost ?? never, close }
  } catch (error) {
    await close().catch((err: unknown) => logger.warn({ err }, 'could not close the database'))
    throw error
  }
}

function openEmbedded(config: SenderConfig, use: StoreUse, logger: Logger): Promise<EmbeddedPostgres> {
  const open = use === 'service' ? startEmbeddedPostgres : connectEmbeddedPostgres
  return open({ dataDirectory: config.dataDirectory, logger })
}

// Without a key of its own, the log is hashed with one that is derived from the encryption key. Those stay known for
// verification, so that an audit key can be given later.
function auditKeysOf(config: SenderConfig, encryptionKeys: EncryptionKeys): AuditKeys {
  const encryption = [encryptionKeys.current, ...encryptionKeys.previous]
  return {
    current: deriveAuditKey(config.auditKey ?? encryptionKeys.current),
    previous: [...config.previousAuditKeys, ...encryption].map(deriveAuditKey),
  }
}

const never = new Promise<never>(() => undefined)
