import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import {
  cutApi,
  hostileElements,
  layoutShift,
  newAccount,
  openPage,
  startReceiver,
  type TestAccount,
} from './support/index.ts'

const { webhooks } = strings
const PATH = '/settings/integrations/webhooks'
const FAILED = /ERR_CONNECTION_REFUSED|Failed to load resource/

describe('the list of subscriptions', () => {
  it('shows of each its endpoint, state, events, figures, last delivery and backlog', async () => {
    const { page } = await openPage({ path: PATH })
    const row = rowOf(page, 'Everything, into the data warehouse')
    await expect(row.getByText(/^http:\/\/127\.0\.0\.1:\d+\/webhooks$/)).toBeSeen()
    await expect(row.getByText(strings.states.active, { exact: true })).toBeSeen()
    await expect(row.getByText(webhooks.allEvents)).toBeSeen()
    await expect(
      row.getByRole('img', { name: /^\d+(\.\d)? % of [\d,]+ attempts succeeded in the last 24 hours$/ }),
    ).toBeSeen()
    await expect(row.getByText(/p50.*\d ms/)).toBeSeen()
    await expect(row.getByRole('link', { name: /^Last delivery to Everything/ })).toBeSeen()
    await expect(row.getByText(/ago$/)).toBeSeen()

    const paused = rowOf(page, 'Paused for the migration')
    await expect(paused.getByText(strings.states.paused, { exact: true })).toBeSeen()
    await expect(paused.getByText(webhooks.reasons.requested)).toBeSeen()
    await expect(paused.getByRole('img', { name: webhooks.noAttemptsInDay })).toBeSeen()
    await expect(paused.getByRole('link', { name: /held for Paused/ })).toBeSeen()
    await expect(rowOf(page, 'Trial account').getByText(webhooks.reasons.endpoint_gone)).toBeSeen()
    await expect(rowOf(page, 'Risk register').getByText(/^\d+ failures in a row$/)).toBeSeen()
    await expect(rowOf(page, 'Risk register').getByText(/^Will be disabled in \d+ h/)).toBeSeen()
  })

  it('shows an endpoint as text and never as a link', async () => {
    const { page } = await openPage({ path: PATH })
    await expect(rowOf(page, 'Everything').getByRole('link', { name: /^Last delivery/ })).toBeSeen()
    const hrefs = await page
      .locator('main a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    expect(hrefs.filter((href) => href?.startsWith('/settings/') !== true)).toEqual([])
  })

  it('leads to the subscription, its last delivery, and its backlog in the log', async () => {
    const { page } = await openPage({ path: PATH })
    const id = inject('stage').subscriptions.paused
    const row = rowOf(page, 'Paused for the migration')
    await row.getByRole('link', { name: /held for/ }).click()
    await page.waitForURL(`**/delivery-log?*subscription=${id}*`)
    expect(new URL(page.url()).searchParams.get('status')).toBe('pending')
    await page.goBack()
    await row.getByRole('link', { name: /^Last delivery/ }).click()
    await page.waitForURL(`**/delivery-log/${inject('stage').deliveries.paused}`)
    await page.goBack()
    await row.getByRole('link', { name: 'Paused for the migration', exact: true }).click()
    await expect(page).toBeAt(`${PATH}/${id}`)
  })

  it('warns of endpoints that fail, with the time that is left, and of disabled ones', async () => {
    const { page } = await openPage({ path: PATH })
    const failing = page.getByRole('status').filter({ hasText: 'endpoints are failing' })
    await expect(
      failing.getByText(/will be disabled in \d+ h( \d+ min)? unless an attempt succeeds/),
    ).toBeSeen()
    const disabled = page.getByRole('alert').filter({ hasText: 'subscriptions are disabled' })
    await expect(disabled.getByText(/answered 410 Gone.*\d now\)/)).toBeSeen()

    await disabled.getByRole('button', { name: webhooks.warnings.showDisabled }).click()
    await expect(page).toBeAt(`${PATH}?state=disabled`)
    await expect(rowOf(page, 'Everything')).toBeGone()
    await expect(rowOf(page, 'Old SIEM')).toBeSeen()
    await failing.getByRole('button', { name: webhooks.warnings.showFailing }).click()
    await expect(page).toBeAt(`${PATH}?state=failing`)
    await expect(rowOf(page, 'Risk register')).toBeSeen()
  })

  it('stays up to date by itself, and leaves the viewer where they are', async () => {
    const account = await newAccount()
    await subscribe(account, 'Before')
    const { page } = await openPage({ account, path: PATH })
    await expect(rowOf(page, 'Before')).toBeSeen()
    await page.getByLabel(webhooks.toolbar.search).fill('e')
    await subscribe(account, 'While looking')
    await rowOf(page, 'While looking').waitFor({ timeout: 20_000 })
    await expect(page.getByLabel(webhooks.toolbar.search)).toHaveFocus()
    await expect(rowOf(page, 'Before')).toBeSeen()
  })

  it('shows hostile texts as texts, on a phone too', async () => {
    const { page } = await openPage({ path: `${PATH}?q=hostile-element`, width: 'narrow' })
    await expect(page.getByRole('row').getByText('<script>').first()).toBeSeen()
    expect(
      await page
        .locator(hostileElements)
        .evaluateAll((found) => found.filter((each) => each.closest('main')).length),
    ).toBe(0)
    await expect(page).toFitItsWindow()
  })

  it('keeps the place of what is still to come', async () => {
    const { page } = await openPage({ path: null })
    const letGo = await hold(page, /\/api\/webhooks/)
    await page.goto(PATH)
    await expect(page.getByRole('status', { name: strings.loading })).toBeSeen()
    await expect(page.getByRole('heading', { level: 1, name: webhooks.title })).toBeSeen()
    letGo()
    await expect(rowOf(page, 'Everything').getByRole('img')).toBeSeen()
  })

  it('does not move while figures come in', async () => {
    const { page } = await openPage({ path: null })
    const letGo = await hold(page, /\/api\/webhooks\/statistics/)
    await page.goto(PATH)
    await expect(rowOf(page, 'Everything')).toBeSeen()
    const before = await layoutShift(page)
    letGo()
    await expect(rowOf(page, 'Everything').getByRole('img')).toBeSeen()
    expect((await layoutShift(page)) - before).toBeLessThan(0.02)
  })

  it('says when the sender cannot be reached, and tries again', async () => {
    const { page, expectError } = await openPage({ path: null })
    expectError(FAILED)
    const restore = await cutApi(page, /\/api\/session$/)
    await page.goto(PATH)
    const retry = page.getByRole('button', { name: strings.actions.tryAgain })
    await retry.waitFor({ timeout: 20_000 })
    await expect(page.getByText(strings.problems.unreachable.title)).toBeSeen()
    await restore()
    await retry.click()
    await expect(rowOf(page, 'Everything')).toBeSeen()
  })

  it('stays useful without its figures', async () => {
    const { page, expectError } = await openPage({ path: null })
    expectError(FAILED)
    await page.route('**/api/webhooks/statistics**', (route) => route.abort('connectionrefused'))
    await page.goto(PATH)
    await page.getByText(webhooks.statisticsFailed).waitFor({ timeout: 20_000 })
    await expect(rowOf(page, 'Everything').getByText(strings.states.active)).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('shows members everything, and why they cannot make one', async () => {
    const { page } = await openPage({ path: PATH, role: 'member' })
    await expect(rowOf(page, 'Everything').getByRole('img')).toBeSeen()
    const create = page.getByRole('button', { name: webhooks.create })
    await expect(create).toBeSeen()
    expect(await create.getAttribute('aria-disabled')).toBe('true')
    expect(await create.getAttribute('aria-description')).toBe(strings.readOnly)
  })

  it('stays quick with hundreds of them, and asks for figures of at most a hundred at once', async () => {
    const account = await newAccount()
    await subscribeMany(account, 260)
    const asked: string[] = []
    const { page } = await openPage({ account, path: null })
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(PATH)
    await expect(page.getByText(webhooks.toolbar.all('260'))).toBeSeen()
    await expect(page.getByRole('row').nth(1).getByRole('img')).toBeSeen()
    const sizes = asked
      .filter((url) => url.includes('/statistics'))
      .slice(0, 3)
      .map((url) => new URL(url).searchParams.get('ids')?.split(',').length)
    expect(sizes).toEqual([100, 100, 60])

    expect(await page.getByRole('row').count()).toBeLessThan(120)
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End')
          return await page.getByRole('row').count()
        },
        { timeout: 20_000 },
      )
      .toBe(261)
    await page.getByLabel(webhooks.toolbar.search).fill('number 17')
    await expect(page.getByText(webhooks.toolbar.found('13', '260'))).toBeSeen()
  }, 90_000)
})

