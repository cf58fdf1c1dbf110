import type { Delivery } from '../../api/deliveries.ts'
import type { LogPage } from '../../api/delivery-pages.ts'
import { type LogRow, toLogRow } from '../table/log-row.ts'
import { findRow, mergeRows } from '../table/merge-rows.ts'
import { readFromTop, type TopOfLog } from './read-from-top.ts'

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
  /** Whether more is new than is held back. */
  readonly isGapped: boolean
  /** How many new deliveries came in live, shown or held back, since the feed began. */
  readonly arrivedCount: number
}

/** What a feed holds back: nothing, new deliveries only, or changes of known ones too. */
export type Holding = 'nothing' | 'new' | 'all'

/** The list of deliveries of one search: pages of the past, and what comes in live. */
export interface LogFeed {
  readonly getState: () => FeedState
  /** @returns how to end that. */
  readonly subscribe: (onChange: () => void) => () => void
  /** Reads older deliveries, as many pages as it takes to find some. Does nothing while it reads, or when there are none. */
  readonly readOlder: () => Promise<void>
  /** Ends {@link readOlder}; it goes on when it is called again. `open`: which is to happen by itself. */
  readonly stop: (phase?: 'stopped' | 'open') => void
  /** Takes deliveries as they are now; those that are not searched for are left out. */
  readonly receive: (deliveries: readonly Delivery[]) => void
  /** Holds back from now on; what is held back and need not be any more is shown. */
  readonly hold: (what: Holding) => void
  /** Shows what is held back, and goes on holding. */
  readonly release: () => void
  /** Says that changes may be missed from now on, until {@link reread}. */
  readonly interrupt: () => void
  /** Reads the newest again, as changes may have been missed. Those who ask meanwhile share the next reading. */
  readonly reread: () => Promise<void>
}

/** What a feed works with. */
export interface LogFeedOptions {
  readonly readPage: (cursor: string | undefined, signal: AbortSignal) => Promise<LogPage>
  /** Reads deliveries as they are now, at most 100, whatever the search is for. */
  readonly readById: (ids: readonly string[]) => Promise<readonly Delivery[]>
  /** Whether a delivery is one that the search is for. */
  readonly matches: (row: LogRow) => boolean
  /** Rows kept. Default 100,000. */
  readonly maxRows?: number
}

const MAX_ROWS = 100_000
/** Pages are read until so many rows were found. */
const WANTED_ROWS = 50
const MAX_HELD = 5000
const REFRESHED_IDS = 100

