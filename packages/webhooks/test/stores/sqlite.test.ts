import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DedupeStore, HeldClaim } from '../../src/index.ts'
import { type SqliteDatabase, sqliteStore } from '../../src/stores/sqlite/index.ts'
import { dedupeStoreContract } from '../../src/testing/index.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'
import { finished, terms, win } from './support/verbs.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let files = 0

beforeAll(async () => {
  directory = await temporaryDirectory()
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

afterAll(() => directory.remove())

function newPath(): string {
  files += 1
  return join(directory.path, `${files}.sqlite`)
}

describe.each([
  ['in a file', (path: string) => sqliteStore({ path })],
  [
    'in a database of another package',
    (path: string) => sqliteStore({ database: asToldBy('inTransaction', new DatabaseSync(path)) }),
  ],
])('sqliteStore %s', (_where, open) => {
  it.each(dedupeStoreContract)('$name', { timeout: 30_000 }, async ({ run }) => {
    const path = newPath()
    const other = new DatabaseSync(path)
    other.exec('PRAGMA journal_mode = WAL')
    const { now } = Date
    let passedMs = 0
    let skewMs = 0
    vi.spyOn(Date, 'now').mockImplementation(() => now() + passedMs + skewMs)
    await expect(
      run({
        open: async () => open(path),
        advance(ms) {
          passedMs += ms
        },
        skewClock(ms) {
          skewMs = ms
        },
        breakStore: () => other.exec('BEGIN EXCLUSIVE'),
        repairStore: () => other.exec('ROLLBACK'),
        exceptions: {
          'a clock set forward lets nobody in while a lease runs':
            'Processes that come and go have only the clock of the machine in common.',
        },
      }),
    ).resolves.toBeUndefined()
  })
})

describe('sqliteStore', () => {
  it('remembers after it was closed and opened again', async () => {
    const path = newPath()
    const before = sqliteStore({ path })
    const [completed, marked] = [await win(before), await win(before)]
    await before.complete(completed)
    await before.checkpoint(marked, 'first')
    before.close()
    const after = sqliteStore({ path })
    expect(await after.claim(completed.key, terms)).toEqual({ kind: 'duplicate' })
    expect(await after.release(marked)).toBe(true)
    expect(await finished(after, marked.key)).toEqual(['first'])
  })

  it('rejects every call once it was closed', async () => {
    const store = sqliteStore({ path: newPath() })
    const held = await win(store)
    store.close()
    await expect(store.claim('other', terms)).rejects.toThrow('database is not open')
    await expect(store.complete(held)).rejects.toThrow('database is not open')
  })

  it('deletes what is older than its retention, some with every so many claims', async () => {
    const path = newPath()
    const store = sqliteStore({ path })
    for (let index = 0; index < 300; index += 1) await store.complete(await win(store))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + terms.retentionMs })
    for (let index = 0; index < 3 * 64; index += 1) await win(store)
    const [row] = new DatabaseSync(path)
      .prepare('SELECT count(*) AS count FROM complywise_webhook_events')
      .all()
    expect(row).toEqual({ count: 3 * 64 })
  })

  it.each([
    ['in a folder that does not exist', () => join(directory.path, 'nowhere', 'webhooks.sqlite')],
    [
      'that is no database',
      () => {
        const path = newPath()
        writeFileSync(
          path,
          'not a database, and long enough to be seen as something else than one'.repeat(20),
        )
        return path
      },
    ],
  ])('cannot be made with a file %s', (_case, makePath) => {
    const path = makePath()
    expect(() => sqliteStore({ path })).toThrow(
      expect.objectContaining({ code: 'store_unusable', message: expect.stringContaining(path) }),
    )
  })

  it('cannot be made where a table of its name is another’s', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('CREATE TABLE complywise_webhook_events (id INTEGER)')
    expect(() => sqliteStore({ database })).toThrow(expect.objectContaining({ code: 'store_unusable' }))
  })
})

describe('a sqliteStore in a database that it was given', () => {
  it('changes nothing of it but adds its table', () => {
    const database = new DatabaseSync(newPath())
    database.exec('PRAGMA user_version = 7; CREATE TABLE scans (id TEXT)')
    const settings = ['user_version', 'application_id', 'journal_mode', 'synchronous', 'busy_timeout']
    const read = () => settings.map((name) => database.prepare(`PRAGMA ${name}`).get())
    const before = read()
    sqliteStore({ database }).close()
    expect(read()).toEqual(before)
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()
    expect(tables).toEqual([{ name: 'complywise_webhook_events' }, { name: 'scans' }])
  })

  it.each(['isTransaction', 'inTransaction'])(
    'waits for a transaction to end, as %s tells it',
    async (tells) => {
      const database = new DatabaseSync(':memory:')
      const store = sqliteStore({ database: asToldBy(tells, database) })
      database.exec('BEGIN')
      const claiming = win(store, 'event')
      database.exec('ROLLBACK')
      await claiming
      expect(await store.claim('event', terms)).toMatchObject({ kind: 'in_progress' })
    },
  )

  it('rejects when a transaction does not end', async () => {
    const database = new DatabaseSync(':memory:')
    const store = sqliteStore({ database })
    const held = await win(store)
    database.exec('BEGIN')
    vi.useFakeTimers()
    const [completing] = await Promise.all([
      Promise.allSettled([store.complete(held)]),
      vi.advanceTimersByTimeAsync(4000),
    ])
    expect(completing).toMatchObject([{ status: 'rejected', reason: { code: 'store_unusable' } }])
  })
})

