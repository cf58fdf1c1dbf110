import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createReceiver, type HeldClaim } from '../../src/index.ts'
import { type PostgresClient, type PostgresStore, postgresStore } from '../../src/stores/postgres/index.ts'
import { eventFixture, signedRequest } from '../../src/testing/index.ts'
import { eventually } from './support/eventually.ts'
import { type ConnectedPool, connectTo } from './support/postgres-clients.ts'
import { ageRecords } from './support/postgres-records.ts'
import { type PostgresServer, startPostgresServer } from './support/postgres-server.ts'
import { finished, terms, win } from './support/verbs.ts'

// Servers that start and recover take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgresServer()
  await server.query('create table effects (key text, worker int)')
})

afterAll(() => server.stop())

describe.each(['pg', 'postgres.js'] as const)('join on %s', (name) => {
  let pool: ConnectedPool
  let table: string
  let store: PostgresStore
  /** As another process has it. */
  let other: PostgresStore
  let otherPool: ConnectedPool

  beforeEach(async () => {
    table = newTable()
    pool = connectTo[name](server.connectionString)
    otherPool = connectTo[name](server.connectionString)
    store = postgresStore({ client: pool.client, table })
    other = postgresStore({ client: otherPool.client, table })
    await store.setup()
  })

  afterEach(() => Promise.all([pool.close(), otherPool.close()]))

  it('commits the mark with the effect', async () => {
    const claim = await win(store)
    await pool.transact(async (transaction) => {
      await store.join({ claim, handler: 'first' }, transaction)
      await addEffect(transaction, claim)
    })
    expect(await effects(claim)).toBe(1)
    await store.release(claim)
    expect(await finished(other, claim.key)).toEqual(['first'])
  })

  it('rolls the mark back with the effect', async () => {
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    await addEffect(transaction.client, claim)
    await transaction.rollback()
    expect(await effects(claim)).toBe(0)
    await store.release(claim)
    expect(await finished(other, claim.key)).toEqual([])
  })

  it('keeps both when the server crashes after the commit', async () => {
    const claim = await win(store)
    await pool.transact(async (transaction) => {
      await store.join({ claim, handler: 'first' }, transaction)
      await addEffect(transaction, claim)
    })
    await server.crash()
    await server.start()
    await ageRecords(server, table, terms.leaseMs)
    expect(await effects(claim)).toBe(1)
    expect(await finished(other, claim.key)).toEqual(['first'])
  })

  it('lets the claim be renewed, marked and completed while the transaction is open', async () => {
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    for (const _ of [1, 2, 3]) {
      expect(await store.renew(claim)).toBe(true)
      await addEffect(transaction.client, claim)
    }
    expect(await store.checkpoint(claim, 'second')).toBe(true)
    expect(await store.complete(claim)).toBe(true)
    await transaction.commit()
    expect(await effects(claim)).toBe(3)
    expect(await other.claim(claim.key, terms)).toEqual({ kind: 'duplicate' })
  })

  it.each([
    ['its lease ran out', () => ageRecords(server, table, terms.leaseMs + 1)],
    [
      'its lease was renewed and ran out',
      async (claim: HeldClaim) => {
        await store.renew(claim)
        await ageRecords(server, table, terms.leaseMs + 1)
      },
    ],
    ['it was released', (claim: HeldClaim) => store.release(claim)],
    ['it was forgotten', () => ageRecords(server, table, terms.retentionMs + 1)],
  ])('lets nobody have the event while the transaction is open, although %s', async (_case, loosen) => {
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    await loosen(claim)
    for (const each of [store, other]) {
      expect(await each.claim(claim.key, terms)).toMatchObject({ kind: 'in_progress' })
    }
    await transaction.rollback()
    expect(await finished(other, claim.key)).toEqual([])
  })

  it('has its mark seen by whoever claims after the commit', async () => {
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    await ageRecords(server, table, terms.leaseMs + 1)
    await other.claim(claim.key, terms)
    await transaction.commit()
    expect(await finished(other, claim.key)).toEqual(['first'])
    expect(await store.complete(claim)).toBe(false)
  })

  it('has its mark seen even by a claim that began before the commit', async () => {
    const { client, close } = connectTo[name](await holdUpClaims(table))
    const slow = postgresStore({ client, table })
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    await ageRecords(server, table, terms.leaseMs + 1)
    const gate = await otherPool.begin()
    await query(gate.client, 'select pg_advisory_xact_lock(1)')
    const claiming = finished(slow, claim.key)
    await eventually(() => server.query(waiting).then((rows) => rows.length > 0))
    await transaction.commit()
    await gate.commit()
    expect(await claiming).toEqual(['first'])
    await close()
  })

  it('throws claim_lost once another has claimed the event, and the effect is rolled back', async () => {
    const claim = await win(store)
    await ageRecords(server, table, terms.leaseMs + 1)
    const next = await win(other, claim.key)
    const work = pool.transact(async (transaction) => {
      await addEffect(transaction, claim)
      await store.join({ claim, handler: 'first' }, transaction)
    })
    await expect(work).rejects.toMatchObject({ code: 'claim_lost' })
    expect(await effects(claim)).toBe(0)
    await other.release(next)
    expect(await finished(other, claim.key)).toEqual([])
  })

  it('waits for a claim that is being made, and has lost when that is committed', async () => {
    const claim = await win(store)
    const rival = await otherPool.begin()
    await query(rival.client, `select from ${table} for update`)
    const joining = pool.transact((transaction) => store.join({ claim, handler: 'first' }, transaction))
    const settled = Promise.allSettled([joining])
    await eventually(() => server.query(waiting).then((rows) => rows.length > 0))
    await query(rival.client, `update ${table} set token = 'of the rival'`)
    await rival.commit()
    expect(await settled).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: 'claim_lost' }) }),
    ])
  })

  it('is possible only while the claim is held', async () => {
    const released = await win(store)
    await store.release(released)
    const completed = await win(store)
    await store.complete(completed)
    for (const claim of [released, completed, undefined]) {
      const joining = pool.transact((transaction) => store.join({ claim, handler: 'first' }, transaction))
      await expect(joining).rejects.toMatchObject({ code: 'claim_lost' })
    }
  })

  it('refuses what is not in a transaction, and leaves no mark', async () => {
    const claim = await win(store)
    for (const client of [pool.client, otherPool.client]) {
      const joining = store.join({ claim, handler: 'first' }, client)
      await expect(joining).rejects.toMatchObject({ code: 'store_unusable' })
    }
    await store.release(claim)
    expect(await finished(store, claim.key)).toEqual([])
  })

  it('takes part in stricter transactions when it comes first', async () => {
    const claim = await win(store)
    await pool.transact(async (transaction) => {
      await query(transaction, 'set transaction isolation level serializable')
      await store.join({ claim, handler: 'first' }, transaction)
      expect(await store.renew(claim)).toBe(true)
      await addEffect(transaction, claim)
    })
    expect([await effects(claim), await store.complete(claim)]).toEqual([1, true])
  })

  it('makes effects happen once, whoever is too slow for its lease', async () => {
    const keys = Array.from({ length: 30 }, () => randomUUID())
    const brief = { ...terms, leaseMs: 20 }
    async function work(
      worker: number,
      key: string,
      own: PostgresStore,
      ownPool: ConnectedPool,
    ): Promise<void> {
      for (;;) {
        const claimed = await own.claim(key, brief)
        if (claimed.kind === 'duplicate') return
        if (claimed.kind === 'in_progress') {
          await passTime(5)
          continue
        }
        const claim = { key, token: claimed.token, ...brief }
        try {
          const isFinished = claimed.finished.includes('only')
          await (isFinished || ownPool.transact((transaction) => handle(worker, claim, own, transaction)))
          if (Math.random() < 0.7) await own.complete(claim)
        } catch {
          if (Math.random() < 0.5) await own.release(claim)
        }
      }
    }
    await Promise.all([
      ...keys.map((key) => work(1, key, store, pool)),
      ...keys.map((key) => work(2, key, other, otherPool)),
      ...keys.map((key) => work(3, key, other, otherPool)),
    ])
    const rows = await server.query(
      'select key, count(*)::int as count from effects where key = any ($1) group by key',
      [keys],
    )
    expect(rows).toHaveLength(keys.length)
    expect(new Set(rows.map((row) => row['count']))).toEqual(new Set([1]))
  })

  it('keeps a handler that throws after its commit from running again', async () => {
    const receiver = createReceiver({ secret, store, log: { warn() {}, error() {} } })
    const runs: string[] = []
    receiver.on('scan.completed', async (event, context) => {
      runs.push(context.handler)
      await pool.transact(async (transaction) => {
        await store.join(context, transaction)
        await query(transaction, `insert into effects values ('${event.event_id}', 0)`)
      })
      throw new Error('after the commit')
    })
    const event = eventFixture('scan.completed')
    const request = await signedRequest(event, { secret })
    expect(await receiver.receive(request)).toMatchObject({ status: 500 })
    expect(await receiver.receive(request)).toMatchObject({ body: '{"status":"processed"}' })
    expect(await receiver.receive(request)).toMatchObject({ body: '{"status":"duplicate"}' })
    expect(runs).toEqual(['scan.completed#1'])
    expect(await effects({ key: event.event_id })).toBe(1)
  })
})

