/** What the list is narrowed to and how it is sorted, as its URL has it. */
export interface ListSearch {
  /** Found in the name, the endpoint or the events. */
  readonly q?: string
  readonly state?: ListState
  /** Default `newest`. */
  readonly sort?: ListSort
}

/** What {@link ListSearch} may narrow to; `failing` ones are active. */
export const listStates = ['active', 'failing', 'paused', 'disabled'] as const

/** One of {@link listStates}. */
export type ListState = (typeof listStates)[number]

/** The orders of the list. */
export const listSorts = ['newest', 'name', 'failing'] as const

/** One of {@link listSorts}. */
export type ListSort = (typeof listSorts)[number]

const MAX_LENGTH = 200

/** Reads it from a URL; what makes no sense is dropped. */
export function readListSearch(search: Readonly<Record<string, unknown>>): ListSearch {
  const q = typeof search['q'] === 'string' ? search['q'].slice(0, MAX_LENGTH) : ''
  const state = listStates.find((state) => state === search['state'])
  const sort = listSorts.find((sort) => sort === search['sort'] && sort !== 'newest')
  return { ...(q !== '' && { q }), ...(state && { state }), ...(sort && { sort }) }
}
