import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AuditKeys, deriveAuditKey } from '../../src/store/audit-chain.ts'
import { createAuditLog } from '../../src/store/audit.ts'
import type { NotedHead, StoredEntry } from '../../src/store/check-chain.ts'
import { OPERATOR_SUBSCRIPTION_ID } from '../../src/store/operator-account.ts'
import { keepOperatorSubscription } from '../../src/store/operator-subscription.ts'
import { type AuditedAccount, listAuditedAccounts, verifyAudit } from '../../src/store/verify-audit.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

vi.setConfig({ testTimeout: 30_000 })

let store: TestStore
let count = 0
/** A chain of seven entries, made anew for each test. */
let account: AuditedAccount
const auditKeys = (): AuditKeys => ({ current: deriveAuditKey(store.encryptionKey), previous: [] })

beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.close())
beforeEach(async () => {
  const name = `account ${(count += 1)}`
  const { accountId } = await store.apiKeys.create(name, 'admin', 'with "quotes" and ümläute')
  account = { id: accountId, name, hasChanges: true }
  for (let number = 2; number <= 7; number++) await append(number)
})

function append(number: number, log = store.audit): Promise<void> {
  const entry = {
    accountId: account.id,
    actor: 'user:mia@example.com',
    action: 'subscription.changed',
    target: `subscription:${number}`,
    details: { number, text: 'line\nbreak 🔑 \0' },
  }
  return store.database.db.transaction().execute((tx) => log.append(tx, entry))
}

function verify(noted: readonly NotedHead[] = [], keys = auditKeys()) {
  return verifyAudit(store.database.pool, keys, account, noted)
}

const tamper = (sql: string) => store.query(sql.replaceAll('$account', `'${account.id}'`))

test('a chain that nobody touched is intact, and ends with its last entry', async () => {
  const { broken, last } = await verify()
  const [head] = await store.query('select * from webhooks.audit_head where account_id = $1', [account.id])
  expect([broken, last]).toEqual([undefined, { number: '7', hash: head?.['hash'] }])
})

const entries = 'webhooks.audit_entry'
const here = 'account_id = $account'

