import type { DatabaseSync } from 'node:sqlite'
import { type Entry, entryFields, hashEntry } from './entry.ts'
import type { EntryFilter, LedgerReader, LedgerWriter, Verification } from './ledger.ts'
import { entryOf } from './rows.ts'

// Small enough for one page to take no time that is noticed.
const pageSize = 500

/** Adds entries to the end of the chain; only inside a transaction. */
export function createAppend(connection: DatabaseSync): LedgerWriter['append'] {
  const head = connection.prepare('SELECT seq, hash FROM chain WHERE id = 1')
  const move = connection.prepare('UPDATE chain SET seq = ?, hash = ? WHERE id = 1')
  const insert = connection.prepare(
    `INSERT INTO entry (${entryFields.join(', ')}) VALUES (${entryFields.map(() => '?').join(', ')})`,
  )
  return (content) => {
    const last = head.get()
    const entry = {
      event_id: null,
      event: null,
      target: null,
      key: null,
      framework: null,
      control: null,
      action: null,
      operation: null,
      reason: null,
      proof: null,
      ...content,
      seq: Number(last?.['seq']) + 1,
      prev_hash: String(last?.['hash']),
    }
    const hash = hashEntry(entry)
    insert.run(...entryFields.map((field) => (field === 'hash' ? hash : entry[field])))
    move.run(entry.seq, hash)
  }
}

/** Reads entries, a page at a time. */
export function createEntryReader(connection: DatabaseSync): Pick<LedgerReader, 'entries' | 'verifyEntries'> {
  const all = connection.prepare('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?')
  const head = connection.prepare('SELECT seq, hash FROM chain WHERE id = 1')

  function* entries(filter: EntryFilter = {}): IterableIterator<Entry> {
    const matches = matcher(filter)
    let seq = 0
    for (;;) {
      const page = all.all(seq, pageSize).map(entryOf)
      for (const entry of page) if (matches(entry)) yield entry
      if (page.length < pageSize) return
      seq = page.at(-1)?.seq ?? seq
    }
  }

  function verifyEntries(): Verification {
    // Read first: entries that are added meanwhile are after it.
    const end = head.get()
    const count = Number(end?.['seq'])
    let previous = { seq: 0, hash: '0'.repeat(64) }
    for (const entry of entries()) {
      if (entry.seq > count) break
      const seq = previous.seq + 1
      if (entry.seq !== seq) return broken(seq, 'missing', `Entry ${seq} is missing.`)
      if (entry.prev_hash !== previous.hash || entry.hash !== hashEntry(entry)) {
        return broken(seq, 'changed', `Entry ${seq} is not as it was written.`)
      }
      previous = entry
    }
    if (previous.seq < count) {
      const seq = previous.seq + 1
      return broken(seq, 'cut_off', `Entry ${seq} and all after it are missing; there were ${count}.`)
    }
    if (previous.hash !== end?.['hash']) {
      return broken(count, 'changed', `Entry ${count} is not the one that was written last.`)
    }
    return { kind: 'intact', count, head: previous.hash }
  }

  return { entries, verifyEntries }
}

function broken(seq: number, problem: 'changed' | 'missing' | 'cut_off', message: string): Verification {
  return { kind: 'broken', seq, problem, message }
}

function matcher({ from, to, framework, key, eventId }: EntryFilter): (entry: Entry) => boolean {
  const fromMs = from === undefined ? -Infinity : Date.parse(from)
  const toMs = to === undefined ? Infinity : Date.parse(to)
  const wanted = framework?.toLowerCase()
  return (entry) => {
    const at = Date.parse(entry.at)
    return (
      at >= fromMs &&
      at < toMs &&
      (wanted === undefined || entry.framework?.toLowerCase() === wanted) &&
      (key === undefined || entry.key === key) &&
      (eventId === undefined || entry.event_id === eventId)
    )
  }
}
