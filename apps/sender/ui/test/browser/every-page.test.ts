import { describe, expect, inject, it } from 'vitest'
import { openPage, pages, settled, themes } from './support/index.ts'

const stage = inject('stage')
const looks = themes.flatMap((theme) => [
  // As in a browser that shows everything at twice its size: half as many pixels for the same.
  { theme, width: 'wide', smallest: { width: 640, height: 400 } } as const,
  { theme, width: 'narrow', smallest: { width: 320, height: 640 } } as const,
])

describe.each(pages)('$name', ({ path }) => {
  it.each(looks)('has no barrier and fits its window: $theme, $width', async ({ smallest, ...look }) => {
    const { page } = await openPage({ path: path(stage), ...look })
    await settled(page)
    await expect(page).toFitItsWindow()
    await expect(page).toBeAccessible()
    await page.setViewportSize(smallest)
    await expect(page).toFitItsWindow()
  })
})
