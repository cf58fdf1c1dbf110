import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import { Client } from 'pg'
import { clusterDirectory } from '../../src/store/embedded/cluster.ts'
import { connectEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import type { Scene } from './scene.ts'

/** The database of a run. */
export interface ChaosDatabase {
  readonly name: string
  /** What has a sender use it. */
  readonly env: Readonly<Record<string, string>>
  /** The server's main process, where the server is the sender's own and may be killed. */
  readonly serverPid?: () => Promise<number | undefined>
}

/** A database that this process can use beside the senders. */
export interface SharedDatabase extends ChaosDatabase {
  readonly connectionString: string
}

const logger = createLogger({ name: 'chaos', level: 'error', destination: 'stderr' })

/** The embedded database, run by the sender itself and left behind by one that is killed. */
export function embeddedInSender(scene: Scene): ChaosDatabase {
  const dataDirectory = join(scene.directory, 'data')
  async function serverPid(): Promise<number | undefined> {
    return (await readPostmasterFile(join(clusterDirectory(dataDirectory), 'data')))?.pid
  }
  // A run that failed may leave the server behind.
  scene.defer(async () => {
    if ((await serverPid()) !== undefined) await stopEmbedded(dataDirectory)
  })
  return {
    name: 'embedded PostgreSQL',
    env: { DATABASE_URL: '', SENDER_DATA_DIR: dataDirectory },
    serverPid,
  }
}

/** An embedded server that is run by this process, so that several senders may use it. */
export async function embeddedForAll(scene: Scene): Promise<SharedDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDirectory: join(scene.directory, 'data'), logger })
  scene.defer(() => postgres.close())
  return toShared('embedded PostgreSQL', postgres.connectionString)
}

/** A new database on a PostgreSQL that runs already; dropped at the end. */
export async function createDatabase(scene: Scene, serverUrl: string): Promise<SharedDatabase> {
  const name = `complywise_chaos_${randomBytes(6).toString('hex')}`
  await execute(serverUrl, `create database ${name} template template0`)
  scene.defer(() => execute(serverUrl, `drop database ${name} with (force)`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return toShared('external PostgreSQL', url.href)
}

// Whoever leaves last stops it.
async function stopEmbedded(dataDirectory: string): Promise<void> {
  const postgres = await connectEmbeddedPostgres({ dataDirectory, logger })
  await postgres.close()
}

function toShared(name: string, connectionString: string): SharedDatabase {
  const key = randomBytes(32).toString('base64')
  return { name, connectionString, env: { DATABASE_URL: connectionString, SENDER_ENCRYPTION_KEY: key } }
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