/** A feed that has read nothing yet. */
export function createLogFeed(options: LogFeedOptions): LogFeed {
  const { readPage, readById, matches, maxRows = MAX_ROWS } = options
  const watchers = new Set<() => void>()
  const held = new Map<string, LogRow>()
  const heldChanges = new Map<string, LogRow>()
  /** What came in before the first page. */
  const early: LogRow[] = []
  let holding: Holding = 'nothing'
  let cursor: string | undefined
  let older: AbortController | undefined
  let rereading: Promise<void> = Promise.resolve()
  let nextRereading: Promise<void> | undefined
  let isReplacing = false
  /** Everything that was made until then was seen; by the sender's clock. */
  let seenUntilMs: number | undefined
  /** Whether what comes in is all there is. */
  let isContinuous = false
  let isBegun = false
  let state: FeedState = {
    rows: [],
    phase: 'open',
    error: undefined,
    searchedToMs: undefined,
    heldCount: 0,
    isGapped: false,
    arrivedCount: 0,
  }

  function change(changes: Partial<FeedState>): void {
    state = { ...state, ...changes }
    for (const watcher of watchers) watcher()
  }

  function limit(rows: readonly LogRow[], phase: FeedState['phase']): Pick<FeedState, 'rows' | 'phase'> {
    return rows.length > maxRows ? { rows: rows.slice(0, maxRows), phase: 'full' } : { rows, phase }
  }

  async function readOlder(): Promise<void> {
    if (older !== undefined || state.phase === 'complete' || state.phase === 'full') return
    const reading = new AbortController()
    older = reading
    change({ phase: 'reading', error: undefined })
    try {
      for (let foundCount = 0; state.phase === 'reading' || state.phase === 'searching';) {
        const page = await readPage(cursor, reading.signal)
        if (reading.signal.aborted) return
        foundCount += page.deliveries.length
        takeOlder(page, foundCount)
      }
    } catch (error) {
      if (!reading.signal.aborted) change({ phase: 'failed', error })
    } finally {
      if (older === reading) older = undefined
    }
  }

  function takeOlder({ deliveries, next, searchedToMs, servedAtMs }: LogPage, foundCount: number): void {
    if (!isBegun) seenUntilMs = servedAtMs
    isBegun = true
    cursor = next
    const { rows } = mergeRows(state.rows, deliveries.map(toLogRow))
    const phase = next === undefined ? 'complete' : foundCount < WANTED_ROWS ? 'searching' : 'open'
    change({ ...limit(rows, next !== undefined && rows.length === maxRows ? 'full' : phase), searchedToMs })
    take(early.splice(0))
  }

  function stop(phase: 'stopped' | 'open' = 'stopped'): void {
    older?.abort()
    older = undefined
    if (state.phase === 'searching' || state.phase === 'reading') change({ phase })
  }

  function receive(deliveries: readonly Delivery[]): void {
    const rows = deliveries.map(toLogRow)
    if (isContinuous) seenUntilMs = Math.max(seenUntilMs ?? 0, ...rows.map(({ createdAtMs }) => createdAtMs))
    take(rows)
  }

  function take(incoming: readonly LogRow[]): void {
    if (!isBegun) return void early.push(...incoming)
    const shown: LogRow[] = []
    let arrivedCount = 0
    for (const row of incoming) {
      const isKnown = state.rows[findRow(state.rows, row.id)]?.id === row.id
      if (!isKnown && !belongs(row)) {
        // Perhaps it was until now.
        held.delete(row.id)
        continue
      }
      if (!isKnown && !held.has(row.id)) arrivedCount += 1
      if (!isKnown && holding !== 'nothing') held.set(row.id, row)
      else if (isKnown && holding === 'all') heldChanges.set(row.id, row)
      else shown.push(row)
    }
    const isGapped = dropHeld() || state.isGapped
    const { rows } = mergeRows(state.rows, shown)
    if (rows === state.rows && held.size === state.heldCount && isGapped === state.isGapped) return
    const arrived = state.arrivedCount + arrivedCount
    change({ ...limit(rows, state.phase), heldCount: held.size, isGapped, arrivedCount: arrived })
  }

  // What is older than what was read comes with its page.
  function belongs(row: LogRow): boolean {
    const readToMs = state.searchedToMs ?? state.rows.at(-1)?.createdAtMs ?? 0
    return (state.phase === 'complete' || row.createdAtMs >= readToMs) && matches(row)
  }

  function dropHeld(): boolean {
    if (held.size <= MAX_HELD && heldChanges.size <= MAX_HELD) return false
    held.clear()
    heldChanges.clear()
    seenUntilMs = state.rows[0]?.createdAtMs
    return true
  }

  function release(): void {
    const shown = [...heldChanges.values(), ...held.values()]
    heldChanges.clear()
    held.clear()
    const { rows } = mergeRows(state.rows, shown)
    change({ ...limit(rows, state.phase), heldCount: 0 })
    if (!state.isGapped) return
    isReplacing = true
    void reread()
  }

  function hold(what: Holding): void {
    const before = holding
    holding = what
    if (
      what === 'nothing' &&
      before !== 'nothing' &&
      (heldChanges.size > 0 || held.size > 0 || state.isGapped)
    ) {
      release()
    }
    if (what === 'new' && before === 'all') {
      const changes = [...heldChanges.values()]
      heldChanges.clear()
      take(changes)
    }
  }

  function reread(): Promise<void> {
    nextRereading ??= rereading.then(() => {
      nextRereading = undefined
      rereading = readAgain()
      return rereading
    })
    return nextRereading
  }

  async function readAgain(): Promise<void> {
    // The first page says more; what comes after it comes in live.
    if (!isBegun) return
    try {
      const since = seenUntilMs ?? state.rows[0]?.createdAtMs
      const top = await readFromTop(readPage, since, new AbortController().signal)
      const changed = await readChanged(top.deliveries)
      seenUntilMs = top.isJoined || canReplace() ? (top.servedAtMs ?? seenUntilMs) : seenUntilMs
      isContinuous = top.isJoined || canReplace()
      takeTop(top, changed)
    } catch {
      // Whoever reads older deliveries is told; and the stream, once it is there again, asks for this again.
    }
  }

  function canReplace(): boolean {
    return isReplacing || holding === 'nothing'
  }

  function takeTop(top: TopOfLog, changed: readonly Delivery[]): void {
    const isReplaced = canReplace()
    isReplacing = false
    if (top.isJoined) {
      take([...changed, ...top.deliveries].map(toLogRow))
      if (isReplaced && state.isGapped) {
        change({ isGapped: false })
        release()
      }
    } else if (isReplaced) {
      stop()
      held.clear()
      heldChanges.clear()
      cursor = top.next
      const { rows } = mergeRows([], top.deliveries.map(toLogRow))
      const { searchedToMs } = top
      change({ rows, phase: 'open', searchedToMs, heldCount: 0, isGapped: false })
    } else {
      take(changed.map(toLogRow))
      change({ isGapped: true })
    }
  }

  // A delivery that no longer is what is searched for is on no page of the search.
  async function readChanged(newest: readonly Delivery[]): Promise<readonly Delivery[]> {
    const known = new Set(newest.map(({ id }) => id))
    const pending = state.rows.filter(({ id, status }) => status === 'pending' && !known.has(id))
    const ids = pending.slice(0, REFRESHED_IDS).map(({ id }) => id)
    return ids.length === 0 ? [] : await readById(ids)
  }

  return {
    getState: () => state,
    subscribe(onChange) {
      watchers.add(onChange)
      return () => void watchers.delete(onChange)
    },
    readOlder,
    stop,
    receive,
    hold,
    release,
    interrupt() {
      isContinuous = false
    },
    reread,
  }
}
