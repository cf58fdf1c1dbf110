import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { hostileElements, hostileTexts, openPage, settled } from './support/index.ts'

const { subscriptions, deliveries, events } = inject('stage')

/** Where texts that came from outside are shown. */
const places = [
  { name: 'the list of subscriptions', path: '/settings/integrations/webhooks', texts: [hostileTexts[0]] },
  {
    name: 'a subscription',
    path: `/settings/integrations/webhooks/${subscriptions.hostile}`,
    texts: hostileTexts.slice(0, 4),
  },
  {
    name: 'the Delivery Log',
    path: `/settings/webhooks/delivery-log?subscription=${subscriptions.hostile}`,
    texts: ['<img src=x onerror=alert(1)>'],
  },
  {
    name: 'a delivery',
    path: `/settings/webhooks/delivery-log/${deliveries.hostile}`,
    texts: ['<img src=x onerror=alert(1)>', ...hostileTexts.slice(0, 4)],
  },
  {
    name: 'an event',
    path: `/settings/webhooks/events/${events.hostile}`,
    // Quotes are escaped in JSON.
    texts: [hostileTexts[3], hostileTexts[4]],
  },
] as const

describe.each(places)('$name', ({ path, texts }) => {
  it.each(['wide', 'narrow'] as const)('shows hostile texts as texts: %s', async (width) => {
    const { page } = await openPage({ path, width })
    await settled(page)
    const shown = (await page.getByRole('main').textContent()) ?? ''
    for (const text of texts) expect(shown).toContain(text)
    expect(
      await page.locator(hostileElements).evaluateAll((found) => found.map((each) => each.outerHTML)),
    ).toEqual([])
    expect(await page.evaluate(() => document.documentElement.dataset['owned'])).toBeUndefined()
    await expect(page).toFitItsWindow()
  })

  it('makes no link out of them', async () => {
    const { page } = await openPage({ path })
    await settled(page)
    const links = await page
      .getByRole('link')
      .evaluateAll((found) => found.map((each) => (each instanceof HTMLAnchorElement ? each.href : '')))
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) expect(link.startsWith(inject('stage').url)).toBe(true)
  })
})

describe('hostile texts in the URL', () => {
  it.each(hostileTexts.map((text) => ({ text: text.slice(0, 300) })))(
    'are no filters: $text',
    async ({ text }) => {
      const value = encodeURIComponent(text)
      const { page } = await openPage({
        path: `/settings/webhooks/delivery-log?status=${value}&event=${value}&since=${value}&id=${value}`,
      })
      await settled(page)
      await expect(page.getByRole('heading', { level: 1, name: strings.shell.deliveryLog })).toBeSeen()
      expect(await page.locator(hostileElements).count()).toBe(0)
    },
  )
})
