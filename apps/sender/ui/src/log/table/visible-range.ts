/** The first and the last row in sight; `undefined` without any rows. */
export interface VisibleRange {
  readonly first: number
  readonly last: number
}

/**
 * Which rows can be seen whole.
 *
 * @param offset how far the first row is above the upper edge of what can be seen, in pixels.
 */
export function visibleRange(
  offset: number,
  height: number,
  rowHeight: number,
  count: number,
): VisibleRange | undefined {
  if (count === 0) return undefined
  const first = clamp(Math.ceil(offset / rowHeight), count)
  const last = clamp(Math.floor((offset + height) / rowHeight) - 1, count)
  return { first, last: Math.max(first, last) }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1))
}

/** Where a key moves to from the row `at`; `undefined` for keys that do not move. */
export function moveByKey(key: string, at: number, shown: VisibleRange, count: number): number | undefined {
  const page = Math.max(1, shown.last - shown.first)
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at - 1,
    k: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }
  const to = Object.hasOwn(moves, key) ? moves[key] : undefined
  return to === undefined ? undefined : clamp(to, count)
}
