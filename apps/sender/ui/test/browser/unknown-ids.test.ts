import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { newAccount, openPage } from './support/index.ts'

const { subscriptions, deliveries, events } = inject('stage')
const NOT_FOUND = /status of 4(04|22)/
const UNKNOWN = '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11'

const kinds = [
  {
    kind: 'a subscription',
    base: '/settings/integrations/webhooks/',
    foreign: subscriptions.healthy,
    title: strings.subscription.notFound.title,
  },
  {
    kind: 'a delivery',
    base: '/settings/webhooks/delivery-log/',
    foreign: deliveries.healthy,
    title: strings.delivery.notFound.title,
  },
  {
    kind: 'an event',
    base: '/settings/webhooks/events/',
    foreign: events.hostile,
    title: strings.delivery.event.notFound.title,
  },
]

describe.each(kinds)('an id that no $kind has', ({ base, foreign, title }) => {
  it.each([
    ['one that nobody has', UNKNOWN],
    ['one of another account', foreign],
    ['one that is none', 'not-an-id'],
    ['one that is markup', encodeURIComponent('<img src=x onerror=alert(1)>')],
  ])('is said to be unknown, with a way on: %s', async (_name, id) => {
    const { page, expectError } = await openPage({ account: await newAccount(), path: base + id })
    expectError(NOT_FOUND)
    await expect(page.getByText(title)).toBeSeen()
    expect(await page.getByRole('main').getByRole('link').count()).toBeGreaterThan(0)
    await expect(page).toBeAccessible()
  })
})
