import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './find-barriers.ts'
import { sidewaysOverflow } from './layout.ts'

declare module 'vitest' {
  // oxlint-disable-next-line no-unused-vars -- Declared as vitest does.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Waits until a locator is visible: `await expect(page.getByText('…')).toBeSeen()`. */
    toBeSeen(): Promise<void>
    /** Waits until nothing that a locator finds is visible. */
    toBeGone(): Promise<void>
    /** Waits until a locator has the focus. */
    toHaveFocus(): Promise<void>
    /** Waits until a page is at a path, with its query: `await expect(page).toBeAt('/settings/…?status=failed')`. */
    toBeAt(path: string): Promise<void>
    /** That axe-core finds nothing on a page as it is now: WCAG 2.0 to 2.2, A and AA, and best practices. */
    toBeAccessible(): Promise<void>
    /** That a page need not be scrolled to the side. */
    toFitItsWindow(): Promise<void>
  }
}

expect.extend({
  async toBeSeen(locator: Locator) {
    return await outcomeOf(locator.first().waitFor({ state: 'visible' }))
  },
  async toBeGone(locator: Locator) {
    return await outcomeOf(locator.filter({ visible: true }).first().waitFor({ state: 'hidden' }))
  },
  async toHaveFocus(locator: Locator) {
    return await outcomeOf(locator.and(locator.page().locator(':focus')).waitFor())
  },
  async toBeAt(page: Page, path: string) {
    return await outcomeOf(page.waitForURL(path))
  },
  async toBeAccessible(page: Page) {
    const barriers = await findBarriers(page)
    return { pass: barriers.length === 0, message: () => [`On ${page.url()}:`, ...barriers].join('\n') }
  },
  async toFitItsWindow(page: Page) {
    const overflow = await sidewaysOverflow(page)
    return { pass: overflow <= 0, message: () => `${page.url()} is ${overflow} px wider than its window` }
  },
})

async function outcomeOf(waiting: Promise<unknown>) {
  try {
    await waiting
    return { pass: true, message: () => 'It came to be' }
  } catch (error) {
    return { pass: false, message: () => String(error) }
  }
}
