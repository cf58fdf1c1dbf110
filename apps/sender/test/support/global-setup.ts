import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import type { TestProject } from 'vitest/node'
import { connectEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL whose user may create databases. */
    readonly postgresUrl: string
  }
}

const logger = createLogger({ name: 'tests', level: 'warn', destination: 'stderr' })

/** Followed by the number of the process that uses the directory. */
const prefix = 'complywise-sender-tests-'

/**
 * Gives the tests of this project one PostgreSQL: that of `TEST_DATABASE_URL`, or an embedded one in a temporary
 * directory, which does not wait for the disk.
 *
 * @returns what vitest calls after the last test.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgresUrl', given)
    return async () => {}
  }
  await removeAbandoned()
  const dataDirectory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
  project.provide('postgresUrl', postgres.connectionString)
  return async () => {
    await postgres.close()
    await rm(dataDirectory, { recursive: true })
  }
}

/** Stops and removes what test runs that were killed left behind. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.slice(prefix.length).split('-')[0])
    if (!name.startsWith(prefix) || isAlive(pid)) continue
    const dataDirectory = join(tmpdir(), name)
    try {
      if (existsSync(join(dataDirectory, 'postgres', 'data', 'postmaster.pid'))) {
        await (await connectEmbeddedPostgres({ dataDirectory, logger, durable: false })).close()
      }
      await rm(dataDirectory, { recursive: true })
    } catch (err) {
      logger.warn({ err, dataDirectory }, 'could not remove what an earlier test run left behind')
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
