import { describe, expect, inject, it } from 'vitest'
import { openPage, pages, settled, themes } from './support/index.ts'

const stage = inject('stage')
const windows = [
  // As in a browser that shows everything at twice its size: half as many pixels for the same.
  { width: 'wide', smallest: { width: 640, height: 400 } } as const,
  { width: 'narrow', smallest: { width: 320, height: 640 } } as const,
]

describe.each(pages)('$name', ({ path }) => {
  it.each(windows)(
    'has no barrier in either theme, and fits its window: $width',
    async ({ width, smallest }) => {
      const { page } = await openPage({ path: null, width })
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme })
        // Anew: what is not on the screen keeps its colors until it is.
        await page.goto(path(stage))
        await settled(page)
        await expect(page).toBeAccessible()
      }
      await expect(page).toFitItsWindow()
      await page.setViewportSize(smallest)
      await expect(page).toFitItsWindow()
    },
  )
})
