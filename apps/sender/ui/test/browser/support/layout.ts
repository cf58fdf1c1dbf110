import type { Page } from 'playwright-core'

/** By how many pixels the document is wider than its window, so that it would have to be scrolled to the side. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
}

/**
 * The cumulative layout shift so far, as Web Vitals count it but without their windows: what moved without having been
 * asked to. Below 0.1 is called good.
 */
export async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries().filter((entry) => Reflect.get(entry, 'hadRecentInput') !== true)
          resolve(shifts.reduce((sum, entry) => sum + Number(Reflect.get(entry, 'value')), 0))
        }).observe({ type: 'layout-shift', buffered: true })
        // Nothing is told where nothing has shifted.
        setTimeout(() => resolve(0), 100)
      }),
  )
}
