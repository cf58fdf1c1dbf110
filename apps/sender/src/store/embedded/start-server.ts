import { open, rename, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { findServer, type Server } from './find-server.ts'
import { runTool } from './run-tool.ts'

/** After a crash the server replays its log before it accepts connections. */
const startSeconds = 300

/**
 * What passes: another program was given the port meanwhile; processes of a killed server have yet to end; another process
 * was faster, and its server has ended already.
 */
const passing = /could not bind|still in use|lock file "postmaster\.pid" already exists/

/** How long a start is repeated for what passes. */
const retryMs = 15_000

/** Beyond this, a new log is begun when the server starts; the one before is kept. */
const maxLogBytes = 5_000_000

const logName = 'server.log'

/**
 * Starts the cluster's server on a free port of 127.0.0.1.
 *
 * @param durable `false` leaves it to the operating system when data reaches the disk; for tests.
 * @returns the running server, which is another process's where that one was faster.
 * @throws {EmbeddedPostgresError} `server_not_started`, `server_unresponsive`
 */
export async function startServer(cluster: Cluster, durable: boolean): Promise<Server> {
  await rotateLog(cluster)
  const deadline = Date.now() + retryMs
  for (;;) {
    const port = await freePort()
    const logStart = await logSize(cluster)
    const { output } = await runTool(
      cluster.binaries.pgCtl,
      [
        'start',
        '--wait',
        `--timeout=${startSeconds}`,
        '--pgdata=data',
        `--log=${logName}`,
        `--options=${options(port, durable)}`,
      ],
      { cwd: cluster.directory, account: cluster.account, timeoutMs: (startSeconds + 30) * 1000 },
    )
    const server = await findServer(cluster)
    if (server !== undefined) return server
    const log = await readLog(cluster, logStart)
    if (passing.test(log) && Date.now() < deadline) continue
    throw new EmbeddedPostgresError(
      'server_not_started',
      `The database in ${cluster.directory} could not be started. ${logName} ends with:\n${log || output}`,
    )
  }
}

/** What must hold for every start, whatever `postgresql.conf` says. */
function options(port: number, durable: boolean): string {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    // A socket's path may have 107 bytes only, and TCP serves all platforms.
    "unix_socket_directories=''",
    'cluster_name=complywise-sender',
    ...(durable ? ['fsync=on'] : ['fsync=off', 'full_page_writes=off']),
  ]
  return settings.map((setting) => `-c ${setting}`).join(' ')
}

async function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}

async function rotateLog(cluster: Cluster): Promise<void> {
  const path = join(cluster.directory, logName)
  // Two processes that start at once may both try; the second finds it done.
  if ((await logSize(cluster)) > maxLogBytes) await rename(path, `${path}.1`).catch(() => {})
}

async function logSize(cluster: Cluster): Promise<number> {
  const entry = await stat(join(cluster.directory, logName)).catch(() => undefined)
  return entry?.size ?? 0
}

/** The end of what the log got since it was `start` bytes long. */
async function readLog(cluster: Cluster, start: number): Promise<string> {
  const size = await logSize(cluster)
  const from = Math.max(start, size - 4000)
  if (size <= from) return ''
  const file = await open(join(cluster.directory, logName))
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from })
    return buffer.toString('utf8', 0, bytesRead).trim()
  } finally {
    await file.close()
  }
}
