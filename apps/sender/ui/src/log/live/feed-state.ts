import type { LogRow } from '../table/log-row.ts'

/** What the log shows. */
export interface FeedState {
  /** Newest first. */
  readonly rows: readonly LogRow[]
  /**
   * Whether older deliveries can be had: `reading` them, `searching` through many pages without finding enough, `stopped`
   * in that, `failed`, `open` for more, `complete`, or `full`: no more are kept.
   */
  readonly phase: 'reading' | 'searching' | 'stopped' | 'failed' | 'open' | 'complete' | 'full'
  /** Why it `failed`. */
  readonly error: unknown
  /** Down to when all was searched; `undefined` when that is not known. */
  readonly searchedToMs: number | undefined
  /** How many new deliveries are held back. */
  readonly heldCount: number
  /** Whether more is new than is held back, or may be. */
  readonly isGapped: boolean
  /** How many new deliveries came in live, shown or held back, since the feed began. */
  readonly arrivedCount: number
}

/** Before anything was read. */
export const initialState: FeedState = {
  rows: [],
  phase: 'open',
  error: undefined,
  searchedToMs: undefined,
  heldCount: 0,
  isGapped: false,
  arrivedCount: 0,
}

/** Whether a row is from a time that was read. One that is older comes with its page. */
export function reachesTo(
  row: LogRow,
  { rows, phase, searchedToMs }: Pick<FeedState, 'rows' | 'phase' | 'searchedToMs'>,
): boolean {
  return phase === 'complete' || row.createdAtMs >= (searchedToMs ?? rows.at(-1)?.createdAtMs ?? 0)
}
