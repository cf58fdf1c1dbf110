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
  function* entries(filter: EntryFilter = {}): IterableIterator<Entry> {
    const matches = matcher(filter)
    for (const entry of readEntries(connection)) if (matches(entry)) yield entry
  }

  return {
    entries,
    verifyEntries: (contains) => atOneMoment(connection, () => verify(connection, contains?.toLowerCase())),
  }
}

// Beyond it a number is not exact.
const lastSeq = Number.MAX_SAFE_INTEGER

function* readEntries(connection: DatabaseSync, until = lastSeq): IterableIterator<Entry> {
  const read = connection.prepare('SELECT * FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?')
  let seq = 0
  for (;;) {
    const page = read.all(seq, until, pageSize).map(entryOf)
    yield* page
    if (page.length < pageSize) return
    seq = page.at(-1)?.seq ?? seq
  }
}

function atOneMoment<Result>(connection: DatabaseSync, work: () => Result): Result {
  connection.exec('BEGIN')
  try {
    return work()
  } finally {
    connection.exec('COMMIT')
  }
}

function verify(connection: DatabaseSync, contains: string | undefined): Verification {
  const tables = connection.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()
  const names = new Set(tables.map(({ name }) => name))
  if (!names.has('entry')) return broken(1, 'missing', 'The table of the entries is missing.')
  const end = names.has('chain') ? readEnd(connection) : undefined
  if (end === undefined) {
    const message =
      'What says where the chain of entries ends is missing: entries may have been cut off or added.'
    return broken(0, 'chain_missing', message)
  }
  const { count } = end
  let previous = { seq: 0, hash: noHash }
  let isContained = contains === undefined || contains === noHash
  for (const entry of readEntries(connection, count)) {
    const seq = previous.seq + 1
    if (entry.seq !== seq) return broken(seq, 'missing', `Entry ${seq} is missing.`)
    if (entry.prev_hash !== previous.hash || entry.hash !== hashEntry(entry)) {
      return broken(seq, 'changed', `Entry ${seq} is not as it was written.`)
    }
    isContained ||= entry.hash === contains
    previous = entry
  }
  if (previous.seq < count) {
    const seq = previous.seq + 1
    return broken(seq, 'cut_off', `Entry ${seq} and all after it are missing; there were ${count}.`)
  }
  if (previous.hash !== end.hash) {
    return broken(count, 'changed', `Entry ${count} is not the one that was written last.`)
  }
  const added = findAdded(connection, count)
  if (added !== undefined) {
    return broken(added, 'added', `Entry ${added} was added by another program; ${count} were written.`)
  }
  if (isContained) return { kind: 'intact', count, head: previous.hash }
  const message = `No entry has the hash ${contains}: it is that of another ledger, or the entries were replaced or cut off since.`
  return broken(0, 'not_contained', message)
}

const noHash = '0'.repeat(64)

/** Where the chain says that it ends. */
function readEnd(connection: DatabaseSync): { readonly count: number; readonly hash: unknown } | undefined {
  // As text: whoever tampers may write a number that none of JavaScript is.
  const row = connection.prepare('SELECT CAST(seq AS TEXT) AS seq, hash FROM chain WHERE id = 1').get()
  return row && { count: Math.max(0, Math.min(Number(row['seq']), lastSeq)), hash: row['hash'] }
}

/** An entry that is no part of the chain: after its end, or before its beginning. */
function findAdded(connection: DatabaseSync, count: number): number | undefined {
  const before = connection.prepare('SELECT CAST(min(seq) AS TEXT) AS seq FROM entry WHERE seq < 1')
  const after = connection.prepare('SELECT CAST(min(seq) AS TEXT) AS seq FROM entry WHERE seq > ?')
  const seq = before.get()?.['seq'] ?? after.get(count)?.['seq'] ?? undefined
  return seq === undefined ? undefined : Number(seq)
}

function broken(
  seq: number,
  problem: Extract<Verification, { readonly kind: 'broken' }>['problem'],
  message: string,
): Verification {
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