describe('searching the list', () => {
  it('begins with a slash, finds descriptions, URLs and event types, and stands in the URL', async () => {
    const { page } = await openPage({ path: PATH })
    await expect(rowOf(page, 'Everything')).toBeSeen()
    await page.keyboard.press('/')
    const search = page.getByLabel(webhooks.toolbar.search)
    await expect(search).toHaveFocus()
    await page.keyboard.type('ledger')
    await expect(rowOf(page, 'Ledger')).toBeSeen()
    await expect(rowOf(page, 'Everything')).toBeGone()
    await expect(page).toBeAt(`${PATH}?q=ledger`)
    await expect(page.getByText(webhooks.toolbar.found('1', '19'))).toBeSeen()
    await search.fill('10.20.30.40')
    await expect(rowOf(page, 'Moved into the internal network')).toBeSeen()
    await search.fill('evidence.uploaded')
    await expect(rowOf(page, 'Evidence archive')).toBeSeen()
    await expect(rowOf(page, 'Everything')).toBeSeen()
    await search.press('/')
    expect(await search.inputValue()).toBe('evidence.uploaded/')
  })

  it('is shared by the URL, with filter and order', async () => {
    const { page } = await openPage({ path: `${PATH}?q=warehouse&state=active&sort=name` })
    await expect(rowOf(page, 'Everything')).toBeSeen()
    expect(await page.getByLabel(webhooks.toolbar.search).inputValue()).toBe('warehouse')
    await expect(page.getByRole('combobox', { name: webhooks.toolbar.state })).toBeSeen()
    expect(await page.getByRole('combobox', { name: webhooks.toolbar.sort }).textContent()).toContain(
      webhooks.toolbar.sorts.name,
    )
    await page.getByRole('link', { name: strings.shell.webhooks, exact: true }).click()
    await expect(rowOf(page, 'Ledger')).toBeSeen()
    expect(await page.getByLabel(webhooks.toolbar.search).inputValue()).toBe('')
  })

  it('narrows to a state, and sorts what fails to the top, with the keyboard alone', async () => {
    const { page } = await openPage({ path: PATH })
    await expect(rowOf(page, 'Everything')).toBeSeen()
    await page.getByRole('combobox', { name: webhooks.toolbar.state }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: strings.states.disabled }).waitFor()
    await page.keyboard.type('dis')
    await page.keyboard.press('Enter')
    await expect(page).toBeAt(`${PATH}?state=disabled`)
    await expect(rowOf(page, 'Everything')).toBeGone()
    await page.getByRole('combobox', { name: webhooks.toolbar.state }).click()
    await page.getByRole('option', { name: webhooks.toolbar.anyState }).click()
    await page.getByRole('combobox', { name: webhooks.toolbar.sort }).click()
    await page.getByRole('option', { name: webhooks.toolbar.sorts.failing }).click()
    await expect(page).toBeAt(`${PATH}?sort=failing`)
    await expect(
      page
        .getByRole('row')
        .nth(1)
        .getByText(/failures in a row/),
    ).toBeSeen()
  })

  it('that finds nothing says so, and leads back', async () => {
    const { page } = await openPage({ path: `${PATH}?q=nothing-like-it` })
    await expect(page.getByRole('heading', { name: webhooks.noResults.title })).toBeSeen()
    await expect(page).toBeAccessible()
    await page.getByRole('button', { name: webhooks.noResults.clear }).click()
    await expect(page).toBeAt(PATH)
    await expect(rowOf(page, 'Everything')).toBeSeen()
  })
})

