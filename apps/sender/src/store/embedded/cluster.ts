import { randomBytes } from 'node:crypto'
import { chmod, chown, lchown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@complywise/service'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'
import { createWhole } from './leftovers.ts'
import { runTool } from './run-tool.ts'

/** The files of one database server. */
export interface Cluster {
  /** Folder that holds `data`, `password` and `server.log`; the server's account owns it. */
  readonly directory: string
  /** PostgreSQL's own data directory. */
  readonly data: string
  readonly password: string
  /** Who runs the server. Default: the sender's own account. */
  readonly account: Account | undefined
  readonly binaries: Binaries
}

/** Who the sender logs in as: the server's superuser, since the server is there for the sender alone. */
export const userName = 'postgres'

/**
 * What a new cluster is tuned for: a machine of 2 cores whose memory others use, too. The operator may change these in
 * `postgresql.conf`; what must hold is given when the server is started.
 */
const settings: readonly string[] = [
  'shared_buffers=256MB',
  'max_connections=100',
  'wal_compression=pglz',
  'checkpoint_timeout=15min',
  'random_page_cost=1.1',
  // Queue tables turn over completely within minutes.
  'autovacuum_naptime=15s',
  'jit=off',
  // Parallel queries share memory through /dev/shm, of which a container has 64 MB.
  'max_parallel_workers_per_gather=0',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // Failing statements are reported to their caller; in a file they would leave customers' data behind.
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
]

/** Where the cluster of a data directory is, or will be. */
export function clusterDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'postgres')
}

/** Which cluster to open, and how to create it. */
export interface ClusterOptions {
  readonly dataDirectory: string
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly logger: Logger
  /** `false` creates it without waiting for the disk. */
  readonly durable: boolean
}

/**
 * Opens the cluster of the data directory, creating it when there is none.
 *
 * @throws {EmbeddedPostgresError} `cluster_not_created`, `cluster_incompatible`, `data_directory_unusable`
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDirectory, binaries, account, logger } = options
  const directory = clusterDirectory(dataDirectory)
  const existing = await stat(directory).catch(() => undefined)
  if (existing === undefined) {
    const startedAt = Date.now()
    const created = await createWhole(directory, (unfinished) => initialize(unfinished, options))
    if (created)
      logger.info({ directory, durationMs: Date.now() - startedAt }, 'created the embedded database')
  }
  const data = join(directory, 'data')
  await checkVersion(directory, data, binaries)
  const password = await readOwn(directory, join(directory, 'password'))
  if (existing?.uid === 0 && account !== undefined) {
    // Root has brought the files back from a backup.
    await chownTree(directory, account)
    await chmod(data, 0o700)
  }
  return { directory, data, password: password.trim(), account, binaries }
}

async function initialize(directory: string, { binaries, account, durable }: ClusterOptions): Promise<void> {
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: durable })
  if (account !== undefined) {
    await chown(passwordFile, account.uid, account.gid)
    await chown(directory, account.uid, account.gid)
  }
  const { code, output } = await runTool(
    binaries.initdb,
    [
      '--pgdata=data',
      `--username=${userName}`,
      '--pwfile=password',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
      durable ? '--sync-method=fsync' : '--no-sync',
      ...settings.flatMap((setting) => ['--set', setting]),
    ],
    { cwd: directory, account, timeoutMs: 300_000 },
  )
  if (code === 0) return
  throw new EmbeddedPostgresError(
    'cluster_not_created',
    `The database could not be created; initdb ended with code ${code}:\n${output}`,
  )
}

async function checkVersion(directory: string, data: string, { majorVersion }: Binaries): Promise<void> {
  const version = (await readOwn(directory, join(data, 'PG_VERSION'))).trim()
  if (version === majorVersion) return
  throw new EmbeddedPostgresError(
    'cluster_incompatible',
    `The database in ${directory} was made by PostgreSQL ${version}, and this sender brings ${majorVersion}. ` +
      'Dump it with the version of the sender that made it and load it into a new data directory (pg_dump, psql), ' +
      `or set DATABASE_URL to a PostgreSQL ${version} that serves it.`,
  )
}

async function readOwn(directory: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = systemErrorCode(error) ?? String(error)
    throw new EmbeddedPostgresError(
      'data_directory_unusable',
      code === 'ENOENT'
        ? `${directory} is no database of the sender: ${file} is missing. ` +
            'Move it away or set SENDER_DATA_DIR to another directory.'
        : `The database in ${directory} cannot be read (${code}); it may belong to another user. ` +
            'Run the sender as that user or set SENDER_DATA_DIR to another directory.',
      { cause: error },
    )
  }
}

async function chownTree(path: string, { uid, gid }: Account): Promise<void> {
  for (const entry of await readdir(path, { recursive: true })) await lchown(join(path, entry), uid, gid)
  await lchown(path, uid, gid)
}
