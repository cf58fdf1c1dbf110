import type { DeliveryQuery } from '../../api/delivery-pages.ts'
import type { LogSearch } from '../log-search.ts'
import type { LogRow } from '../table/log-row.ts'
import { boundsOf } from './time-range.ts'

/** One filter, as a chip shows it and as it is removed; `time` is `range`, `since` and `until` together. */
export type FilterName = 'id' | 'status' | 'outcome' | 'event' | 'subscription' | 'tests' | 'time'

/** The query for a search at the time `nowMs`. */
export function toDeliveryQuery(search: LogSearch, nowMs: number): DeliveryQuery {
  const { id, status, outcome, event, subscription, tests } = search
  return {
    ...(id && { id }),
    ...(status && { status }),
    ...(outcome && { outcome }),
    ...(event && { event }),
    ...(subscription && { subscription_id: subscription }),
    ...(tests && { is_test: tests === 'only' ? 'true' : 'false' }),
    ...boundsOf(search, nowMs),
  }
}

/** Whether a delivery is one that a search is for, but for the time when a range of it begins. */
export function matchesSearch(search: LogSearch, row: LogRow): boolean {
  const { id, status, outcome, event, subscription, tests, since, until } = search
  return (
    (id === undefined || id === row.id) &&
    (status === undefined || status === row.status) &&
    (outcome === undefined || outcome === row.outcome) &&
    (event === undefined || event === row.event) &&
    (subscription === undefined || subscription === row.subscriptionId) &&
    (tests === undefined || (tests === 'only') === row.isTest) &&
    (since === undefined || row.createdAtMs >= Date.parse(since)) &&
    (until === undefined || row.createdAtMs < Date.parse(until))
  )
}

/** The filters that are on, in the order of their chips. */
export function activeFilters(search: LogSearch): readonly FilterName[] {
  const names = ['id', 'status', 'outcome', 'event', 'subscription', 'tests'] as const
  const hasTime = search.range !== undefined || search.since !== undefined || search.until !== undefined
  return [...names.filter((name) => search[name] !== undefined), ...(hasTime ? (['time'] as const) : [])]
}

/** A search without one of its filters. */
export function withoutFilter(search: LogSearch, name: FilterName): LogSearch {
  const removed: readonly string[] = name === 'time' ? ['range', 'since', 'until'] : [name]
  return Object.fromEntries(Object.entries(search).filter(([key]) => !removed.includes(key)))
}

/** A search with one more or another filter; `undefined` removes it. */
export function withFilter<Name extends Exclude<keyof LogSearch, 'range' | 'since' | 'until'>>(
  search: LogSearch,
  name: Name,
  value: LogSearch[Name],
): LogSearch {
  const rest = withoutFilter(search, name)
  return value === undefined ? rest : { ...rest, [name]: value }
}

/** A search with another range of time; an empty one is any time. */
export function withTime(search: LogSearch, time: Pick<LogSearch, 'range' | 'since' | 'until'>): LogSearch {
  return { ...withoutFilter(search, 'time'), ...time }
}

/** Searches with the same filters have the same key. */
export function searchKey(search: LogSearch): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined)
  return new URLSearchParams(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))).toString()
}
