import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { LogRow } from './log-row.ts'
import { findRow } from './merge-rows.ts'
import { moveByKey, type VisibleRange } from './visible-range.ts'

/** What the keyboard works on. */
export interface LogKeyboardOptions {
  readonly rows: readonly LogRow[]
  readonly grid: RefObject<HTMLElement | null>
  readonly shown: VisibleRange | undefined
  readonly activeId: string | undefined
  readonly onActivate: (id: string) => void
  readonly scrollTo: (index: number) => void
  /** Whether `j`, `k` and `p` do anything, wherever the focus is but in a field. */
  readonly hasLetterKeys: boolean
  readonly onPauseKey: () => void
}

/** What a table needs for its keyboard. */
export interface LogKeyboard {
  /** The row to which the Tab key comes. */
  readonly tabStop: number | undefined
  readonly hasFocus: boolean
  /** Rows to render, with the one of the keyboard: an element that goes away takes the focus with it. */
  readonly withTabStop: (indexes: readonly number[]) => readonly number[]
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: (event: FocusEvent) => void
  readonly onBlur: (event: FocusEvent) => void
}

/** Lets the keyboard move through rows of which most do not exist. */
export function useLogKeyboard(options: LogKeyboardOptions): LogKeyboard {
  const { rows, grid, shown, activeId, onActivate, scrollTo, hasLetterKeys, onPauseKey } = options
  const [hasFocus, setHasFocus] = useState(false)
  const wantsFocus = useRef(false)
  const active = activeId === undefined ? undefined : knownIndex(rows, activeId)
  const isActiveShown =
    active !== undefined && shown !== undefined && active >= shown.first && active <= shown.last
  const tabStop = active !== undefined && (hasFocus || isActiveShown) ? active : shown?.first

  useLayoutEffect(() => {
    if (!wantsFocus.current || activeId === undefined) return
    wantsFocus.current = false
    linkOf(grid.current, activeId)?.focus({ preventScroll: true })
  }, [activeId, grid])

  function move(key: string, from: number | undefined): boolean {
    if (shown === undefined) return false
    // Whoever has not been in the rows yet comes to the first that can be seen.
    const to = from === undefined ? shown.first : moveByKey(key, from, shown, rows.length)
    const row = to === undefined ? undefined : rows[to]
    if (to === undefined || row === undefined) return false
    scrollTo(to)
    if (row.id === activeId) linkOf(grid.current, row.id)?.focus({ preventScroll: true })
    else wantsFocus.current = true
    onActivate(row.id)
    return true
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const row = event.target instanceof Element ? event.target.closest('[data-row]') : null
      row?.querySelector<HTMLElement>(event.key === 'ArrowRight' ? '[data-menu]' : '[data-open]')?.focus()
    } else if (event.key === 'j' || event.key === 'k' || !move(event.key, tabStop)) {
      return
    }
    event.preventDefault()
  }

  const latest = useRef({ move, active, isActiveShown, onPauseKey })
  useEffect(() => {
    latest.current = { move, active, isActiveShown, onPauseKey }
  })
  useEffect(() => {
    if (!hasLetterKeys) return undefined
    function onLetter(event: globalThis.KeyboardEvent): void {
      if (
        event.defaultPrevented ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        isElsewhere(event.target)
      )
        return
      const { move, active, isActiveShown, onPauseKey } = latest.current
      if (event.key === 'p') onPauseKey()
      else if (event.key === 'j' || event.key === 'k') move(event.key, isActiveShown ? active : undefined)
    }
    document.addEventListener('keydown', onLetter)
    return () => document.removeEventListener('keydown', onLetter)
  }, [hasLetterKeys])

  return {
    tabStop,
    hasFocus,
    withTabStop: (indexes) =>
      tabStop === undefined || indexes.includes(tabStop) ? indexes : [...indexes, tabStop],
    onKeyDown,
    onFocus({ target }) {
      setHasFocus(true)
      const id = target.closest<HTMLElement>('[data-row]')?.dataset['row']
      if (id !== undefined && id !== activeId) onActivate(id)
    },
    onBlur: ({ currentTarget, relatedTarget }) => setHasFocus(currentTarget.contains(relatedTarget)),
  }
}

function knownIndex(rows: readonly LogRow[], id: string): number | undefined {
  const index = findRow(rows, id)
  return rows[index]?.id === id ? index : undefined
}

function linkOf(grid: HTMLElement | null, id: string): HTMLElement | null | undefined {
  return grid?.querySelector<HTMLElement>(`[data-row="${id}"] [data-open]`)
}

// Letters belong to fields, to lists of choices also while they are closed, and to menus and dialogs that are open.
function isElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable], [role="combobox"], [role="dialog"], [role="menu"], [role="listbox"]',
    ) !== null
  )
}
