import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { newAccount, openPage, publish, exampleOf, settled, startReceiver } from './support/index.ts'

const { events, subscriptions, deliveries } = inject('stage')
const { event: texts } = strings.delivery
const pageOf = (id: string): string => `/settings/webhooks/events/${id}`

describe('an event', () => {
  it('says of each delivery why it is where it is, and leads there', async () => {
    const { page } = await openPage({ path: pageOf(events.filteredOut) })
    await settled(page)
    const table = page.getByRole('table', { name: texts.deliveries.heading })
    const row = (text: string | RegExp) => table.getByRole('row').filter({ hasText: text })
    await expect(row('nowhere.invalid')).toBeSeen()
    await expect(row('Its subscription is paused.')).toBeSeen()
    await expect(row(/Its subscription is disabled since/)).toBeSeen()
    await row('nowhere.invalid').getByRole('link').click()
    await expect(page).toBeAt(`/settings/webhooks/delivery-log/${deliveries.unknownHost}`)
  })

  it('says which subscriptions have none of it, and why', async () => {
    const { page } = await openPage({ path: pageOf(events.filteredOut), width: 'narrow' })
    await settled(page)
    const row = page
      .getByRole('table', { name: texts.absent.heading })
      .getByRole('row')
      .filter({ hasText: subscriptions.filtered })
    await expect(row.getByText('None of its patterns matches the event.')).toBeSeen()
    await expect(page).toFitItsWindow()
    await expect(page).toBeAccessible()
    await row.getByRole('link').click()
    await expect(page).toBeAt(`/settings/integrations/webhooks/${subscriptions.filtered}`)
  })

  it('says so when nobody was owed it', async () => {
    const account = await newAccount()
    const id = await publish(account.publisherApi, exampleOf('scan.completed'))
    const { page } = await openPage({ account, path: pageOf(id) })
    await expect(page.getByText(texts.deliveries.noSubscription)).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('lists more deliveries when asked, and keeps the focus in their table', async () => {
    const account = await newAccount()
    const receiver = await startReceiver(() => ({ status: 200 }))
    onTestFinished(() => receiver.close())
    const body = {
      url: receiver.url,
      description: '',
      events: ['*'],
      timeout_ms: null,
      is_ordered: false,
      contact_email: null,
      state: 'active' as const,
    }
    await Promise.all(Array.from({ length: 21 }, () => account.api.POST('/api/webhooks', { body })))
    const id = await publish(account.publisherApi, exampleOf('scan.completed'))
    const { page } = await openPage({ account, path: pageOf(id) })
    await page.getByRole('button', { name: texts.deliveries.more(1) }).click()
    const table = page.getByRole('table', { name: texts.deliveries.heading })
    await expect(table).toHaveFocus()
    expect(await table.getByRole('link').count()).toBe(21)
  })

  it('that is unknown says what may be the cause, and leads to the log', async () => {
    const id = '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11'
    const { page, expectError } = await openPage({ path: pageOf(id) })
    expectError(/status of 404/)
    for (const cause of texts.notFound.causes) await expect(page.getByText(cause)).toBeSeen()
    await page.getByRole('link', { name: texts.notFound.action }).click()
    await expect(page).toBeAt(`/settings/webhooks/delivery-log?id=${id}`)
  })
})
