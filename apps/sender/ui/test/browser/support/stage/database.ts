import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import { Client } from 'pg'
// @boundaries-ignore The sender starts its own database durably; tests and stages need not wait for a disk.
import { startEmbeddedPostgres } from '../../../../../src/store/embedded/index.ts'

/** A PostgreSQL whose user may create databases. */
export interface DatabaseServer {
  readonly url: string
  close(): Promise<void>
}

/** That of `TEST_DATABASE_URL`, or an embedded one in a temporary directory, which does not wait for the disk. */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, close: async () => {} }
  const dataDirectory = await mkdtemp(join(tmpdir(), `complywise-page-${process.pid}-`))
  const logger = createLogger({ name: 'stage', level: 'warn', destination: 'stderr' })
  const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
  return {
    url: postgres.connectionString,
    async close() {
      await postgres.close()
      await rm(dataDirectory, { recursive: true })
    },
  }
}

/** An empty database of a server. */
export interface StageDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Creates an empty database. */
export async function createDatabase(serverUrl: string): Promise<StageDatabase> {
  const name = `stage_${randomBytes(6).toString('hex')}`
  await execute(serverUrl, `create database ${name} template template0`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(serverUrl, `drop database if exists ${name} with (force)`) }
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
