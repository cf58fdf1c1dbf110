import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createLogger } from '@complywise/service'
import { clusterDirectory } from '../../src/store/embedded/cluster.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { readPostmasterFile } from '../../src/store/embedded/postmaster.ts'
import { openGate } from './gate.ts'
import type { Scene } from './scene.ts'

/** A PostgreSQL for several senders that may be killed and comes back at the same address. */
export interface KillableDatabase {
  readonly env: Readonly<Record<string, string>>
  /** `kill -9` of its main process; resolves when it accepts connections again. */
  killAndRestart(): Promise<void>
}

/** Starts it in the scene's directory, behind a gate that stays where it is. */
export async function startKillableDatabase(scene: Scene): Promise<KillableDatabase> {
  const dataDirectory = join(scene.directory, 'data')
  // It complains of every kill, as it should.
  const logger = createLogger({ name: 'chaos', level: 'fatal', destination: 'stderr' })
  const gate = await openGate()
  scene.defer(() => gate.close())
  let postgres = await start()
  scene.defer(() => postgres.close())

  async function start(): Promise<EmbeddedPostgres> {
    const started = await startEmbeddedPostgres({ dataDirectory, logger })
    gate.lead(Number(new URL(started.connectionString).port))
    return started
  }

  const url = new URL(postgres.connectionString)
  url.port = String(gate.port)
  return {
    env: { DATABASE_URL: url.href, SENDER_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
    async killAndRestart() {
      const file = await readPostmasterFile(join(clusterDirectory(dataDirectory), 'data'))
      if (file?.pid === undefined) throw new Error('There is no server to kill')
      process.kill(file.pid, 'SIGKILL')
      await postgres.lost
      await postgres.close().catch(() => undefined)
      postgres = await start()
    },
  }
}
