import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** A Redis for one run of a benchmark. */
export interface BenchRedis {
  readonly url: string
  /** What is known of it that matters for its speed. */
  readonly fact: string
  close(): Promise<void>
}

/**
 * Starts `redis-server` with its log of every write flushed once a second, as its documentation recommends: a loss of
 * power may lose a second. PostgreSQL, as the sender uses it, loses nothing.
 *
 * @returns `undefined` where there is no such program.
 */
export async function startBenchRedis(dataDirectory = tmpdir()): Promise<BenchRedis | undefined> {
  const directory = await mkdtemp(join(dataDirectory, 'complywise-bench-redis-'))
  const port = await findFreePort()
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'],
    { stdio: 'ignore' },
  )
  const isMissing = await Promise.race([
    once(child, 'error').then(() => true),
    once(child, 'spawn').then(() => false),
  ])
  if (isMissing) {
    await rm(directory, { recursive: true })
    return undefined
  }
  const url = `redis://127.0.0.1:${port}`
  const version = await readVersion(url)
  return {
    url,
    fact: `Redis ${version}, appendonly yes, appendfsync everysec`,
    async close() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function readVersion(url: string): Promise<string> {
  // Tries again until the server listens.
  const redis = new Redis(url, { retryStrategy: () => 50 })
  redis.on('error', () => undefined)
  const info = await redis.info('server')
  redis.disconnect()
  return /redis_version:(\S+)/.exec(info)?.[1] ?? 'of unknown version'
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('No port is free.')
  return address.port
}
