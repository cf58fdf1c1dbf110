import type { QueryClient } from '@tanstack/react-query'
import { answerOf, api } from './client.ts'
import type { Delivery } from './deliveries.ts'
import type { paths } from './schema.js'

type ListQuery = NonNullable<paths['/api/deliveries']['get']['parameters']['query']>

/** The filters of `GET /api/deliveries`; together they must all hold. */
export type DeliveryQuery = Omit<ListQuery, 'limit' | 'cursor'>

/** One answer to a search of the log. It may be short, or empty, and still not be the last one. */
export interface LogPage {
  /** Newest first. */
  readonly deliveries: readonly Delivery[]
  /** Where the search goes on; `undefined` once all was searched. */
  readonly next: string | undefined
  /** Down to when everything was searched; `undefined` when all was, or when that is not known. */
  readonly searchedToMs: number | undefined
  /** When the sender answered, by its own clock, to the second; `undefined` when the answer does not say. */
  readonly servedAtMs: number | undefined
}

const LIMIT = 100

/**
 * Reads one page of the log. Nothing is cached, but errors are noticed, and reads repeated, as those of any other query.
 *
 * @param signal ends the request; the call then rejects.
 */
export async function readLogPage(
  queries: QueryClient,
  query: DeliveryQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<LogPage> {
  const queryKey = ['deliveries', 'page', query, cursor ?? null]
  const cancel = (): void => void queries.cancelQueries({ queryKey, exact: true })
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await queries.fetchQuery({
      queryKey,
      staleTime: 0,
      gcTime: 0,
      structuralSharing: false,
      queryFn: ({ signal }) => fetchLogPage(query, cursor, signal),
    })
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function fetchLogPage(
  query: DeliveryQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<LogPage> {
  const called = await api.GET('/api/deliveries', {
    params: { query: { ...query, limit: LIMIT, ...(cursor !== undefined && { cursor }) } },
    signal,
  })
  const { data, next_cursor: next } = answerOf(called)
  const servedAtMs = Date.parse(called.response.headers.get('date') ?? '')
  return {
    deliveries: data,
    next: next ?? undefined,
    searchedToMs: next === null ? undefined : timeOfCursor(next),
    servedAtMs: Number.isNaN(servedAtMs) ? undefined : servedAtMs,
  }
}

/**
 * When a cursor's place in the log was made: cursors are UUIDv7 in base64url, and these begin with the time. Only to tell
 * people how far a search has come, which a page without deliveries says nowhere else; `undefined` for any other form.
 */
export function timeOfCursor(cursor: string): number | undefined {
  if (!/^[\w-]{22}$/.test(cursor)) return undefined
  const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  )
  if ((bytes[6] ?? 0) >> 4 !== 7) return undefined
  return bytes.subarray(0, 6).reduce((ms, byte) => ms * 256 + byte, 0)
}
