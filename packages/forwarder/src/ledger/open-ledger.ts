import type { DatabaseSync } from 'node:sqlite'
import { type Database, openDatabase } from './database.ts'
import { createEntryReader } from './entries.ts'
import { ledgerErrorOf } from './ledger-error-of.ts'
import type { Ledger } from './ledger.ts'
import { createReader } from './reader.ts'
import { createWriter } from './writer.ts'

/**
 * Opens or creates a ledger: one file (and two beside it while it is open, `-wal` and `-shm`), readable by its owner only.
 * On a disk of this machine: locks need one. What was written survives `kill -9` and power cuts.
 *
 * @throws {LedgerError} `ledger_unusable` when it cannot be opened, `ledger_newer` when a later version has written it.
 *
 * @example
 * const ledger = openLedger('slack-forwarder.db')
 * for (const entry of ledger.entries({ framework: 'SOC 2' })) console.info(entry.at, entry.key, entry.proof)
 * ledger.close()
 */
export function openLedger(path: string): Ledger {
  const database = openDatabase(path)
  const { connection } = database
  try {
    return {
      path,
      ...createReader(connection),
      ...createEntryReader(connection),
      ...createLocks(database),
      ...createWrites(database),
      prune: createPrune(database),
      close: () => connection.close(),
    }
  } catch (error) {
    connection.close()
    throw ledgerErrorOf(path, error)
  }
}

function createWrites({ connection, write }: Database): Pick<Ledger, 'write' | 'sync'> {
  const writer = createWriter(connection)
  // Only what is written is synchronized.
  const touch = connection.prepare('UPDATE chain SET seq = seq WHERE id = 1')
  let isSynced = true
  return {
    async write(work, { durable = true } = {}) {
      try {
        return await write(() => {
          const result = work(writer)
          // Here, because other writes may come between the commit and who waits for it.
          isSynced = durable
          return result
        }, durable)
      } catch (error) {
        isSynced = false
        throw error
      }
    },
    async sync() {
      if (isSynced) return
      try {
        await write(() => {
          touch.run()
          isSynced = true
        }, true)
      } catch (error) {
        isSynced = false
        throw error
      }
    },
  }
}

function createLocks({
  connection,
  write,
}: Database): Pick<Ledger, 'acquireLock' | 'renewLock' | 'releaseLock'> {
  // A lease that ends later than any can: the clock was set back meanwhile.
  const acquire = connection.prepare(
    `INSERT INTO key_lock VALUES (?1, ?2, ?3, ?4, ?5 + ?6)
     ON CONFLICT (target, key) DO UPDATE
     SET owner = excluded.owner, token = excluded.token, lease_until = excluded.lease_until
     WHERE owner = excluded.owner OR lease_until <= ?5 OR lease_until > ?5 + 2 * ?6`,
  )
  const taken = connection.prepare(
    `SELECT 1 FROM key_lock WHERE target = ?1 AND key = ?2 AND NOT
       (owner = ?3 OR lease_until <= ?4 OR lease_until > ?4 + 2 * ?5)`,
  )
  const renew = connection.prepare(
    'UPDATE key_lock SET lease_until = ?4 + ?5 WHERE target = ?1 AND key = ?2 AND token = ?3',
  )
  const release = connection.prepare('DELETE FROM key_lock WHERE target = ? AND key = ? AND token = ?')
  // A lock that a power cut undoes has ended with its process.
  return {
    acquireLock({ target, key, owner, token }, nowMs, leaseMs) {
      // Whoever waits asks often, and must not keep others from writing.
      if (taken.get(target, key, owner, nowMs, leaseMs)) return Promise.resolve(false)
      return write(() => acquire.run(target, key, owner, token, nowMs, leaseMs).changes === 1, false)
    },
    renewLock: ({ target, key, token }, nowMs, leaseMs) =>
      write(() => renew.run(target, key, token, nowMs, leaseMs).changes === 1, false),
    releaseLock: ({ target, key, token }) => write(() => void release.run(target, key, token), false),
  }
}

function createPrune({ connection, write }: Database): Ledger['prune'] {
  const { find, prune, steps } = preparePrune(connection)
  return (beforeMs) =>
    write(() => {
      const events = find.all(beforeMs).map((row) => String(row['event_id']))
      for (const eventId of events) {
        steps.run(eventId)
        prune.run(eventId)
      }
      return events.length
    }, false)
}

function preparePrune(
  connection: DatabaseSync,
): Record<'find' | 'prune' | 'steps', ReturnType<DatabaseSync['prepare']>> {
  return {
    find: connection.prepare(
      `SELECT event_id FROM event WHERE finished_at < ? AND body IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM step WHERE step.event_id = event.event_id AND state IN ('pending', 'dead')
       ) ORDER BY finished_at LIMIT 500`,
    ),
    prune: connection.prepare('UPDATE event SET body = NULL, readings = NULL WHERE event_id = ?'),
    steps: connection.prepare('UPDATE step SET body = NULL WHERE event_id = ?'),
  }
}
