import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import { Client } from 'pg'
import { afterAll, afterEach, vi } from 'vitest'
import { connectEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { killHolders } from './start-holder.ts'

/** A logger for what is under test; silent because failures are asserted on. */
export const logger = createLogger({ name: 'tests', level: 'silent' })

/** Whether this process is root, where the server runs as another account. */
export const isRoot = process.getuid?.() === 0

const created: string[] = []
let template: string | undefined

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

// Ends the holders, stops servers left running, and removes the directories.
afterEach(async () => {
  killHolders()
  for (const dataDirectory of created.splice(0)) {
    if (existsSync(pidFile(dataDirectory))) {
      const guest = await connectEmbeddedPostgres({ dataDirectory, logger, durable: false }).catch(
        () => undefined,
      )
      await guest?.close()
    }
    rmSync(dataDirectory, { recursive: true })
  }
})

afterAll(() => {
  if (template !== undefined) rmSync(template, { recursive: true })
})

/** An empty directory, removed after the test together with the server in it. */
export function temporaryDirectory(): string {
  const directory = newDirectory()
  created.push(directory)
  return directory
}

/** A data directory with a stopped cluster in it, copied because that is faster than creating one. */
export async function directoryWithCluster(): Promise<string> {
  if (template === undefined) {
    template = newDirectory()
    await (await startEmbeddedPostgres({ dataDirectory: template, logger, durable: false })).close()
  }
  const directory = temporaryDirectory()
  execFileSync('cp', ['-a', join(template, 'postgres'), directory])
  return directory
}

/** Where a running server of that data directory writes its process number. */
export function pidFile(dataDirectory: string): string {
  return join(dataDirectory, 'postgres', 'data', 'postmaster.pid')
}

/** Process number of the server that is running on the data directory. */
export function serverPid(dataDirectory: string): number {
  return Number(readFileSync(pidFile(dataDirectory), 'utf8').split('\n')[0])
}

/** Runs statements on a connection of their own; the rows of the last one. */
export async function query(
  connectionString: string | undefined,
  statements: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString })
  // The server may be crashing on purpose; what is awaited rejects all the same.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const results = [await client.query<Record<string, unknown>>(statements)].flat()
    return results.at(-1)?.rows ?? []
  } finally {
    await client.end()
  }
}

/** Named so that the next test run removes it if this one is killed; see `global-setup.ts`. */
function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), `complywise-sender-tests-${process.pid}-`))
}
