import type { Logger } from '@complywise/service'
import { Client } from 'pg'

/** Says which process may run a task now. */
export interface TaskLocks {
  /**
   * Takes a task's lock, if no other process has it and the database can be reached. The lock is lost with the
   * connection that holds it, and `lost` aborts then.
   *
   * @throws {Error} when the database cannot be asked.
   */
  tryTake(task: string): Promise<TaskLock | undefined>
  /** Gives all locks back. */
  close(): Promise<void>
}

/** A lock held. */
export interface TaskLock {
  readonly lost: AbortSignal
  release(): Promise<void>
}

// Any constant will do, as long as every version of the sender uses the same one: "cw_t".
const LOCK_CLASS = 0x63775f74
const CONNECT_TIMEOUT_MS = 10_000
const STATEMENT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_AFTER_MS = 30_000

interface Session {
  readonly client: Client
  readonly ended: AbortController
  /** Runs one statement after the other. */
  readonly query: <Row extends object>(text: string, values: readonly unknown[]) => Promise<readonly Row[]>
}

/**
 * Locks of PostgreSQL's sessions, all on one connection of this process. A process that dies, and one that is cut off,
 * holds none: nothing has to be repaired or waited for.
 */
export function createTaskLocks(connectionString: string, logger: Logger): TaskLocks {
  let opening: Promise<Session> | undefined

  function session(): Promise<Session> {
    opening ??= open(connectionString, logger, () => (opening = undefined))
    return opening
  }

  return {
    async tryTake(task) {
      const { query, ended } = await session()
      const rows = await query<{ taken: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as taken', [
        LOCK_CLASS,
        task,
      ])
      if (rows[0]?.taken !== true) return undefined
      return {
        lost: ended.signal,
        async release() {
          if (ended.signal.aborted) return
          await query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, task])
        },
      }
    },
    async close() {
      const last = await opening?.catch(() => undefined)
      await last?.client.end().catch(() => undefined)
    },
  }
}

async function open(connectionString: string, logger: Logger, onEnd: () => void): Promise<Session> {
  const ended = new AbortController()
  const client = new Client({
    connectionString,
    application_name: 'complywise-sender maintenance',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  })
  client.on('error', (err) => logger.warn({ err }, 'the connection that holds the tasks’ locks broke'))
  client.on('end', () => {
    onEnd()
    ended.abort(new Error('The connection that held the lock ended'))
  })
  let last: Promise<unknown> = Promise.resolve()
  function query<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const result = last.then(() => client.query<Row>(text, [...values]))
    last = result.catch(() => undefined)
    return result.then(({ rows }) => rows)
  }
  try {
    await client.connect()
    return { client, ended, query }
  } catch (error) {
    onEnd()
    await client.end().catch(() => undefined)
    throw error
  }
}
