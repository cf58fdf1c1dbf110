import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { emptyMemory } from '../../src/domain/memory.ts'
import { hashEntry } from '../../src/ledger/entry.ts'
import { LedgerError } from '../../src/ledger/ledger-error.ts'
import type { Ledger, LedgerWriter } from '../../src/ledger/ledger.ts'
import { type OpenedReader, openLedgerReader } from '../../src/ledger/open-ledger-reader.ts'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import { migrations } from '../../src/ledger/schema.ts'
import { controlEvent } from '../../src/testing/test-events.ts'

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forwarder-ledger-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'ledger.db')
}

function open(path: string): Ledger {
  const ledger = openLedger(path)
  onTestFinished(() => {
    try {
      ledger.close()
    } catch {
      // Closed by the test.
    }
  })
  return ledger
}

function openReader(path: string): OpenedReader {
  const ledger = openLedgerReader(path)
  onTestFinished(() => ledger.close())
  return ledger
}

async function append(ledger: Ledger, count: number, framework = 'SOC 2'): Promise<void> {
  await ledger.write((tables) => {
    for (let index = 0; index < count; index++) {
      const at = new Date(Date.UTC(2026, 2, 1, 0, index)).toISOString()
      tables.append({ at, result: 'delivered', framework, key: `key ${index % 2}` })
    }
  })
}

