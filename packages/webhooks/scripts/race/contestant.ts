import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { DedupeStore, HandlerContext } from '../../src/index.ts'
import { postgresStore } from '../../src/stores/postgres/index.ts'
import { redisStore } from '../../src/stores/redis/index.ts'
import { sqliteStore } from '../../src/stores/sqlite/index.ts'
import { type Course, effectsFile } from './course.ts'

/** One process's part in the race: its store, and what its handlers do. */
export interface Contestant {
  readonly store: DedupeStore
  /**
   * Has the effect of a handler: in a transaction with its mark when the course says so. `dawdle` is awaited where a crash
   * hurts most, and what it throws fails the handler there.
   */
  addEffect(eventId: string, context: HandlerContext, dawdle: () => Promise<void>): Promise<void>
}

const insert = 'insert into effects (event_id, handler) values'

/** Opens a process's own connections. */
export async function openContestant(course: Course): Promise<Contestant> {
  if (course.store === 'postgres') return openPostgres(course)
  if (course.store === 'redis') return openRedis(course)
  return course.join ? openJoinedSqlite(course) : openSqlite(course)
}

async function openPostgres({ url, join: isJoined }: Course): Promise<Contestant> {
  const pool = new Pool({ connectionString: url, max: 20 })
  const store = postgresStore({ client: pool })
  await store.setup()
  return {
    store,
    async addEffect(eventId, context, dawdle) {
      if (!isJoined) {
        await pool.query(`${insert} ($1, $2)`, [eventId, context.handler])
        return dawdle()
      }
      const client = await pool.connect()
      try {
        await client.query('begin')
        await store.join(context, client)
        await client.query(`${insert} ($1, $2)`, [eventId, context.handler])
        await dawdle()
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
  }
}

async function openRedis(course: Course): Promise<Contestant> {
  const client = new Redis(course.url, { enableOfflineQueue: false, lazyConnect: true })
  await client.connect()
  return { store: redisStore({ client, prefix: course.prefix }), addEffect: fileEffects(course) }
}

function openSqlite(course: Course): Contestant {
  const path = join(course.directory, 'store.sqlite')
  return { store: sqliteStore({ path }), addEffect: fileEffects(course) }
}

function openJoinedSqlite(course: Course): Contestant {
  const database = openEffects(course)
  const store = sqliteStore({ database })
  const statement = database.prepare(`${insert} (?, ?)`)
  return {
    store,
    async addEffect(eventId, context, dawdle) {
      await dawdle()
      database.exec('begin immediate')
      try {
        store.join(context)
        statement.run(eventId, context.handler)
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
  }
}

function fileEffects(course: Course): Contestant['addEffect'] {
  const statement = openEffects(course).prepare(`${insert} (?, ?)`)
  return async (eventId, { handler }, dawdle) => {
    statement.run(eventId, handler)
    await dawdle()
  }
}

function openEffects(course: Course): DatabaseSync {
  const database = new DatabaseSync(effectsFile(course))
  database.exec('pragma busy_timeout = 10000')
  // The machine stays up; only processes are killed.
  database.exec('pragma synchronous = normal')
  return database
}