describe('tampering is found at the first entry that is broken, when', () => {
  test.each<[string, string, { kind: string; number: string }]>([
    ['who did it', `update ${entries} set actor = 'key:other' where ${here} and number = 3`, changed(3)],
    ['what was done', `update ${entries} set action = 'x' where ${here} and number = 4`, changed(4)],
    ['what it was done to', `update ${entries} set target = 'x' where ${here} and number = 5`, changed(5)],
    [
      'a detail',
      `update ${entries} set details = replace(details, '6', '9') where ${here} and number = 6`,
      changed(6),
    ],
    [
      'the spacing of the details',
      `update ${entries} set details = details || ' ' where ${here} and number = 2`,
      changed(2),
    ],
    [
      'the time, by a microsecond',
      `update ${entries} set at = at + interval '1 microsecond' where ${here} and number = 7`,
      changed(7),
    ],
    ['a hash', `update ${entries} set hash = sha256('x') where ${here} and number = 3`, changed(3)],
    [
      'a previous hash',
      `update ${entries} set previous_hash = sha256('x') where ${here} and number = 3`,
      changed(3),
    ],
    [
      'the end of one field and the start of the next',
      `update ${entries} set actor = actor || left(action, 1), action = substr(action, 2) where ${here} and number = 3`,
      changed(3),
    ],
    ['several entries', `update ${entries} set actor = 'x' where ${here} and number in (2, 5)`, changed(2)],
  ])('%s was changed', async (_name, sql, broken) => {
    await tamper(sql)
    expect((await verify()).broken).toEqual(broken)
  })

  test.each<[string, string, { kind: string; number: string }]>([
    ['the first entry was deleted', `delete from ${entries} where ${here} and number = 1`, missing(1)],
    ['one in the middle was deleted', `delete from ${entries} where ${here} and number = 4`, missing(4)],
    ['the last was deleted', `delete from ${entries} where ${here} and number = 7`, truncated(7)],
    ['the last three were deleted', `delete from ${entries} where ${here} and number > 4`, truncated(5)],
    ['all were deleted', `delete from ${entries} where ${here}`, truncated(1)],
    [
      'one was deleted and the others moved up',
      `delete from ${entries} where ${here} and number = 4; update ${entries} set number = -number where ${here} and number > 4; update ${entries} set number = -number - 1 where ${here} and number < 0`,
      changed(4),
    ],
    [
      'two changed places',
      `update ${entries} set number = 100 where ${here} and number = 3; update ${entries} set number = 3 where ${here} and number = 4; update ${entries} set number = 4 where ${here} and number = 100`,
      changed(3),
    ],
    [
      'one was put in again under the next number',
      `insert into ${entries} select account_id, 8, at, actor, action, target, details, previous_hash, hash from ${entries} where ${here} and number = 7`,
      changed(8),
    ],
    [
      'the end was cut off and its record set back',
      `delete from ${entries} where ${here} and number > 4; update webhooks.audit_head set number = 4, hash = (select hash from ${entries} where ${here} and number = 4) where ${here}`,
      unsealed(4),
    ],
    [
      'the end was cut off and its record too',
      `delete from ${entries} where ${here} and number > 4; delete from webhooks.audit_head where ${here}`,
      unsealed(4),
    ],
    ['the record of the end was deleted', `delete from webhooks.audit_head where ${here}`, unsealed(7)],
  ])('%s', async (_name, sql, broken) => {
    await tamper(sql)
    expect((await verify()).broken).toEqual(broken)
  })

  test('an entry comes from another account', async () => {
    const other = store.accountId
    await tamper(`delete from ${entries} where ${here} and number = 1`)
    await store.query(
      `insert into ${entries} select $1, number, at, actor, action, target, details, previous_hash, hash
       from ${entries} where account_id = $2 and number = 1`,
      [account.id, other],
    )
    expect((await verify()).broken).toEqual(changed(1))
  })

  test('an entry with a plain hash was added by somebody who has the database and not the key', async () => {
    await tamper(
      `insert into ${entries} select account_id, 8, now(), actor, action, target, details, hash, sha256(hash)
       from ${entries} where ${here} and number = 7`,
    )
    expect((await verify()).broken).toEqual(changed(8))
  })

  test('the database was set back to an older copy and went on from there, and the auditor has noted an end since', async () => {
    const { last: noted } = await verify()
    await tamper(`delete from ${entries} where ${here} and number > 5`)
    const [row] = await store.query(`select hash from ${entries} where account_id = $1 and number = 5`, [
      account.id,
    ])
    await setHead('5', row?.['hash'])
    expect((await verify()).broken).toBeUndefined()
    expect((await verify([noted])).broken).toEqual(truncated(6))
    await append(60)
    await append(70)
    expect((await verify()).broken).toBeUndefined()
    expect((await verify([noted])).broken).toEqual({ kind: 'other_than_noted', number: '7' })
  })

  test('a genuine entry was brought back from the time before the database was set back', async () => {
    await tamper(`create table webhooks.kept as select * from ${entries} where ${here} and number = 7`)
    await tamper(`delete from ${entries} where ${here} and number > 5`)
    const [row] = await store.query(`select hash from ${entries} where account_id = $1 and number = 5`, [
      account.id,
    ])
    await setHead('5', row?.['hash'])
    await append(60)
    await append(70)
    await tamper(`delete from ${entries} where ${here} and number = 7`)
    await tamper(`insert into ${entries} select * from webhooks.kept`)
    expect((await verify()).broken).toEqual({ kind: 'unchained', number: '7' })
  })
})

// As a copy of the database from that time would have it.
async function setHead(number: string, hash: Buffer): Promise<void> {
  const fields = ['audit-head', account.id, number, hash.toString('hex')]
  const text = fields.map((field) => `${field.length}:${field},`).join('')
  const seal = createHmac('sha256', auditKeys().current).update(text).digest()
  await store.query(
    'update webhooks.audit_head set number = $2, hash = $3, seal = $4 where account_id = $1',
    [account.id, number, hash, seal],
  )
}

function changed(number: number) {
  return { kind: 'changed', number: String(number) }
}

function missing(number: number) {
  return { kind: 'missing', number: String(number) }
}

function truncated(number: number) {
  return { kind: 'truncated', number: String(number) }
}

function unsealed(number: number) {
  return { kind: 'unsealed', number: String(number) }
}

test('what is intact can still be told from what an auditor noted', async () => {
  const { last } = await verify()
  await append(8)
  expect((await verify([last])).broken).toBeUndefined()
  expect((await verify([{ ...last, hash: Buffer.alloc(32) }])).broken).toEqual({
    kind: 'other_than_noted',
    number: '7',
  })
  expect((await verify([{ ...last, number: '9' }])).broken).toEqual({ kind: 'truncated', number: '9' })
})

