import type { LogSearch } from './log-search.ts'

const searches = new Map<string, LogSearch>()

/** Keeps what an account's log is narrowed to, for as long as this page is open, so that links lead back to it. */
export function rememberLogSearch(accountId: string, search: LogSearch): void {
  searches.set(accountId, search)
}

/** What the account's log was narrowed to last; nothing when it was not looked at yet. */
export function lastLogSearch(accountId: string): LogSearch {
  return searches.get(accountId) ?? {}
}
