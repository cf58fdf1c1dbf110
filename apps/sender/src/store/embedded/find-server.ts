import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { type Cluster, userName } from './cluster.ts'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'
import {
  canBePostmaster,
  isAlive,
  type PostmasterFile,
  readPostmasterFile,
  removeStaleFile,
} from './postmaster.ts'
import { stopServer } from './stop-server.ts'

/** A server that accepts connections. */
export interface Server {
  /** Process number of its main process. */
  readonly pid: number
  readonly port: number
  /** Holds the password. */
  readonly connectionString: string
}

/** How long a server may take to start, stop or recover before it counts as hung. */
const patienceMs = 60_000

/** `invalid_password` among PostgreSQL's error codes. */
const wrongPassword = '28P01'

/** A file that is still empty after this was cut short by a crash. */
const emptyForMs = 10_000

/**
 * The server that is running on the cluster, whoever started it. Waits while it is starting, stopping or recovering.
 * Ends one that does not get done with stopping. Removes the `postmaster.pid` of one that is gone if another process
 * got its number, which PostgreSQL cannot tell.
 *
 * @returns `undefined` when none is running.
 * @throws {EmbeddedPostgresError} `server_unresponsive`
 */
export async function findServer(cluster: Cluster): Promise<Server | undefined> {
  let deadline = Date.now() + patienceMs
  let lastError: unknown
  for (;;) {
    const file = await readPostmasterFile(cluster.data)
    if (file === undefined) return undefined
    // PostgreSQL removes the file itself then, after making sure that no process of the old server is left.
    if (file.pid !== undefined && !isAlive(file.pid)) return undefined
    if (await isRemnant(file, cluster)) {
      await removeStaleFile(cluster.data, file)
      continue
    }
    if (file.pid !== undefined && file.port !== undefined) {
      const server = {
        pid: file.pid,
        port: file.port,
        connectionString: connectionString(cluster, file.port),
      }
      try {
        await checkIdentity(server, cluster)
        return server
      } catch (error) {
        lastError = error
      }
    }
    if (Date.now() > deadline && file.pid !== undefined && file.isStopping) {
      await stopServer(cluster, file.pid, 'immediate')
      deadline = Date.now() + patienceMs
      continue
    }
    // Waiting does not help against a wrong password.
    if (Date.now() > deadline || systemErrorCode(lastError) === wrongPassword) {
      throw new EmbeddedPostgresError(
        'server_unresponsive',
        `Process ${file.pid} serves the database in ${cluster.directory} but lets nobody in ` +
          `(${lastError instanceof Error ? lastError.message : 'it has no port yet'}). ` +
          'See server.log there; end the process if it hangs, then start the sender again.',
        { cause: lastError },
      )
    }
    await delay(50)
  }
}

/** Connects to the server as the sender does. The caller ends the client. */
export async function connect(server: Server, applicationName: string): Promise<Client> {
  const client = new Client({
    connectionString: server.connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: 5000,
  })
  // The failure is the connect's result; without a listener it would also end the process.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** @see canBePostmaster */
async function isRemnant({ pid, writtenAt }: PostmasterFile, { data }: Cluster): Promise<boolean> {
  return pid === undefined
    ? Date.now() - writtenAt.getTime() > emptyForMs
    : !(await canBePostmaster(pid, data))
}

function connectionString({ password }: Cluster, port: number): string {
  // Says that TLS is off, since pg would otherwise follow the PGSSLMODE of the environment.
  return `postgresql://${userName}:${password}@127.0.0.1:${port}/postgres?sslmode=disable`
}

/** A copy of the directory has the same password, so the server is asked which one it serves. */
async function checkIdentity(server: Server, cluster: Cluster): Promise<void> {
  const client = await connect(server, 'complywise-sender')
  try {
    const { rows } = await client.query<{ data: string }>("select current_setting('data_directory') as data")
    const served = rows[0]?.data ?? ''
    if (resolve(served) !== resolve(cluster.data)) throw new Error(`port ${server.port} serves ${served}`)
  } finally {
    await client.end()
  }
}
