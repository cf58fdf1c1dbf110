import type { Delivery } from '../../api/deliveries.ts'
import type { LogPage } from '../../api/delivery-pages.ts'
import { latestOf, type LogRow, toLogRow } from '../table/log-row.ts'
import { hasRow, mergeRows } from '../table/merge-rows.ts'
import { type FeedState, initialState, reachesTo } from './feed-state.ts'
import { createHeldRows } from './held-rows.ts'
import type { TopOfLog } from './read-from-top.ts'
import { readNews } from './read-news.ts'
import { rememberReceived } from './received-meanwhile.ts'

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

/** A feed that has read nothing yet. */
export function createLogFeed(options: LogFeedOptions): LogFeed {
  const { readPage, matches, maxRows = MAX_ROWS } = options
  const watchers = new Set<() => void>()
  const held = createHeldRows()
  const meanwhile = rememberReceived()
  let holding: Holding = 'nothing'
  let cursor: string | undefined
  let older: AbortController | undefined
  let rereading: Promise<void> = Promise.resolve()
  let nextRereading: Promise<void> | undefined
  let isReplacing = false
  /** Everything that was made until then was seen; by the sender's clock. */
  let seenUntilMs: number | undefined
  /** Whether everything that was made since then comes in. */
  let isContinuous = false
  let interruptionCount = 0
  let isBegun = false
  let isMissedByFirst = false
  let state = initialState

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
    isMissedByFirst = false
    // Whoever goes on with a search can stop it again at once.
    change({ phase: state.phase === 'stopped' ? 'searching' : 'reading', error: undefined })
    try {
      for (let foundCount = 0; state.phase === 'reading' || state.phase === 'searching';) {
        const read = await meanwhile.reading(() => readPage(cursor, reading.signal))
        if (reading.signal.aborted) return
        foundCount += read.answer.deliveries.length
        takeOlder(read.answer, foundCount)
        take(read.received)
        if (isMissedByFirst) void reread()
        isMissedByFirst = false
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
    const rows = mergeRows(state.rows, deliveries.map(toLogRow))
    const phase = next === undefined ? 'complete' : foundCount < WANTED_ROWS ? 'searching' : 'open'
    change({ ...limit(rows, next !== undefined && rows.length === maxRows ? 'full' : phase), searchedToMs })
  }

  function stop(phase: 'stopped' | 'open' = 'stopped'): void {
    older?.abort()
    older = undefined
    if (state.phase === 'searching' || state.phase === 'reading') change({ phase })
  }

  function receive(deliveries: readonly Delivery[]): void {
    const rows = deliveries.map(toLogRow)
    if (isContinuous) seenUntilMs = Math.max(seenUntilMs ?? 0, ...rows.map(({ createdAtMs }) => createdAtMs))
    meanwhile.note(rows)
    take(rows)
  }

  function take(incoming: Iterable<LogRow>): void {
    // The first page brings it, or what came in while that was read.
    if (!isBegun) return
    const shown: LogRow[] = []
    let arrivedCount = 0
    for (const latest of latestOf(incoming)) {
      const row = held.latest(latest)
      const isKnown = hasRow(state.rows, row.id)
      if (!isKnown && !(reachesTo(row, state) && matches(row))) {
        // Perhaps it was until now.
        held.drop(row.id)
        continue
      }
      if (!isKnown && !held.isNew(row.id)) arrivedCount += 1
      if (!isKnown && holding !== 'nothing') held.holdNew(row)
      else if (isKnown && holding === 'all') held.holdChange(row)
      else shown.push(row)
    }
    const isGapped = dropTooMany() || state.isGapped
    const rows = mergeRows(state.rows, shown)
    const heldCount = held.newCount()
    if (rows === state.rows && heldCount === state.heldCount && isGapped === state.isGapped) return
    const arrived = state.arrivedCount + arrivedCount
    change({ ...limit(rows, state.phase), heldCount, isGapped, arrivedCount: arrived })
  }

  function dropTooMany(): boolean {
    if (!held.overflow()) return false
    seenUntilMs = state.rows[0]?.createdAtMs
    isContinuous = false
    return true
  }

  function showHeld(): void {
    change({ ...limit(mergeRows(state.rows, held.takeAll()), state.phase), heldCount: 0 })
  }

  function release(): void {
    showHeld()
    if (!state.isGapped) return
    isReplacing = true
    void reread()
  }

  function hold(what: Holding): void {
    const before = holding
    holding = what
    if (what === 'nothing' && before !== 'nothing') release()
    if (what === 'new' && before === 'all') take(held.takeChanges())
  }

  function reread(): Promise<void> {
    // What comes in after the first page is read comes in live, but for what was missed while it was.
    if (!isBegun) {
      isMissedByFirst = older !== undefined
      return Promise.resolve()
    }
    nextRereading ??= rereading.then(() => {
      nextRereading = undefined
      rereading = readAgain()
      return rereading
    })
    return nextRereading
  }

  async function readAgain(): Promise<void> {
    const interruptions = interruptionCount
    try {
      const { answer, received } = await meanwhile.reading(() =>
        readNews(options, {
          rows: () => [...held.newRows(), ...state.rows],
          seenUntilMs: seenUntilMs ?? state.rows[0]?.createdAtMs,
          givesWay: canReplace,
        }),
      )
      const { top, isJoined, changed } = answer
      if (isJoined || canReplace()) {
        seenUntilMs = top.servedAtMs ?? seenUntilMs
        isContinuous = interruptionCount === interruptions
      }
      if (isJoined) join([...[...changed, ...top.deliveries].map(toLogRow), ...received])
      else if (canReplace()) replace(top, received)
      else {
        take([...changed.map(toLogRow), ...received])
        change({ isGapped: true })
      }
    } catch {
      // The stream goes on as if nothing had been missed, and asks for this again only after its next interruption.
      change({ isGapped: true })
      // What was pressed meanwhile waits for the next reading.
      isReplacing &&= nextRereading !== undefined
    }
  }

  function canReplace(): boolean {
    return isReplacing || holding === 'nothing'
  }

  function join(rows: readonly LogRow[]): void {
    change({ isGapped: false })
    take(rows)
    if (canReplace()) showHeld()
    isReplacing = false
  }

  function replace({ deliveries, next, searchedToMs }: TopOfLog, received: readonly LogRow[]): void {
    const isStopped = state.phase === 'stopped' && deliveries.length === 0
    older?.abort()
    older = undefined
    held.takeAll()
    isReplacing = false
    cursor = next
    const rows = mergeRows([], deliveries.map(toLogRow))
    const phase = next === undefined ? 'complete' : isStopped ? 'stopped' : 'open'
    const read = { rows, phase, searchedToMs } as const
    const later = received.filter((row) => hasRow(rows, row.id) || (reachesTo(row, read) && matches(row)))
    change({ ...read, rows: mergeRows(rows, later), heldCount: 0, isGapped: false })
    // Without rows nobody comes to their end. Whoever comes back when nobody watches reads on.
    if (state.rows.length === 0 && phase === 'open' && watchers.size > 0) void readOlder()
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
      interruptionCount += 1
    },
    reread,
  }
}
