import type { Delivery } from '../../api/deliveries.ts'
import type { LogPage } from '../../api/delivery-pages.ts'

/** The newest deliveries of a search. */
export interface TopOfLog extends Omit<LogPage, 'deliveries'> {
  readonly deliveries: readonly Delivery[]
  /** Whether it reaches back to what was seen before, so that nothing is between the two. */
  readonly isJoined: boolean
}

const MAX_PAGES = 5
// A transaction that commits late has older ids, and clocks differ.
const OVERLAP_MS = 10_000

/**
 * Reads the newest deliveries, back to what was seen before, in at most five pages.
 *
 * @param seenUntilMs all that was made until then was seen; `undefined` when nothing was.
 */
export async function readFromTop(
  readPage: (cursor: string | undefined, signal: AbortSignal) => Promise<LogPage>,
  seenUntilMs: number | undefined,
  signal: AbortSignal,
): Promise<TopOfLog> {
  const deliveries: Delivery[] = []
  let cursor: string | undefined
  let servedAtMs: number | undefined
  for (let count = 1; ; count += 1) {
    const page = await readPage(cursor, signal)
    deliveries.push(...page.deliveries)
    servedAtMs ??= page.servedAtMs
    cursor = page.next
    const isJoined = cursor === undefined || isSeen(page, seenUntilMs)
    if (isJoined || count === MAX_PAGES) return { ...page, deliveries, servedAtMs, isJoined }
  }
}

function isSeen({ searchedToMs, deliveries }: LogPage, seenUntilMs: number | undefined): boolean {
  const last = deliveries.at(-1)
  const reachedMs = searchedToMs ?? (last && Date.parse(last.created_at))
  return seenUntilMs !== undefined && reachedMs !== undefined && reachedMs <= seenUntilMs - OVERLAP_MS
}
