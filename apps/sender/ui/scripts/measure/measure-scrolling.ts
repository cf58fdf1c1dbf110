import type { Page } from 'playwright-core'

/** How long frames took, in milliseconds, and what held them up. */
export interface FrameTimes {
  readonly frames: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** Tasks of more than 50 ms. */
  readonly longTasks: number
  readonly longestTaskMs: number
}

/** What scrolling through many rows costs. */
export interface Scrolled {
  readonly rows: number
  readonly whileLoading: FrameTimes
  readonly afterwards: FrameTimes
}

/** Scrolls down until so many rows were loaded, or there are no more; then up through all of them. */
export async function scrollThrough(page: Page, row: string, rowsWanted: number): Promise<Scrolled> {
  const down = await page.evaluate(scroll, { row, rowsWanted, direction: 'down' as const })
  const up = await page.evaluate(scroll, { row, rowsWanted, direction: 'up' as const })
  return { rows: down.rows, whileLoading: summarize(down), afterwards: summarize(up) }
}

interface Recorded {
  readonly rows: number
  readonly deltas: readonly number[]
  readonly taskMs: readonly number[]
}

function summarize({ deltas, taskMs }: Recorded): FrameTimes {
  const sorted = deltas.toSorted((one, other) => one - other)
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  return {
    frames: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted.at(-1) ?? 0,
    longTasks: taskMs.length,
    longestTaskMs: Math.max(0, ...taskMs),
  }
}

/** Runs in the page. */
async function scroll(options: {
  readonly row: string
  readonly rowsWanted: number
  readonly direction: 'down' | 'up'
}): Promise<Recorded> {
  const { row, rowsWanted, direction } = options
  // A fling through a long list: several windows in a second. What is loaded comes in between.
  const SCREENS_PER_FRAME = direction === 'down' ? 4 : 2
  const GIVE_UP_MS = 5000
  const MAX_UP_MS = 10_000
  const observed: { readonly type: string; readonly ms: number }[] = Reflect.get(globalThis, '__observed')
  const observedBefore = observed.length
  const deltas: number[] = []
  const began = performance.now()
  let grewAt = began
  let height = 0
  let last = await new Promise<number>(requestAnimationFrame)
  for (;;) {
    const step = innerHeight * SCREENS_PER_FRAME
    scrollBy({ top: direction === 'down' ? step : -step, behavior: 'instant' })
    const now = await new Promise<number>(requestAnimationFrame)
    deltas.push(now - last)
    last = now
    if (document.documentElement.scrollHeight !== height) {
      height = document.documentElement.scrollHeight
      grewAt = now
    }
    const isDown = lastRow() >= rowsWanted || now - grewAt > GIVE_UP_MS
    if (direction === 'down' ? isDown : scrollY === 0 || now - began > MAX_UP_MS) break
  }
  const tasks = observed.slice(observedBefore).filter(({ type }) => type === 'longtask')
  return { rows: lastRow(), deltas, taskMs: tasks.map(({ ms }) => ms) }

  /** Of those that exist now; the first row of the grid is its header. */
  function lastRow(): number {
    const indexes = [...document.querySelectorAll(row)].map(
      (each) => Number(each.getAttribute('aria-rowindex')) - 1,
    )
    return Math.max(0, ...indexes)
  }
}