function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe('a ledger', () => {
  it('is readable by its owner only', () => {
    const path = temporaryPath()
    open(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600)
  })

  it('survives being closed', async () => {
    const path = temporaryPath()
    const ledger = open(path)
    await ledger.write((tables) => tables.setMemory({ ...emptyMemory, largestTotal: 7 }))
    ledger.close()
    expect(open(path).memory().largestTotal).toBe(7)
  })

  it('undoes a transaction that fails, whole', async () => {
    const ledger = open(temporaryPath())
    const failing = ledger.write((tables) => {
      tables.setMemory({ ...emptyMemory, largestTotal: 7 })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(ledger.memory()).toEqual(emptyMemory)
  })

  it('refuses what a later version has written', () => {
    const path = temporaryPath()
    open(path).close()
    tamper(path, `PRAGMA user_version = ${migrations.length + 1}`)
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'ledger_newer' }))
  })

  it.each([
    ['a folder that does not exist', (path: string) => join(path, 'missing', 'ledger.db')],
    ['a folder', (path: string) => join(path, '..')],
  ])('refuses %s', (_, pathOf) => {
    const path = pathOf(temporaryPath())
    expect(() => openLedger(path)).toThrow(LedgerError)
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'ledger_unusable' }))
  })

  it('is made by several processes at the same time', async () => {
    const path = temporaryPath()
    const ledgers = [open(path), open(path), open(path)]
    await Promise.all(ledgers.map((ledger) => append(ledger, 10)))
    expect(ledgers[0]?.verifyEntries()).toMatchObject({ kind: 'intact', count: 30 })
  })

  it('waits for another process without blocking this one', async () => {
    const path = temporaryPath()
    const ledger = open(path)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const waiting = append(ledger, 1)
    let turns = 0
    const turning = setInterval(() => turns++, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    other.exec('COMMIT')
    other.close()
    await waiting
    clearInterval(turning)
    expect(turns).toBeGreaterThan(5)
  })

  it('answers everything by an index that holds no more than what is asked for', () => {
    const path = temporaryPath()
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
    open(path)
    const queries = prepare.mock.calls
      .map(([sql]) => sql)
      .filter((sql) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql))
    prepare.mockRestore()
    const database = new DatabaseSync(path)
    onTestFinished(() => database.close())
    const scans = queries.flatMap((query) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${query}`)
        .all()
        .map(({ detail }) => String(detail))
        // The index of what is open, held, pending, dead or unfinished is as small as that is.
        .filter((detail) => /^SCAN (?!\(subquery)/.test(detail) && !partial.test(detail))
        .map((detail) => `${query}: ${detail}`),
    )
    expect(queries.length).toBeGreaterThan(30)
    // Bodies of steps are large for storms, and hundreds may wait for one key.
    expect(queries.filter((query) => /step\.\*|\* FROM step/.test(query))).toEqual([])
    expect(scans).toEqual([])
  })
})

const partial = /USING (COVERING )?INDEX (alert_open|step_pending|step_held|step_dead|event_unfinished)\b/

describe('the entries of a ledger', () => {
  it('are chained', async () => {
    const ledger = open(temporaryPath())
    await append(ledger, 3)
    const entries = [...ledger.entries()]
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(entries[0]?.prev_hash).toBe('0'.repeat(64))
    expect(entries[2]?.prev_hash).toBe(entries[1]?.hash)
    expect(ledger.verifyEntries()).toEqual({ kind: 'intact', count: 3, head: entries[2]?.hash })
  })

  it('have a hash that other programs can make', () => {
    const entry = {
      seq: 1,
      at: '2026-03-01T12:00:00.000Z',
      event_id: null,
      event: null,
      target: 'alerts',
      key: null,
      framework: null,
      control: null,
      action: null,
      operation: null,
      result: 'ignored',
      reason: null,
      proof: null,
      prev_hash: '0'.repeat(64),
    }
    // printf '[1,"2026-03-01T12:00:00.000Z",null,null,"alerts",…,"ignored",null,null,"00…"]' | sha256sum
    expect(hashEntry(entry)).toBe('9fbe318c15d07f950baced3cf7879a10e63f29ddb84c975fd37c73468da8df76')
  })

  it.each([
    ['is changed', "UPDATE entry SET proof = 'forged' WHERE seq = 3", { seq: 3, problem: 'changed' }],
    ['is removed', 'DELETE FROM entry WHERE seq = 3', { seq: 3, problem: 'missing' }],
    ['is cut off', 'DELETE FROM entry WHERE seq > 3', { seq: 4, problem: 'cut_off' }],
    [
      'is added',
      "INSERT INTO entry SELECT 6, at, event_id, event, target, key, framework, control, action, operation, result, reason, proof, hash, 'x' FROM entry WHERE seq = 5; UPDATE chain SET seq = 6",
      { seq: 6, problem: 'changed' },
    ],
    [
      'is added after the last',
      "INSERT INTO entry SELECT 6, at, event_id, event, target, key, framework, control, action, operation, result, reason, proof, hash, 'x' FROM entry WHERE seq = 5",
      { seq: 6, problem: 'added' },
    ],
    [
      'is added far after the last',
      "INSERT INTO entry SELECT 9223372036854775807, at, event_id, event, target, key, framework, control, action, operation, result, reason, proof, hash, 'x' FROM entry WHERE seq = 5",
      { problem: 'added' },
    ],
    [
      'is added before the first',
      "INSERT INTO entry SELECT -1, at, event_id, event, target, key, framework, control, action, operation, result, reason, proof, hash, 'x' FROM entry WHERE seq = 5",
      { seq: -1, problem: 'added' },
    ],
    [
      'is disowned by the chain',
      'UPDATE chain SET seq = 0, hash = (SELECT prev_hash FROM entry WHERE seq = 1)',
      { seq: 1, problem: 'added' },
    ],
    ['is left without a chain', 'DELETE FROM chain', { seq: 0, problem: 'chain_missing' }],
    ['is left without the table of the chain', 'DROP TABLE chain', { seq: 0, problem: 'chain_missing' }],
    ['is gone with its table', 'DROP TABLE entry', { seq: 1, problem: 'missing' }],
    [
      'is one of fewer than the chain says',
      'UPDATE chain SET seq = 9223372036854775807',
      { seq: 6, problem: 'cut_off' },
    ],
    ['is the last and chain says another', "UPDATE chain SET hash = 'x'", { seq: 5, problem: 'changed' }],
  ])('show it when one %s', async (_, sql, problem) => {
    const path = temporaryPath()
    const ledger = open(path)
    await append(ledger, 5)
    ledger.close()
    tamper(path, sql)
    expect(openReader(path).verifyEntries()).toMatchObject({ kind: 'broken', ...problem })
  })

  it('are checked as they are at one moment, while more are written', async () => {
    const path = temporaryPath()
    const ledger = open(path)
    await append(ledger, 600)
    const other = open(path)
    // oxlint-disable-next-line typescript/unbound-method -- Called with its connection.
    const { prepare } = DatabaseSync.prototype
    let isAdded = false
    const preparing = vi.spyOn(DatabaseSync.prototype, 'prepare')
    preparing.mockImplementation(function (this: DatabaseSync, sql) {
      if (sql.startsWith('SELECT * FROM entry') && !isAdded) {
        isAdded = true
        void append(other, 5)
      }
      return prepare.call(this, sql)
    })
    onTestFinished(() => preparing.mockRestore())
    const found = ledger.verifyEntries()
    expect([found, isAdded]).toMatchObject([{ kind: 'intact', count: 600 }, true])
    expect(ledger.verifyEntries()).toMatchObject({ kind: 'intact', count: 605 })
  })

  it('contain a hash that was noted before, unless they were replaced', async () => {
    const path = temporaryPath()
    const ledger = open(path)
    await append(ledger, 5)
    const noted = [...ledger.entries()][2]?.hash ?? ''
    expect(ledger.verifyEntries(noted.toUpperCase())).toMatchObject({ kind: 'intact', count: 5 })
    const other = open(temporaryPath())
    await append(other, 5, 'ISO 27001')
    expect(other.verifyEntries(noted)).toMatchObject({
      kind: 'broken',
      seq: 0,
      problem: 'not_contained',
      message: expect.stringContaining(noted),
    })
  })

  it.each([
    [{}, 1200],
    [{ from: '2026-03-01T00:02:00Z' }, 1198],
    [{ to: '2026-03-01T02:02:00+02:00' }, 2],
    [{ framework: 'soc 2' }, 1200],
    [{ framework: 'ISO 27001' }, 0],
    [{ key: 'key 1' }, 600],
    [{ eventId: 'none' }, 0],
  ])('are found by %o', async (filter, count) => {
    const ledger = open(temporaryPath())
    await append(ledger, 1200)
    expect([...ledger.entries(filter)]).toHaveLength(count)
  })

  it('are read while more are written', async () => {
    const ledger = open(temporaryPath())
    await append(ledger, 600)
    const entries = ledger.entries()
    entries.next()
    await append(ledger, 1)
    expect([...entries]).toHaveLength(600)
  })
})

describe('a ledger that is only read', () => {
  it('stays as it is, its mode too', async () => {
    const path = temporaryPath()
    const ledger = open(path)
    await append(ledger, 3)
    ledger.close()
    chmodSync(path, 0o444)
    const before = readFileSync(path)
    expect(openReader(path).verifyEntries()).toMatchObject({ kind: 'intact', count: 3 })
    expect(statSync(path).mode & 0o777).toBe(0o444)
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is read beside who writes to it', async () => {
    const path = temporaryPath()
    await append(open(path), 3)
    expect([...openReader(path).entries()]).toHaveLength(3)
  })

  it.each([
    ['text', 'no ledger at all\n'.repeat(100), 'is no ledger, or its beginning is damaged'],
    ['nothing', '', 'is no ledger, or one of an earlier version'],
  ])('is refused when it holds %s, and left as it is', (_, content, message) => {
    const path = temporaryPath()
    writeFileSync(path, content)
    expect(() => openLedgerReader(path)).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('is refused when a table is missing, and said to be damaged', () => {
    const path = temporaryPath()
    open(path).close()
    tamper(path, 'DROP TABLE memory')
    expect(() => openLedgerReader(path)).toThrow(/is damaged, .*\(no such table: memory\)/)
    expect(() => openLedger(path)).toThrow(/is damaged, .*\(no such table: memory\)/)
  })

  it('is refused when a later version has written it', () => {
    const path = temporaryPath()
    open(path).close()
    tamper(path, `PRAGMA user_version = ${migrations.length + 1}`)
    expect(() => openLedgerReader(path)).toThrow(expect.objectContaining({ code: 'ledger_newer' }))
  })
})

describe('the lock of a key', () => {
  const lock = { target: 'alerts', key: 'key', owner: 'one', token: 'first' }
  const other = { ...lock, owner: 'two', token: 'second' }

  it('is held by one until it is released', async () => {
    const ledger = open(temporaryPath())
    expect(await ledger.acquireLock(lock, 0, 1000)).toBe(true)
    expect(await ledger.acquireLock(other, 999, 1000)).toBe(false)
    expect(await ledger.acquireLock({ ...other, target: 'audit' }, 999, 1000)).toBe(true)
    await ledger.releaseLock(other)
    expect(await ledger.acquireLock(other, 999, 1000)).toBe(false)
    await ledger.releaseLock(lock)
    expect(await ledger.acquireLock(other, 999, 1000)).toBe(true)
  })

  it('is free once its lease has ended, and its holder can do nothing more under it', async () => {
    const ledger = open(temporaryPath())
    await ledger.acquireLock(lock, 0, 1000)
    expect(await ledger.renewLock(lock, 500, 1000)).toBe(true)
    expect(await ledger.acquireLock(other, 1499, 1000)).toBe(false)
    expect(await ledger.acquireLock(other, 1500, 1000)).toBe(true)
    expect(await ledger.renewLock(lock, 1500, 1000)).toBe(false)
    await expect(ledger.write((tables) => tables.requireLock(lock))).rejects.toThrow(
      expect.objectContaining({ code: 'lock_lost' }),
    )
  })

  it('is free for the owner after its restart, and when the clock was set back', async () => {
    const ledger = open(temporaryPath())
    await ledger.acquireLock(lock, 100_000, 1000)
    expect(await ledger.acquireLock({ ...lock, token: 'restarted' }, 100_001, 1000)).toBe(true)
    expect(await ledger.acquireLock(other, 50_000, 1000)).toBe(true)
  })
})

async function add(ledger: Ledger, finish: (tables: LedgerWriter, eventId: string) => void): Promise<string> {
  const event = controlEvent('CC6.1', 0)
  await ledger.write((tables) => {
    tables.addEvent(event, 'webhook', [], 0)
    finish(tables, event.event_id)
  })
  return event.event_id
}

describe('pruning', () => {
  it('removes the bodies of events that were finished long ago, and no others', async () => {
    const ledger = open(temporaryPath())
    const old = await add(ledger, (tables, eventId) => tables.finishEvent(eventId, 1000))
    const recent = await add(ledger, (tables, eventId) => tables.finishEvent(eventId, 2000))
    const unfinished = await add(ledger, () => undefined)
    expect(await ledger.prune(1500)).toBe(1)
    expect(await ledger.prune(1500)).toBe(0)
    expect(ledger.findEvent(old)).toMatchObject({ event: undefined, type: 'compliance.control_failed' })
    expect(ledger.findEvent(recent)?.event).toBeDefined()
    expect(ledger.findEvent(unfinished)?.event).toBeDefined()
  })
})
