import type { Delivery } from '../../api/deliveries.ts'
import type { LogRow } from '../table/log-row.ts'
import type { LogFeedOptions } from './log-feed.ts'
import { readFromTop, type TopOfLog } from './read-from-top.ts'

/** What was read of all that may have been missed. */
export interface News {
  readonly top: TopOfLog
  /** Whether nothing is missing any more. */
  readonly isJoined: boolean
  /** Known deliveries that are not among the newest, as they are now. */
  readonly changed: readonly Delivery[]
}

/** What the news are to be joined with. */
export interface Known {
  /** Asked for once the newest are read. */
  readonly rows: () => readonly LogRow[]
  /** All that was made until then was seen; `undefined` when nothing was. */
  readonly seenUntilMs: number | undefined
  /** Whether the known rows give way to news that do not join. Asked for once the newest are read. */
  readonly givesWay: () => boolean
}

const MAX_IDS = 100
/** Pending rows that are read again, one by one; with more of them the news do not join. */
const MAX_CHANGED = 1000

/** Reads the newest deliveries, and what became of the known ones that were pending. */
export async function readNews(
  { readPage, readById }: Pick<LogFeedOptions, 'readPage' | 'readById'>,
  { rows, seenUntilMs, givesWay }: Known,
): Promise<News> {
  const top = await readFromTop(readPage, seenUntilMs, new AbortController().signal)
  const ids = pendingBeside(top.deliveries, rows())
  const isJoined = top.isJoined && ids.length <= MAX_CHANGED
  if (!isJoined && givesWay()) return { top, isJoined, changed: [] }
  const changed: Delivery[] = []
  for (let from = 0; from < Math.min(ids.length, MAX_CHANGED); from += MAX_IDS) {
    changed.push(...(await readById(ids.slice(from, from + MAX_IDS))))
  }
  return { top, isJoined, changed }
}

// A delivery that no longer is what is searched for is on no page of the search.
function pendingBeside(newest: readonly Delivery[], rows: readonly LogRow[]): readonly string[] {
  const read = new Set(newest.map(({ id }) => id))
  return rows.filter(({ id, status }) => status === 'pending' && !read.has(id)).map(({ id }) => id)
}