describe('an account without subscriptions', () => {
  it.each(['wide', 'narrow'] as const)('is shown what one is, and how to make it: %s', async (width) => {
    const { page } = await openPage({ account: await newAccount(), path: PATH, width })
    await expect(page.getByRole('heading', { name: webhooks.empty.title })).toBeSeen()
    await expect(page.getByRole('region', { name: webhooks.empty.sampleLabel })).toBeSeen()
    expect(await page.getByRole('region', { name: webhooks.empty.sampleLabel }).textContent()).toContain(
      '"event_id"',
    )
    expect(await page.locator('ol > li').count()).toBe(3)
    await expect(page).toBeAccessible()
    await expect(page).toFitItsWindow()
    await page.getByRole('link', { name: webhooks.create }).click()
    await expect(page).toBeAt(`${PATH}/new`)
  })
})

/** Keeps answers of the API back. Returns what lets them go. */
async function hold(page: Page, asked: RegExp): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(asked, async (route) => {
    await promise
    await route.continue()
  })
  return resolve
}

function rowOf(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) })
}

async function subscribe(account: TestAccount, description: string): Promise<void> {
  const receiver = await startReceiver(() => ({ status: 200 }))
  await account.api.POST('/api/webhooks', { body: { ...plain, url: receiver.url, description } })
  await receiver.close()
}

async function subscribeMany(account: TestAccount, count: number): Promise<void> {
  const url = 'http://127.0.0.1:8999/webhooks'
  const numbers = Array.from({ length: count }, (_, index) => index)
  for (let start = 0; start < count; start += 20) {
    await Promise.all(
      numbers
        .slice(start, start + 20)
        .map((number) =>
          account.api.POST('/api/webhooks', { body: { ...plain, url, description: `Number ${number}` } }),
        ),
    )
  }
}

const plain = {
  events: ['*'],
  timeout_ms: null,
  is_ordered: false,
  contact_email: null,
  state: 'active' as const,
}
