import { Pool } from 'pg'
import postgres from 'postgres'
import type { PostgresClient } from '../../../src/stores/postgres/index.ts'

/** An application's connections to a PostgreSQL server. */
export interface ConnectedPool {
  readonly client: PostgresClient
  /** Begins a transaction that stays open. */
  readonly begin: () => Promise<OpenTransaction>
  /** Runs `work` in a transaction, as the package has it done: what it throws rolls back. */
  readonly transact: (work: (client: PostgresClient) => Promise<void>) => Promise<void>
  readonly close: () => Promise<void>
}

/** A transaction to be ended by hand. */
export interface OpenTransaction {
  readonly client: PostgresClient
  readonly commit: () => Promise<void>
  readonly rollback: () => Promise<void>
}

/** How each package connects. Waiting for a lock is an error: no verb of the store does so. */
export const connectTo = {
  pg(connectionString: string): ConnectedPool {
    const pool = new Pool({ connectionString, max: 5, lock_timeout: 2000 })
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    return {
      client: pool,
      begin: () => hold((work) => transact(pool, work)),
      transact: (work) => transact(pool, work),
      close: () => pool.end(),
    }
  },
  'postgres.js'(connectionString: string): ConnectedPool {
    const connection = { lock_timeout: 2000 }
    const sql = postgres(connectionString, { max: 5, connection, backoff: false, onnotice: () => undefined })
    const transact: ConnectedPool['transact'] = async (work) => {
      await sql.begin(work)
    }
    return { client: sql, begin: () => hold(transact), transact, close: () => sql.end({ timeout: 0 }) }
  },
}

async function transact(pool: Pool, work: (client: PostgresClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => (failure = cause))
    throw error
  } finally {
    client.release(failure)
  }
}

async function hold(transact: ConnectedPool['transact']): Promise<OpenTransaction> {
  const end = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<PostgresClient>()
  const ended = transact((client) => {
    begun.resolve(client)
    return end.promise
  })
  ended.catch(begun.reject)
  return {
    client: await begun.promise,
    commit() {
      end.resolve()
      return ended
    },
    rollback() {
      end.reject(new Error('rolled back'))
      return ended.catch(() => undefined)
    },
  }
}
