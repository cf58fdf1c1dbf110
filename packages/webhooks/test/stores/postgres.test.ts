import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresSchema, postgresStore } from '../../src/stores/postgres/index.ts'
import { dedupeStoreContract } from '../../src/testing/index.ts'
import { runCheck } from './support/contract.ts'
import { eventually } from './support/eventually.ts'
import { type ConnectedPool, connectTo } from './support/postgres-clients.ts'
import { ageRecords } from './support/postgres-records.ts'
import { type PostgresServer, startPostgresServer } from './support/postgres-server.ts'
import { type Proxy, startProxy } from './support/proxy.ts'
import { finished, interruptedVerbs, terms, win } from './support/verbs.ts'

// Servers that start and recover take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const packages = ['pg', 'postgres.js'] as const

let server: PostgresServer
let proxy: Proxy
const pools: ConnectedPool[] = []

beforeAll(async () => {
  server = await startPostgresServer()
  proxy = await startProxy(Number(new URL(server.connectionString).port))
})

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

afterAll(async () => {
  await proxy.close()
  await server.stop()
})

function open(name: (typeof packages)[number], table: string, connectionString = server.connectionString) {
  const pool = connectTo[name](connectionString)
  pools.push(pool)
  return postgresStore({ client: pool.client, table })
}

function newTable(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

async function count(table: string): Promise<number> {
  const [row] = await server.query(`select count(*)::int as count from ${table}`)
  return Number(row?.['count'])
}

describe.each(packages)('postgresStore on %s', (name) => {
  it.each(dedupeStoreContract)('$name', async (check) => {
    const table = newTable()
    await open(name, table).setup()
    await expect(
      runCheck(
        check,
        {
          open: async () => open(name, table),
          breakStore: () => server.crash(),
          repairStore: () => server.start(),
        },
        (ms) => ageRecords(server, table, ms),
      ),
    ).resolves.toBeUndefined()
  })

  it.each(interruptedVerbs)('a server that crashes in the middle of $verb loses nothing', async (verb) => {
    const table = newTable()
    const store = open(name, table)
    await store.setup()
    const held = await verb.prepare(store)
    const blocker = new Client({ connectionString: server.connectionString })
    blocker.on('error', () => undefined)
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query(`lock table ${table}`)
    const answered = Promise.allSettled([verb.call(store, held)])
    await eventually(() => server.query(waiting).then((rows) => rows.length > 0))
    await server.crash()
    await server.start()
    expect(await answered).toEqual([expect.objectContaining({ status: 'rejected' })])
    expect(await verb.recover(store, held, (ms) => ageRecords(server, table, ms))).toEqual(verb.recovered)
  })

  it.each(interruptedVerbs)(
    '$verb can be repeated when it was done and its answer got lost',
    async (verb) => {
      const table = newTable()
      const url = new URL(server.connectionString)
      url.port = String(proxy.port)
      const store = open(name, table, url.href)
      await store.setup()
      const held = await verb.prepare(store)
      const lost = proxy.loseReply((bytes) => /(INSERT 0|UPDATE|SELECT) 1\0/.test(bytes.toString('latin1')))
      const answered = Promise.allSettled([verb.call(store, held)])
      await lost
      expect(await answered).toEqual([expect.objectContaining({ status: 'rejected' })])
      expect(await verb.recover(store, held, (ms) => ageRecords(server, table, ms))).toEqual(verb.recovered)
    },
  )

  it('sets itself up once, whoever else does so at the same time', async () => {
    const table = newTable()
    const stores = Array.from({ length: 6 }, () => open(name, table))
    await expect(Promise.all(stores.map((store) => store.setup()))).resolves.toHaveLength(6)
    const held = await win(stores[0]!)
    await Promise.all(stores.map((store) => store.setup()))
    expect(await stores[1]!.complete(held)).toBe(true)
  })

  it('says what is missing before it is set up', async () => {
    const store = open(name, newTable())
    const message = expect.stringContaining('setup()')
    await expect(store.claim('a', terms)).rejects.toMatchObject({ code: 'store_unusable', message })
  })

  it('passes on what the client rejects with', async () => {
    const table = newTable()
    const store = open(name, table)
    await store.setup()
    await server.query(`alter table ${table} rename column token to secret`)
    await expect(store.claim('a', terms)).rejects.toThrow(/column "token"/)
  })
})

describe('postgresStore', () => {
  it('works with tables that a migration has created, by a role that may create none', async () => {
    const table = newTable()
    const role = newTable()
    await server.query(postgresSchema(table))
    await server.query(`create role ${role} login`)
    await server.query(`grant select, insert, update, delete on ${table}, ${table}_checkpoints to ${role}`)
    const url = new URL(server.connectionString)
    url.username = role
    const store = open('pg', table, url.href)
    await store.setup()
    const held = await win(store)
    await store.checkpoint(held, 'first')
    await store.release(held)
    expect(await finished(store, held.key)).toEqual(['first'])
  })

  it.each(['Schema_1.Events', 'select', 'complywise.events'])('keeps its records in %s', async (table) => {
    await server.query('create schema if not exists "Schema_1"')
    await server.query('create schema if not exists complywise')
    const store = open('pg', table)
    await store.setup()
    const held = await win(store)
    expect(await store.complete(held)).toBe(true)
  })

  it.each(['', 'a b', 'a"b', "a'b", 'a.b.c', '.a', 'a.', '1a', 'ä', 'a;drop table b', 'a'.repeat(52)])(
    'refuses the name %j for its table',
    (table) => {
      const client = { query: () => Promise.reject(new Error('not to be called')) }
      const refusal = expect.objectContaining({ code: 'option_invalid' })
      expect(() => postgresStore({ client, table })).toThrow(refusal)
      expect(() => postgresSchema(table)).toThrow(refusal)
    },
  )

  it('removes what it need not remember any more, a part at a time', async () => {
    const table = newTable()
    const store = open('pg', table)
    await store.setup()
    await server.query(
      `insert into ${table} (key, forget_at) select 'old' || n, now() from generate_series(1, 300) n`,
    )
    await server.query(`insert into ${table}_checkpoints select key, 'first' from ${table}`)
    await store.claim('1', terms)
    expect([await count(table), await count(`${table}_checkpoints`)]).toEqual([45, 44])
    await Promise.all(Array.from({ length: 64 }, (_, index) => store.claim(`${index + 2}`, terms)))
    expect([await count(table), await count(`${table}_checkpoints`)]).toEqual([65, 0])
  })
})

const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
