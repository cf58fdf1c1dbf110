import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { EmbeddedPostgresError } from './errors.ts'
import { canBePostmaster, readPostmasterFile } from './postmaster.ts'
import { runTool } from './run-tool.ts'

/** PostgreSQL's shutdown modes that do not wait for clients, by the signal that asks for them. */
const shutdowns = [
  // Writes out all that is in memory, within this.
  { mode: 'fast', signal: 'INT', withinMs: 20_000 },
  // Leaves that to the next start, which replays the log.
  { mode: 'immediate', signal: 'QUIT', withinMs: 10_000 },
] as const

/** One of PostgreSQL's shutdown modes. */
export type ShutdownMode = (typeof shutdowns)[number]['mode']

/**
 * Stops the server with this process number: transactions under way are rolled back, what was committed is safe.
 * Another that is started in its place meanwhile goes on.
 *
 * @param mode what to begin with. Default `fast`, and `immediate` if that takes more than 20 seconds.
 * @throws {EmbeddedPostgresError} `server_not_stopped`
 */
export async function stopServer(cluster: Cluster, pid: number, mode: ShutdownMode = 'fast'): Promise<void> {
  let output = ''
  for (const { signal, withinMs } of shutdowns.slice(mode === 'fast' ? 0 : 1)) {
    if (!(await isRunning(cluster, pid))) return
    // Not `pg_ctl stop`: where another server follows at once, it waits for that one to stop as well.
    const result = await runTool(cluster.binaries.pgCtl, ['kill', signal, String(pid)], {
      cwd: cluster.directory,
      account: cluster.account,
      timeoutMs: 10_000,
    })
    output = result.output
    if (await isGoneWithin(cluster, pid, withinMs)) return
  }
  throw new EmbeddedPostgresError(
    'server_not_stopped',
    `The database in ${cluster.directory} (process ${pid}) does not stop. ${output}`.trimEnd(),
  )
}

async function isGoneWithin(cluster: Cluster, pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs
  while (await isRunning(cluster, pid)) {
    if (Date.now() > deadline) return false
    await delay(10)
  }
  return true
}

async function isRunning({ data }: Cluster, pid: number): Promise<boolean> {
  const file = await readPostmasterFile(data)
  return file?.pid === pid && canBePostmaster(pid, data)
}
