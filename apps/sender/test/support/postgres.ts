import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'

/** An empty database for one test file. */
export interface TestDatabase {
  readonly connectionString: string
  /** Removes the database, cutting connections to it. */
  drop(): Promise<void>
}

/**
 * Creates an empty database on the server that all tests of the sender share; see `global-setup.ts`.
 *
 * ```ts
 * const database = await createTestDatabase()
 * afterAll(() => database.drop())
 * ```
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await execute(`create database ${name} template template0`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return { connectionString: url.href, drop: () => execute(`drop database if exists ${name} with (force)`) }
}

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
