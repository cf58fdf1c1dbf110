import { strings } from '../../src/strings/index.ts'
import { type FrameTimes, scrollThrough } from './measure-scrolling.ts'
import type { Tab } from './open-tab.ts'

/** What the Delivery Log costs with very many deliveries. Times in milliseconds. */
export interface LogFigures {
  /** From the navigation, with nothing cached, to the first row on the screen. */
  readonly firstRowMs: number
  /** From a press on “Failed” to the first of its rows on the screen. */
  readonly filterMs: number
  /** Rows that were loaded when scrolling was measured. */
  readonly rows: number
  /** Scrolling down while they were loaded. */
  readonly whileLoading: FrameTimes
  /** Scrolling through them, back to the top. */
  readonly afterwards: FrameTimes
  /** After all of this, and a garbage collection. */
  readonly heapBytes: number
  /** What it was after the first rows. */
  readonly heapAtFirstBytes: number
  readonly domNodes: number
}

const LOG = '/settings/webhooks/delivery-log'
const LOG_ROW = '[role="grid"] [role="row"][data-row]'

/** Goes through the log as somebody would who looks for something old. */
export async function measureLog(tab: Tab, rowsWanted: number): Promise<LogFigures> {
  const { page } = tab
  await page.addInitScript(watchRows, LOG_ROW)
  await page.goto(LOG)
  const firstRowMs = await page.evaluate<number>('__firstRow')
  const { heapBytes: heapAtFirstBytes } = await measureMemory(tab)

  const { names } = strings.log.filters
  await page.getByRole('combobox', { name: names.status, exact: true }).click()
  const failed = page.getByRole('option', { name: strings.statuses.failed, exact: true })
  await failed.waitFor()
  await page.evaluate(watchFilter, { row: LOG_ROW, status: strings.statuses.failed })
  await failed.click()
  const filterMs = await page.evaluate<number>('__filtered')

  await page.goto(LOG)
  await page.locator(LOG_ROW).first().waitFor()
  const scrolled = await scrollThrough(page, LOG_ROW, rowsWanted)
  return { firstRowMs, filterMs, ...scrolled, ...(await measureMemory(tab)), heapAtFirstBytes }
}

async function measureMemory({ devtools }: Tab): Promise<Pick<LogFigures, 'heapBytes' | 'domNodes'>> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const read = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0
  return { heapBytes: read('JSHeapUsedSize'), domNodes: read('Nodes') }
}

/** Runs in the page before anything else does. */
function watchRows(row: string): void {
  const shown = new Promise<number>((resolve) => {
    function look(): void {
      if (document.querySelector(row) === null) requestAnimationFrame(look)
      // The frame after the one that has it: then it was painted.
      else requestAnimationFrame(() => resolve(performance.now()))
    }
    requestAnimationFrame(look)
  })
  Reflect.set(globalThis, '__firstRow', shown)
}

/** Runs in the page, before the press. */
function watchFilter({ row, status }: { readonly row: string; readonly status: string }): void {
  const filtered = new Promise<number>((resolve) => {
    document.addEventListener('click', ({ timeStamp }) => look(timeStamp), { capture: true, once: true })
    function look(pressedAt: number): void {
      const rows = [...document.querySelectorAll(row)]
      const isDone =
        location.search.includes('status=') &&
        rows.length > 0 &&
        rows.every((each) => each.textContent.includes(status))
      if (isDone) requestAnimationFrame(() => resolve(performance.now() - pressedAt))
      else requestAnimationFrame(() => look(pressedAt))
    }
  })
  Reflect.set(globalThis, '__filtered', filtered)
}