describe('join', () => {
  it.each(['isTransaction', 'inTransaction', 'nothing'])(
    'makes the mark when the transaction is committed, where %s tells of it',
    async (tells) => {
      const { database, store, countScans } = setUp(tells)
      const claim = await win(store)
      database.exec('BEGIN IMMEDIATE')
      store.join({ claim, handler: 'insert' })
      database.exec(`INSERT INTO scans VALUES ('1')`)
      database.exec('COMMIT')
      expect(await store.checkpoint(claim, 'insert')).toBe(true)
      await store.release(claim)
      expect(await finished(store, claim.key)).toEqual(['insert'])
      expect(countScans()).toBe(1)
    },
  )

  it('makes none when the transaction is rolled back', async () => {
    const { database, store, countScans } = setUp()
    const claim = await win(store)
    database.exec('BEGIN IMMEDIATE')
    store.join({ claim, handler: 'insert' })
    database.exec(`INSERT INTO scans VALUES ('1')`)
    database.exec('ROLLBACK')
    await store.release(claim)
    expect(await finished(store, claim.key)).toEqual([])
    expect(countScans()).toBe(0)
  })

  it.each<[string, (store: DedupeStore, claim: HeldClaim) => Promise<unknown>]>([
    ['another has claimed the event', claimInstead],
    ['the event was completed', (store, claim) => store.complete(claim)],
    ['the event was released', (store, claim) => store.release(claim)],
  ])('throws when %s meanwhile', async (_case, meanwhile) => {
    const { database, store } = setUp()
    const claim = await win(store)
    await meanwhile(store, claim)
    database.exec('BEGIN IMMEDIATE')
    expect(() => store.join({ claim, handler: 'insert' })).toThrow(
      expect.objectContaining({ code: 'claim_lost' }),
    )
  })

  it('throws when the handler was called without a claim', () => {
    const { database, store } = setUp()
    database.exec('BEGIN IMMEDIATE')
    expect(() => store.join({ claim: undefined, handler: 'insert' })).toThrow(
      expect.objectContaining({ code: 'claim_lost' }),
    )
  })

  it('throws when no transaction is open', async () => {
    const { store } = setUp()
    const claim = await win(store)
    expect(() => store.join({ claim, handler: 'insert' })).toThrow(
      expect.objectContaining({ code: 'store_unusable' }),
    )
  })
})

describe('several processes with one sqliteStore', { timeout: 60_000 }, () => {
  it('complete each event once', async () => {
    const path = newPath()
    const processes = Array.from({ length: 4 }, () => start('complete', path, 200))
    const keys = (await Promise.all(processes.map((process) => process.end()))).flat()
    expect(keys).toHaveLength(200)
    expect(new Set(keys).size).toBe(200)
  })

  it('hand an event and its checkpoints on when its holder is killed', async () => {
    const path = newPath()
    const holder = start('hold', path, 1)
    const [key = ''] = await holder.kill(1)
    const store = sqliteStore({ path })
    const claim = await vi.waitUntil(
      async () => {
        const claim = await store.claim(key, terms)
        return claim.kind === 'claimed' && claim
      },
      { timeout: 10_000 },
    )
    expect(claim.finished).toEqual(['first'])
    expect(await store.complete({ key, token: claim.token, ...terms })).toBe(true)
    expect(await sqliteStore({ path }).claim(key, terms)).toEqual({ kind: 'duplicate' })
  })

  it('have each joined effect exactly once, however often they are killed', async () => {
    const path = newPath()
    for (const claims of [1, 2, 5, 11, 23]) {
      const processes = [start('join', path, 200), start('join', path, 200)]
      await Promise.all(processes.map((process) => process.kill(claims)))
    }
    const processes = [start('join', path, 200), start('join', path, 200)]
    await Promise.all(processes.map((process) => process.end()))
    const database = new DatabaseSync(path)
    expect(database.prepare('SELECT key FROM effects GROUP BY key HAVING count(*) = 1').all()).toHaveLength(
      200,
    )
    expect(database.prepare('SELECT key FROM effects').all()).toHaveLength(200)
  })
})

function setUp(tells = 'isTransaction') {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE scans (id TEXT)')
  const store = sqliteStore({ database: asToldBy(tells, database) })
  return { database, store, countScans: () => database.prepare('SELECT id FROM scans').all().length }
}

/** A database as better-sqlite3 gives it, but for the name under which it tells whether a transaction is open. */
function asToldBy(tells: string, database: DatabaseSync): SqliteDatabase {
  const wrapped: SqliteDatabase = {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const statement = database.prepare(sql)
      if (statement.columns().length === 0) throw new Error(`Returns no data: ${sql}`)
      return { all: (...values) => statement.all(...values) }
    },
  }
  return Object.defineProperty(wrapped, tells, { get: () => database.isTransaction })
}

async function claimInstead(store: DedupeStore, { key }: HeldClaim): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + terms.leaseMs })
  await win(store, key)
}

function start(work: 'complete' | 'hold' | 'join', path: string, count: number) {
  const script = join(import.meta.dirname, 'support/sqlite-process.ts')
  const child = spawn(process.execPath, [script, work, path, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const keys: string[] = []
  const lines = createInterface({ input: child.stdout }).on('line', (line) => keys.push(line))
  const closed = once(child, 'close')
  return {
    /** Waits until it ends by itself, and tells what it has claimed. */
    async end(): Promise<readonly string[]> {
      expect(await closed).toEqual([0, null])
      return keys
    },
    /** Kills it once it has claimed so many, or lets it end when others have claimed the rest. */
    async kill(claims: number): Promise<readonly string[]> {
      while (keys.length < claims && child.exitCode === null) {
        await Promise.race([once(lines, 'line'), closed])
      }
      child.kill('SIGKILL')
      await closed
      return keys
    },
  }
}
