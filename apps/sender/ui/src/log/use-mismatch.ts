import { useCallback } from 'react'
import { useDescribedNow } from '../components/clock.ts'
import { matchesSearch } from './filters/log-filters.ts'
import { boundsOf } from './filters/time-range.ts'
import type { LogSearch } from './log-search.ts'
import type { LogRow } from './table/log-row.ts'

/** Tells which rows are shown only because they matched before; another function once time has changed that. */
export function useMismatch(search: LogSearch): (row: LogRow) => boolean {
  const since = useDescribedNow((nowMs) => sinceAt(search, nowMs))
  return useCallback((row: LogRow) => isMismatch(search, since, row), [search, since])
}

/** Whether a row is not what a search is for, of which the range begins at `since`. */
export function isMismatch(search: LogSearch, since: string, row: LogRow): boolean {
  return !matchesSearch(since === '' ? search : { ...search, since }, row)
}

/** When the range of a search begins at the time `nowMs`; empty when it has no beginning. */
export function sinceAt(search: LogSearch, nowMs: number): string {
  return boundsOf(search, nowMs).since ?? ''
}
