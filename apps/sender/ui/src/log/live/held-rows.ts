import { laterOf, type LogRow } from '../table/log-row.ts'

/** Rows that are not shown yet: new ones, and changes of those that are shown. */
export interface HeldRows {
  readonly newRows: () => readonly LogRow[]
  readonly newCount: () => number
  readonly isNew: (id: string) => boolean
  /** @returns the later one of a row and what is held of it as new. */
  readonly latest: (row: LogRow) => LogRow
  readonly holdNew: (row: LogRow) => void
  readonly holdChange: (row: LogRow) => void
  /** Forgets a new row. */
  readonly drop: (id: string) => void
  readonly takeChanges: () => readonly LogRow[]
  readonly takeAll: () => readonly LogRow[]
  /** Forgets everything if it is more than can be held. @returns whether it was. */
  readonly overflow: () => boolean
}

const MAX_HELD = 5000

/** Holds nothing yet. */
export function createHeldRows(): HeldRows {
  const added = new Map<string, LogRow>()
  const changed = new Map<string, LogRow>()
  return {
    newRows: () => [...added.values()],
    newCount: () => added.size,
    isNew: (id) => added.has(id),
    latest: (row) => laterOf(added.get(row.id) ?? row, row),
    holdNew: (row) => void added.set(row.id, row),
    holdChange: (row) => void changed.set(row.id, laterOf(changed.get(row.id) ?? row, row)),
    drop: (id) => void added.delete(id),
    takeChanges: () => takeFrom(changed),
    takeAll: () => [...takeFrom(changed), ...takeFrom(added)],
    overflow() {
      if (added.size <= MAX_HELD && changed.size <= MAX_HELD) return false
      added.clear()
      changed.clear()
      return true
    },
  }
}

function takeFrom(rows: Map<string, LogRow>): readonly LogRow[] {
  const taken = [...rows.values()]
  rows.clear()
  return taken
}
