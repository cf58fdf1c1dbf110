import { latestOf, laterOf, type LogRow } from './log-row.ts'

/**
 * Puts rows where they belong: known ones in their place, if they are later than what is known, others by their age.
 *
 * @param rows newest first, each delivery once.
 * @param incoming in any order; of several states of one delivery the latest one holds.
 * @returns newest first, each delivery once; the same array when nothing changed.
 */
export function mergeRows(rows: readonly LogRow[], incoming: Iterable<LogRow>): readonly LogRow[] {
  let replaced: LogRow[] | undefined
  const inserted: LogRow[] = []
  for (const row of latestOf(incoming)) {
    const index = findRow(rows, row.id)
    const known = rows[index]
    if (known?.id !== row.id) {
      inserted.push(row)
      continue
    }
    const later = laterOf(known, row)
    if (later === known || isSame(known, later)) continue
    replaced ??= rows.slice()
    replaced[index] = later
  }
  const kept = replaced ?? rows
  inserted.sort((a, b) => (a.id < b.id ? 1 : -1))
  return inserted.length === 0 ? kept : interleave(kept, inserted)
}

/** The place of a delivery in rows that are sorted newest first, or the place where it would be. */
export function findRow(rows: readonly LogRow[], id: string): number {
  let from = 0
  let to = rows.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const row = rows[middle]
    if (row !== undefined && row.id > id) from = middle + 1
    else to = middle
  }
  return from
}

/** Whether a delivery is among rows that are sorted newest first. */
export function hasRow(rows: readonly LogRow[], id: string): boolean {
  return rows[findRow(rows, id)]?.id === id
}

// Both newest first and distinct.
function interleave(rows: readonly LogRow[], inserted: readonly LogRow[]): readonly LogRow[] {
  const merged: LogRow[] = []
  let taken = 0
  for (const row of inserted) {
    const index = findRow(rows, row.id)
    for (; taken < index; taken += 1) push(merged, rows[taken])
    merged.push(row)
  }
  return merged.length === 0 ? rows : merged.concat(rows.slice(taken))
}

function push(merged: LogRow[], row: LogRow | undefined): void {
  if (row !== undefined) merged.push(row)
}

function isSame(a: LogRow, b: LogRow): boolean {
  return (
    a.status === b.status &&
    a.attemptCount === b.attemptCount &&
    a.outcome === b.outcome &&
    a.nextAttemptAtMs === b.nextAttemptAtMs &&
    a.completedAtMs === b.completedAtMs &&
    a.url === b.url
  )
}
