import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { emptyMemory } from '../../src/domain/memory.ts'
import { hashEntry } from '../../src/ledger/entry.ts'
import { LedgerError } from '../../src/ledger/ledger-error.ts'
import type { Ledger, LedgerWriter } from '../../src/ledger/ledger.ts'
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
    ['is the last and chain says another', "UPDATE chain SET hash = 'x'", { seq: 5, problem: 'changed' }],
  ])('show it when one %s', async (_, sql, problem) => {
    const path = temporaryPath()
    const ledger = open(path)
    await append(ledger, 5)
    tamper(path, sql)
    expect(ledger.verifyEntries()).toMatchObject({ kind: 'broken', ...problem })
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
