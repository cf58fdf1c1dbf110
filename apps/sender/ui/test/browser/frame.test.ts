import { describe, expect, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { newAccount, openPage, settled } from './support/index.ts'

const { shell, product } = strings
const LOG = '/settings/webhooks/delivery-log'

describe('the frame, with the keyboard alone', () => {
  it('lets the first stop skip to the content', async () => {
    const { page } = await openPage()
    await settled(page)
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: shell.skip })
    await expect(skip).toHaveFocus()
    await expect(skip).toBeSeen()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toHaveFocus()
  })

  it('stops at every part of the bar in the order in which they stand', async () => {
    const { page } = await openPage()
    await settled(page)
    const stops = [
      page.getByRole('link', { name: shell.skip }),
      page.getByRole('link', { name: product }),
      page.getByRole('link', { name: shell.webhooks, exact: true }),
      page.getByRole('link', { name: shell.deliveryLog, exact: true }),
      page.getByRole('link', { name: shell.apiReference, exact: true }),
      page.getByRole('button', { name: /Admin/ }),
    ]
    for (const stop of stops) {
      await page.keyboard.press('Tab')
      await expect(stop).toHaveFocus()
    }
  })

  it('goes to another page, whose heading then has the focus and names the window', async () => {
    const { page } = await openPage()
    await settled(page)
    await page.getByRole('link', { name: shell.deliveryLog, exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect(page).toBeAt(LOG)
    await expect(page.getByRole('heading', { level: 1, name: shell.deliveryLog })).toHaveFocus()
    expect(await page.title()).toBe(`${shell.deliveryLog} · ${product}`)
    const current = page.getByRole('link', { name: shell.deliveryLog, exact: true })
    expect(await current.getAttribute('aria-current')).toBe('page')
    await page.goBack()
    await expect(page.getByRole('heading', { level: 1, name: shell.webhooks })).toHaveFocus()
  })

  it('opens the menu, chooses a theme, closes it, and gives the focus back', async () => {
    const { page } = await openPage()
    const trigger = page.getByRole('button', { name: /Admin/ })
    await trigger.focus()
    await page.keyboard.press('Enter')
    const system = page.getByRole('menuitemradio', { name: shell.theme.system })
    await expect(system).toHaveFocus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const dark = page.getByRole('menuitemradio', { name: shell.theme.dark })
    expect(await dark.getAttribute('aria-checked')).toBe('true')
    await page.keyboard.press('Escape')
    await expect(trigger).toHaveFocus()
  })
})

describe('the theme', () => {
  it.each(['light', 'dark'] as const)('follows the device: %s', async (theme) => {
    const { page } = await openPage({ theme })
    await settled(page)
    expect(await schemeOf(page)).toBe(theme)
  })

  it('that was chosen holds against the device’s, also for the next visit', async () => {
    const { page } = await openPage({ theme: 'light', account: await newAccount() })
    await page.getByRole('button', { name: /Admin/ }).click()
    await page.getByRole('menuitemradio', { name: shell.theme.dark }).click()
    await expect.poll(() => schemeOf(page)).toBe('dark')
    await page.reload()
    await settled(page)
    expect(await schemeOf(page)).toBe('dark')
  })
})

describe('a URL that leads nowhere', () => {
  it.each(['/settings/nothing', '/settings/integrations/webhooks/a/b/c'])('is said to: %s', async (path) => {
    const { page } = await openPage({ path })
    await expect(page.getByRole('heading', { level: 1, name: shell.notFound.title })).toBeSeen()
    await expect(page).toBeAccessible()
    await page.getByRole('link', { name: shell.notFound.back }).click()
    await expect(page).toBeAt('/settings/integrations/webhooks')
  })
})

/** Whether the page is drawn light or dark, by the color of its background. */
async function schemeOf(page: Awaited<ReturnType<typeof openPage>>['page']): Promise<'light' | 'dark'> {
  const brightness = await page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')!
    canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    return canvas.getImageData(0, 0, 1, 1).data[0]!
  })
  return brightness > 127 ? 'light' : 'dark'
}
