import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { EmbeddedPostgresError } from './errors.ts'
import { connect, type Server } from './find-server.ts'
import { isAlive } from './postmaster.ts'

/**
 * How a process uses the server. The owner is alone and stops it when it leaves; guests come and go beside it, and
 * without an owner the last guest stops it.
 */
export type Role = 'owner' | 'guest'

/**
 * A process's place on the server: session-level advisory locks on a connection of their own, so that PostgreSQL gives
 * them up by itself however the process ends.
 */
export interface Membership {
  /** Its end, if the process did not ask for it, means that the membership is lost. */
  readonly client: Client
  /**
   * Settles who turns off the light. `true`: nobody else needs the server, and nobody can join it any more; stop it.
   * `false`: others go on using it. Rejects when the connection is broken.
   */
  leave(): Promise<boolean>
}

/** Held shared by every process that uses the server; exclusively by the one that is stopping it. */
const presentLock = [0x43575344, 1]

/** Held exclusively by the owner. */
const ownerLock = [0x43575344, 2]

/** How long PostgreSQL may take to notice that the owner's process has died. */
const afterglowMs = 5000

/**
 * Joins the server.
 *
 * @returns `undefined` when it is being stopped: look for it anew.
 * @throws {EmbeddedPostgresError} `data_directory_in_use` when another owner is alive.
 */
export async function joinServer(
  server: Server,
  role: Role,
  dataDirectory: string,
): Promise<Membership | undefined> {
  const client = await connect(server, `complywise-sender ${role} ${process.pid}`)
  try {
    if (!(await ask(client, 'pg_try_advisory_lock_shared', presentLock))) {
      await client.end()
      return undefined
    }
    if (role === 'owner') await takeOwnership(client, dataDirectory)
    return { client, leave: () => leave(client, role) }
  } catch (error) {
    await client.end()
    throw error
  }
}

async function takeOwnership(client: Client, dataDirectory: string): Promise<void> {
  const deadline = Date.now() + afterglowMs
  while (!(await ask(client, 'pg_try_advisory_lock', ownerLock))) {
    const pid = await ownerPid(client)
    // No holder any more: the lock was given up between the two questions.
    if ((pid === undefined || !isAlive(pid)) && Date.now() < deadline) {
      await delay(20)
      continue
    }
    throw new EmbeddedPostgresError(
      'data_directory_in_use',
      `The data directory ${dataDirectory} is in use by another sender${pid === undefined ? '' : ` (process ${pid})`}. ` +
        'Stop that one, or give this one a directory of its own with SENDER_DATA_DIR. ' +
        'To run several senders on one database, set DATABASE_URL for all of them.',
    )
  }
}

async function leave(client: Client, role: Role): Promise<boolean> {
  // Given up first: of two guests that leave at once, the second then finds itself alone.
  await ask(client, 'pg_advisory_unlock_shared', presentLock)
  const isAlone = await ask(client, 'pg_try_advisory_lock', presentLock)
  return isAlone || role === 'owner'
}

async function ask(client: Client, lockFunction: string, lock: readonly number[]): Promise<boolean> {
  const { rows } = await client.query<{ done: boolean }>(
    `select ${lockFunction}($1::int4, $2::int4) as done`,
    [...lock],
  )
  return rows[0]?.done === true
}

async function ownerPid(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name
       from pg_locks join pg_stat_activity using (pid)
      where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    [...ownerLock],
  )
  const pid = Number(rows[0]?.name.split(' ').at(-1))
  return Number.isInteger(pid) ? pid : undefined
}
