import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Redis } from 'ioredis'
import { Client, type ClientConfig } from 'pg'

/** What the processes race on. Travels to them as JSON. */
export interface Course {
  readonly store: StoreName
  /** Whether effects and marks are committed together. */
  readonly join: boolean
  /** Of the store's server; empty for SQLite. */
  readonly url: string
  /** What Redis's keys begin with. */
  readonly prefix: string
  /** Holds the files of SQLite; with Redis, the effects. */
  readonly directory: string
}

/** Which store is tried. */
export type StoreName = 'postgres' | 'redis' | 'sqlite'

/** A course that is ready. */
export interface PreparedCourse {
  readonly course: Course
  /** How often each handler had its effect on each event: `<event_id> <handler>` → count. */
  countEffects(): Promise<ReadonlyMap<string, number>>
  remove(): Promise<void>
}

/** The same effect twice is two rows: nothing but the store keeps it from happening. */
const effectsTable = 'create table effects (event_id text not null, handler text not null)'
const effectCounts = 'select event_id, handler, count(*) as times from effects group by event_id, handler'

/** Where the effects are that are not in PostgreSQL. */
export function effectsFile({ directory }: Course): string {
  return join(directory, 'effects.sqlite')
}

/** Makes what a race needs, on servers that are running, and nothing that was there before is touched. */
export async function prepareCourse(
  store: StoreName,
  join: boolean,
  server: string,
): Promise<PreparedCourse> {
  const name = `complywise_race_${randomBytes(6).toString('hex')}`
  return store === 'postgres' ? preparePostgres(name, join, server) : prepareFiles(name, store, join, server)
}

async function preparePostgres(name: string, join: boolean, server: string): Promise<PreparedCourse> {
  await query(server, `create database ${name}`)
  const database = new URL(server)
  database.pathname = name
  const url = database.href
  await query(url, effectsTable)
  return {
    course: { store: 'postgres', join, url, prefix: '', directory: '' },
    countEffects: async () => toCounts(await query(url, effectCounts)),
    remove: async () => void (await query(server, `drop database ${name} with (force)`)),
  }
}

async function prepareFiles(
  name: string,
  store: StoreName,
  isJoined: boolean,
  url: string,
): Promise<PreparedCourse> {
  const directory = await mkdtemp(join(tmpdir(), `${name}-`))
  const course = { store, join: isJoined, url, prefix: `${name}:`, directory }
  const database = new DatabaseSync(effectsFile(course))
  database.exec('pragma journal_mode = wal')
  database.exec(effectsTable)
  return {
    course,
    countEffects: async () => toCounts(database.prepare(effectCounts).all()),
    async remove() {
      database.close()
      await rm(directory, { recursive: true })
      if (store === 'redis') await removeKeys(course)
    },
  }
}

function toCounts(rows: readonly Readonly<Record<string, unknown>>[]): ReadonlyMap<string, number> {
  return new Map(
    rows.map((row) => [`${String(row['event_id'])} ${String(row['handler'])}`, Number(row['times'])]),
  )
}

async function query(
  connectionString: NonNullable<ClientConfig['connectionString']>,
  text: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

async function removeKeys({ url, prefix }: Course): Promise<void> {
  const redis = new Redis(url)
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(keys)
  }
  redis.disconnect()
}