test('a chain that was continued with another key is intact with both, and broken at the change with one', async () => {
  const newer = randomBytes(32)
  await append(8, createAuditLog(newer))
  await append(9, createAuditLog(newer))
  const both = { current: newer, previous: [auditKeys().current] }
  expect(await verify([], both)).toMatchObject({ broken: undefined, last: { number: '9' } })
  expect((await verify([], { current: newer, previous: [] })).broken).toEqual({
    kind: 'changed',
    number: '1',
  })
  expect((await verify()).broken).toEqual({ kind: 'changed', number: '8' })
})

test('every entry is handed on once and in order, however many there are', async () => {
  await store.database.db.transaction().execute(async (tx) => {
    const entry = { accountId: account.id, actor: 'a', action: 'b', target: 'c', details: {} }
    for (let n = 0; n < 2100; n++) await store.audit.append(tx, entry)
  })
  const seen: StoredEntry[] = []
  const report = await verifyAudit(store.database.pool, auditKeys(), account, [], async (entry) => {
    seen.push(entry)
  })
  expect(report.broken).toBeUndefined()
  expect(seen.map(({ number }) => Number(number))).toEqual(
    Array.from({ length: 2107 }, (_, index) => index + 1),
  )
})

test('what is added meanwhile breaks nothing', async () => {
  const appending = Promise.all(Array.from({ length: 50 }, (_, n) => append(n)))
  const reports = await Promise.all(Array.from({ length: 10 }, () => verify()))
  await appending
  expect(reports.map(({ broken }) => broken)).toEqual(reports.map(() => undefined))
})

test('an account whose row was deleted is still audited', async () => {
  const orphan = '00000000-0000-7000-8000-0000000000ff'
  await store.database.db
    .transaction()
    .execute((tx) =>
      store.audit.append(tx, { accountId: orphan, actor: 'a', action: 'b', target: 'c', details: {} }),
    )
  expect(await listAuditedAccounts(store.database.pool)).toContainEqual({
    id: orphan,
    name: undefined,
    hasChanges: false,
  })
})

async function verifyListed() {
  const listed = (await listAuditedAccounts(store.database.pool)).find(({ id }) => id === account.id)
  return verifyAudit(store.database.pool, auditKeys(), listed ?? account)
}

describe('a chain that is not there at all', () => {
  const wipe = `delete from ${entries} where ${here}; delete from webhooks.audit_head where ${here}`

  test('was deleted where the account has a key', async () => {
    await tamper(wipe)
    expect((await verifyListed()).broken).toEqual(truncated(1))
  })

  test('was deleted where the account has a subscription', async () => {
    await store.subscribe({ accountId: account.id })
    await tamper(`${wipe}; delete from webhooks.api_key where ${here}`)
    expect((await verifyListed()).broken).toEqual(truncated(1))
  })

  test('never was in an account in which nothing was changed', async () => {
    const [row] = await store.query(`insert into webhooks.account (name) values ('untouched') returning id`)
    account = { ...account, id: row?.['id'] }
    expect((await verifyListed()).broken).toBeUndefined()
  })

  test('never was in the account that settings make', async () => {
    const webhook = { url: 'https://example.com/', secret: `whsec_${randomBytes(32).toString('base64')}` }
    await keepOperatorSubscription(store.database.db, store.encryptionKeys, webhook)
    const [row] = await store.query('select account_id as id from webhooks.subscription where id = $1', [
      OPERATOR_SUBSCRIPTION_ID,
    ])
    account = { ...account, id: row?.['id'] }
    expect((await verifyListed()).broken).toBeUndefined()
  })
})

test('an entry that could not be made leaves no gap and undoes its change', async () => {
  const change = store.database.db.transaction().execute(async (tx) => {
    await tx.updateTable('account').set({ name: 'renamed' }).where('id', '=', account.id).execute()
    await store.audit.append(tx, {
      accountId: account.id,
      actor: 'bad \0 actor',
      action: 'account.renamed',
      target: 'account',
      details: {},
    })
  })
  await expect(change).rejects.toThrow(/invalid byte sequence/)
  expect((await verify()).last.number).toBe('7')
  expect(await store.apiKeys.findAccount('renamed')).toBeUndefined()
})
