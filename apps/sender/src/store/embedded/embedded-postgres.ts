import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@complywise/service'
import { chooseAccount } from './account.ts'
import { findPackagedBinaries, prepareBinaries } from './binaries.ts'
import { type Cluster, clusterDirectory, openCluster } from './cluster.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { findServer, type Server } from './find-server.ts'
import { keepMembership } from './keep-membership.ts'
import { removeLeftovers } from './leftovers.ts'
import { joinServer, type Membership, type Role } from './membership.ts'
import { runtimeName } from './runtime-copy.ts'
import { startServer } from './start-server.ts'
import { stopServer } from './stop-server.ts'

/** Where an embedded database is kept. */
export interface EmbeddedPostgresOptions {
  /** Everything is kept below it; created when missing. See `defaultDataDirectory`. */
  readonly dataDirectory: string
  readonly logger: Logger
  /**
   * `false` leaves it to the operating system when data reaches the disk: a crash of the server loses nothing, one of
   * the machine may lose everything. For tests only. Default `true`.
   */
  readonly durable?: boolean
}

/** A PostgreSQL server for the sender alone. */
export interface EmbeddedPostgres {
  /** Where to connect, with the password: not for logs. Valid until `close`. */
  readonly connectionString: string
  /** Resolves when the server ended by itself or was taken over; the sender can then only stop. Never after `close`. */
  readonly lost: Promise<EmbeddedPostgresError>
  /** Stops the server where that is this process's part. Close other connections first: they are cut. */
  close(): Promise<void>
}

/**
 * Starts the database of a data directory and owns it: one process at a time can. A server left running by a process
 * that was killed is taken over with everything it holds. `close` stops the server.
 *
 * ```ts
 * const postgres = await startEmbeddedPostgres({ dataDirectory: '/var/lib/complywise-sender', logger })
 * const database = openDatabase({ connectionString: postgres.connectionString })
 * ```
 *
 * @throws {EmbeddedPostgresError} `data_directory_in_use` while another process owns it, and every other code.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return open(options, 'owner')
}

/**
 * Uses the database of a data directory for a while, beside its owner or without one: for commands. Starts the server
 * when none is running. `close` stops it only if nobody else uses it.
 *
 * @throws {EmbeddedPostgresError} every code but `data_directory_in_use`.
 */
export async function connectEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return open(options, 'guest')
}

/** A server that is stopping when it is first seen is gone within this. */
const enterMs = 120_000

async function open(options: EmbeddedPostgresOptions, role: Role): Promise<EmbeddedPostgres> {
  try {
    return await prepareAndEnter(options, role)
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new EmbeddedPostgresError(
      'data_directory_unusable',
      `The data directory ${options.dataDirectory} cannot be used (${reason}).`,
      { cause: error },
    )
  }
}

async function prepareAndEnter(options: EmbeddedPostgresOptions, role: Role): Promise<EmbeddedPostgres> {
  const { logger, durable = true } = options
  const packaged = await findPackagedBinaries()
  const account = await chooseAccount(clusterDirectory(options.dataDirectory))
  const dataDirectory = await prepareDataDirectory(options.dataDirectory, account)
  const binaries = await prepareBinaries(packaged, dataDirectory, account)
  const cluster = await openCluster({ dataDirectory, binaries, account, logger, durable })
  const { server, membership, started } = await enter({ cluster, dataDirectory, durable, role })
  const place = { dataDirectory, port: server.port, serverPid: server.pid }
  const kept = keepMembership(membership, {
    join: () => joinServer(server, role, dataDirectory),
    onRejoined: () => {
      logger.warn(place, 'the embedded database has recovered from the crash of one of its processes')
    },
  })
  if (started) {
    logger.info(place, 'started the embedded database')
    await removeLeftovers(dataDirectory, runtimeName(packaged))
  } else if (role === 'owner') {
    logger.warn(place, 'took over the embedded database, which a process before this one left running')
  }
  let closed: Promise<void> | undefined
  return {
    connectionString: server.connectionString,
    lost: kept.lost,
    close() {
      closed ??= close()
      return closed
    },
  }

  async function close(): Promise<void> {
    if (await kept.leave()) {
      await stopServer(cluster, server.pid)
      logger.info(place, 'stopped the embedded database')
    }
    await kept.end()
  }
}

interface EnterOptions {
  readonly cluster: Cluster
  readonly dataDirectory: string
  readonly durable: boolean
  readonly role: Role
}

interface Entered {
  readonly server: Server
  readonly membership: Membership
  /** Whether the server was started here; otherwise it was running already. */
  readonly started: boolean
}

async function enter(options: EnterOptions): Promise<Entered> {
  const { cluster, dataDirectory, durable, role } = options
  const deadline = Date.now() + enterMs
  for (;;) {
    const running = await findServer(cluster)
    const server = running ?? (await startServer(cluster, durable))
    try {
      const membership = await joinServer(server, role, dataDirectory)
      if (membership !== undefined) return { server, membership, started: running === undefined }
    } catch (error) {
      // Anything else is a server that went away between being found and being joined.
      if (error instanceof EmbeddedPostgresError || Date.now() > deadline) throw error
    }
    await delay(50)
  }
}
