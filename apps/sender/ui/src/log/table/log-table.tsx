import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react'
import { useMediaQuery } from '../../components/use-media-query.ts'
import { strings } from '../../strings/index.ts'
import type { FeedState } from '../live/feed-state.ts'
import { LogRowCells } from './log-row-cells.tsx'
import type { LogRow } from './log-row.ts'
import { useLogKeyboard } from './use-log-keyboard.ts'
import { useOffsetTop } from './use-offset-top.ts'
import { visibleRange } from './visible-range.ts'
import styles from './log-table.module.css'

/** What the table shows, and what can be done in it. */
export interface LogTableProps {
  readonly rows: readonly LogRow[]
  readonly phase: FeedState['phase']
  readonly isMismatch: (row: LogRow) => boolean
  /** The delivery that was open, or the keyboard was at, before. */
  readonly activeId: string | undefined
  readonly onActivate: (id: string) => void
  readonly onOpen: (id: string) => void
  readonly onMenu: (row: LogRow, anchor: HTMLElement) => void
  /** The end of the rows comes into sight. */
  readonly onEnd: () => void
  /** Whether the newest rows are out of sight, or the keyboard is within the rows. */
  readonly onAway: (isAway: boolean) => void
  readonly hasLetterKeys: boolean
  readonly onPauseKey: () => void
}

/** Widths of screens on which a row has two lines. */
const TWO_LINES = '(width < 64rem)'
const ONE_LINE_PX = 40
const TWO_LINES_PX = 68
const HEADER_PX = 38
/** From so many rows before the end, more are read. */
const AHEAD = 40

/** The rows of the log: a grid of any length of which only what is in sight exists. */
export function LogTable(props: LogTableProps): ReactNode {
  const { rows, phase, isMismatch, activeId, onOpen, onMenu, onEnd, onAway } = props
  const hasTwoLines = useMediaQuery(TWO_LINES)
  const rowHeight = hasTwoLines ? TWO_LINES_PX : ONE_LINE_PX
  const headerHeight = hasTwoLines ? 0 : HEADER_PX
  const grid = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const top = useOffsetTop(body)
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: headerHeight,
  })
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight])

  const items = virtualizer.getVirtualItems()
  const offset = (virtualizer.scrollOffset ?? 0) - top + headerHeight
  const shown = visibleRange(offset, window.innerHeight - headerHeight, rowHeight, rows.length)
  const keyboard = useLogKeyboard({
    ...props,
    grid,
    shown,
    scrollTo: (index) => virtualizer.scrollToIndex(index),
  })

  const isAway = offset > rowHeight || keyboard.hasFocus
  useEffect(() => onAway(isAway), [isAway, onAway])
  // Nobody is away from rows that are no more.
  useEffect(() => () => onAway(false), [onAway])

  const isNearEnd = phase === 'open' && (items.at(-1)?.index ?? -1) >= rows.length - AHEAD
  useEffect(() => {
    if (isNearEnd) onEnd()
  }, [isNearEnd, rows.length, onEnd])

  function press(event: React.MouseEvent): void {
    const pressed =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-open], [data-menu]') : null
    const { open, menu } = pressed?.dataset ?? {}
    const row = rows.find(({ id }) => id === menu)
    if (pressed && row) onMenu(row, pressed)
    // With a modifier, it is the browser's to open a tab.
    if (open === undefined || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    onOpen(open)
  }

  const { table } = strings.log
  const rendered = keyboard.withTabStop(items.map(({ index }) => index))
  return (
    <div
      ref={grid}
      role="grid"
      className={styles.grid}
      aria-label={table.label}
      aria-rowcount={phase === 'complete' ? rows.length + 1 : -1}
      aria-colcount={Object.keys(table.columns).length}
      aria-readonly="true"
      onClick={press}
      onKeyDown={keyboard.onKeyDown}
      onFocus={keyboard.onFocus}
      onBlur={keyboard.onBlur}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.header}>
          {Object.entries(table.columns).map(([name, words]) => (
            <div key={name} role="columnheader" className={styles[name]}>
              {name === 'actions' ? <span className="visually-hidden">{words}</span> : words}
            </div>
          ))}
        </div>
      </div>
      <div ref={body} role="rowgroup" className={styles.body} style={{ height: rows.length * rowHeight }}>
        {rendered.map((index) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={index + 2}
              data-row={row.id}
              data-active={row.id === activeId || undefined}
              data-mismatch={isMismatch(row) || undefined}
              className={styles.row}
              style={{ transform: `translateY(${index * rowHeight}px)`, height: rowHeight }}
            >
              <LogRowCells row={row} isTabStop={index === keyboard.tabStop} isMismatch={isMismatch(row)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
