import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { fillHistory, newAccount, openPage, pool, startReceiver, type TestAccount } from './support/index.ts'

const { dialog, panel, open } = strings.delivery.recover
const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })

interface Failed {
  readonly account: TestAccount
  /** The page of a delivery that was given up. */
  readonly path: string
  readonly subscriptionId: string
}

/** An account with a subscription of which some deliveries of the last days failed. */
async function withFailures(): Promise<Failed> {
  const account = await newAccount()
  const { url } = await startReceiver(() => ({ status: 200 }))
  const created = await account.api.POST('/api/webhooks', {
    body: {
      url,
      description: 'Warehouse',
      events: ['*'],
      timeout_ms: null,
      is_ordered: false,
      contact_email: null,
      state: 'active',
    },
  })
  const subscriptionId = created.data?.id ?? ''
  const { accountId } = account
  await fillHistory(pool(), { accountId, subscriptionIds: [subscriptionId], deliveries: 600, days: 2 })
  const query = { subscription_id: subscriptionId, status: 'failed', limit: 100 } as const
  const failed = await account.api.GET('/api/deliveries', { params: { query } })
  return { account, path: `/settings/webhooks/delivery-log/${failed.data?.data.at(-1)?.id}`, subscriptionId }
}

describe('recovering', () => {
  it('counts before it does anything, shows how far it is, and can be canceled', async () => {
    const { account, path } = await withFailures()
    const { page } = await openPage({ account, path })
    await button(page, open).click()
    const box = page.getByRole('dialog', { name: dialog.title })
    await expect(box.getByText(/^\d+ deliveries would be made\.$/)).toBeSeen()
    await expect(page).toBeAccessible()
    await box.getByLabel(dialog.perSecond).fill('0')
    await expect(box.getByText(dialog.perSecondInvalid)).toBeSeen()
    expect(await button(box, /^Recover/).getAttribute('aria-disabled')).toBe('true')
    await box.getByLabel(dialog.perSecond).fill('1')
    await button(box, /^Recover \d+ deliveries$/).click()
    await expect(box.getByText(dialog.started)).toBeSeen()
    await expect(box.getByRole('progressbar', { name: panel.progress })).toBeSeen()
    await expect(box.getByText('You (admin’s laptop)')).toBeSeen()
    await expect(box.getByText(/^[1-9]\d* of \d+ deliveries made$/)).toBeSeen()
    await expect(page).toBeAccessible()
    await button(box, panel.cancel).click()
    const confirmation = page.getByRole('dialog', { name: panel.cancelTitle })
    await expect(confirmation.getByText(panel.cancelText)).toBeSeen()
    await button(confirmation, panel.cancel).click()
    await expect(box.getByText(panel.statuses.canceled)).toBeSeen()
    await button(box, dialog.close).click()
    await expect(button(page, open)).toHaveFocus()
  })

  it('leads to the one that is running, and is finished', async () => {
    const { account, path, subscriptionId } = await withFailures()
    const { page, expectError } = await openPage({ account, path })
    await button(page, open).click()
    const box = page.getByRole('dialog', { name: dialog.title })
    await expect(button(box, /^Recover \d+ deliveries$/)).toBeSeen()
    const since = new Date(Date.now() - 3 * 86_400_000).toISOString()
    await account.api.POST('/api/webhooks/{id}/recover', {
      params: { path: { id: subscriptionId } },
      body: { since, deliveries_per_second: 10, dry_run: false },
    })
    expectError(/status of 409/)
    await button(box, /^Recover \d+ deliveries$/).click()
    await expect(box.getByText(dialog.running)).toBeSeen()
    await expect(box.getByText(panel.statuses.completed)).toBeSeen()
  })

  it('is seen in the log while it runs', async () => {
    const { account, subscriptionId } = await withFailures()
    const { page } = await openPage({ account, path: '/settings/webhooks/delivery-log' })
    await page.getByRole('heading', { name: strings.log.table.label }).waitFor()
    const since = new Date(Date.now() - 3 * 86_400_000).toISOString()
    await account.api.POST('/api/webhooks/{id}/recover', {
      params: { path: { id: subscriptionId } },
      body: { since, deliveries_per_second: 1, dry_run: false },
    })
    await page.reload()
    const panelOf = page.getByRole('region', { name: panel.heading })
    await expect(panelOf.getByRole('progressbar', { name: panel.progress })).toBeSeen()
    await expect(panelOf.getByRole('link', { name: 'Warehouse' })).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('never starts with another time than the one that is shown', async () => {
    const { account, path } = await withFailures()
    const { page } = await openPage({ account, path: null })
    const started: unknown[] = []
    page.on('request', (request) => {
      const body: unknown = request.url().endsWith('/recover') ? request.postDataJSON() : undefined
      if (typeof body === 'object' && body !== null && Reflect.get(body, 'dry_run') === false) {
        started.push(Reflect.get(body, 'since'))
      }
    })
    await page.clock.install()
    await page.goto(path)
    await button(page, open).click()
    const box = page.getByRole('dialog', { name: dialog.title })
    await expect(button(box, /^Recover \d+ deliveries$/)).toBeSeen()
    const since = box.getByLabel(/^Since \(/)
    // Typing never settles while the clock stands.
    await page.clock.pauseAt(Date.now() + 60_000)
    for (const time of ['2040-01-01T00:00:00', '2026-01-02T01:00:00']) {
      await since.fill(time)
      await expect(button(box, dialog.startNothing)).toBeSeen()
      await since.press('Enter')
    }
    await page.clock.resume()
    await button(box, /^Recover \d+ deliveries$/).click()
    await expect(box.getByText(dialog.started)).toBeSeen()
    expect(started).toEqual(['2026-01-02T00:00:00.000Z'])
  })

  it('says so when there is nothing to recover, and takes any time in the past', async () => {
    const { account, path } = await withFailures()
    const { page } = await openPage({ account, path, width: 'narrow', theme: 'dark' })
    await button(page, open).click()
    const box = page.getByRole('dialog', { name: dialog.title })
    const since = box.getByLabel(/^Since \(/)
    await since.fill('2040-01-01T00:00:00')
    await expect(box.getByText(dialog.customInvalid)).toBeSeen()
    await expect(box.getByText(dialog.counting)).toBeGone()
    await box.getByRole('combobox', { name: dialog.since }).click()
    await page.getByRole('option', { name: dialog.presets.hour }).click()
    await expect(since).toBeGone()
    await expect(box.getByText(dialog.counting)).toBeGone()
    await expect(page).toFitItsWindow()
    await expect(page).toBeAccessible()
    await page.keyboard.press('Escape')
    await expect(box).toBeGone()
    await expect(button(page, open)).toHaveFocus()
  })
})
