import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../../apps/sender/src/store/database.ts'
import { startEmbeddedPostgres } from '../../../apps/sender/src/store/embedded/index.ts'
import { createLogger } from '../../../packages/service/src/index.ts'
import { meterPostgres } from './processor-time.ts'

/** A database for one run of a benchmark. */
export interface BenchDatabase extends Database {
  readonly connectionString: string
  /** What is known of the server that matters for its speed. */
  readonly facts: readonly string[]
  /** Processor time of the whole server so far, in milliseconds; NaN if it is not on this machine. */
  processorTime(): number
}

interface Server {
  readonly connectionString: string
  readonly kind: string
  close(): Promise<void>
}

/** `f_type` of a file system in memory, on which every write is durable at once, and lost with the power. */
const TMPFS = 0x01021994

/**
 * Opens an empty database: on the server of `DATABASE_URL`, under a new name and dropped at the end; or on an embedded
 * PostgreSQL, started for it and removed with its data.
 *
 * @throws {Error} when the embedded one would write to memory: no figure of a durable sender could come from it.
 */
export async function openBenchDatabase(dataDirectory: string | undefined): Promise<BenchDatabase> {
  const given = process.env['DATABASE_URL']
  const server = given === undefined ? await startServer(dataDirectory ?? tmpdir()) : await createOn(given)
  const database = openDatabase({ connectionString: server.connectionString, maxConnections: 4 })
  const { rows } = await database.pool.query<{ pid: number; facts: string }>(
    `select pg_backend_pid() as pid, format('PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s',
       split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'),
       current_setting('synchronous_commit'), current_setting('shared_buffers')) as facts`,
  )
  const { pid, facts } = rows[0]!
  return {
    ...database,
    connectionString: server.connectionString,
    facts: [`${server.kind} ${facts}`],
    processorTime: meterPostgres(pid),
    async close() {
      await database.close()
      await server.close()
    },
  }
}

async function startServer(parent: string): Promise<Server> {
  const { type } = await statfs(parent)
  if (type === TMPFS)
    throw new Error(`${parent} is in memory; name a directory on a disk with --data-directory.`)
  const dataDirectory = await mkdtemp(join(parent, 'complywise-bench-'))
  const logger = createLogger({ name: 'bench', level: 'warn', destination: 'stderr' })
  const postgres = await startEmbeddedPostgres({ dataDirectory, logger })
  return {
    connectionString: postgres.connectionString,
    kind: 'embedded',
    async close() {
      await postgres.close()
      await rm(dataDirectory, { recursive: true })
    },
  }
}

async function createOn(databaseUrl: string): Promise<Server> {
  const name = `complywise_bench_${randomBytes(4).toString('hex')}`
  const admin = openDatabase({ connectionString: databaseUrl, maxConnections: 1 })
  await admin.pool.query(`create database ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  return {
    connectionString: url.href,
    kind: 'external',
    async close() {
      await admin.pool.query(`drop database ${name} with (force)`)
      await admin.close()
    },
  }
}