describe('join', () => {
  // On postgres.js 3.4.9 this takes the process down: it writes to a connection that is gone (porsager/postgres#1208).
  it('keeps neither mark nor effect when the server crashes before the commit', async () => {
    const table = newTable()
    const pool = connectTo.pg(server.connectionString)
    const store = postgresStore({ client: pool.client, table })
    await store.setup()
    const claim = await win(store)
    const transaction = await pool.begin()
    await store.join({ claim, handler: 'first' }, transaction.client)
    await addEffect(transaction.client, claim)
    await server.crash()
    await server.start()
    await expect(transaction.commit()).rejects.toThrow(/./)
    await ageRecords(server, table, terms.leaseMs)
    expect(await effects(claim)).toBe(0)
    expect(await finished(store, claim.key)).toEqual([])
    await pool.close()
  })
})

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`

function newTable(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

/**
 * Makes a role whose claims stop before they lock the row of an event, while somebody holds the advisory lock 1.
 *
 * @returns how to connect as that role.
 */
async function holdUpClaims(table: string): Promise<string> {
  await server.query(`create role ${table}_slow login;
    create function ${table}_pass() returns boolean language sql volatile
      as 'select pg_advisory_xact_lock_shared(1) is not null';
    grant select, insert, update, delete on ${table}, ${table}_checkpoints to ${table}_slow;
    alter table ${table} enable row level security;
    create policy ${table}_read on ${table} for select using (true);
    create policy ${table}_add on ${table} for insert with check (true);
    create policy ${table}_lock on ${table} for update using (${table}_pass())`)
  const url = new URL(server.connectionString)
  url.username = `${table}_slow`
  return url.href
}

async function query(client: PostgresClient, text: string): Promise<void> {
  await ('unsafe' in client ? client.unsafe(text, []) : client.query(text, []))
}

function addEffect(client: PostgresClient, { key }: HeldClaim, worker = 0): Promise<void> {
  return query(client, `insert into effects values ('${key}', ${worker})`)
}

async function effects({ key }: { readonly key: string }): Promise<number> {
  return (await server.query('select from effects where key = $1', [key])).length
}

function passTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A handler that takes its time and fails at times. */
async function handle(worker: number, claim: HeldClaim, own: PostgresStore, transaction: PostgresClient) {
  await passTime(40 * Math.random())
  await own.join({ claim, handler: 'only' }, transaction)
  await addEffect(transaction, claim, worker)
  await passTime(40 * Math.random())
  if (Math.random() < 0.3) throw new Error('The handler failed')
}
