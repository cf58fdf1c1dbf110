import type { Page } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import {
  cutApi,
  exampleOf,
  fillHistory,
  newAccount,
  openPage,
  pool,
  publish,
  settled,
  startReceiver,
  type TestAccount,
} from './support/index.ts'

const { log } = strings
const { filters, table, charts, live } = log
const PATH = '/settings/webhooks/delivery-log'
const FAILED = /ERR_CONNECTION_REFUSED|Failed to load resource/

describe('the filters of the log', () => {
  it('narrow it, stand in the URL, and are removed by their chips', async () => {
    const { page } = await openPage({ path: PATH })
    await choose(page, filters.names.status, strings.statuses.failed)
    await expect(page).toBeAt(`${PATH}?status=failed`)
    await expect(rows(page).filter({ hasText: strings.statuses.failed })).toBeSeen()
    await expect(rows(page).filter({ hasText: strings.statuses.succeeded })).toBeGone()

    await search(page, filters.names.event, 'score', 'compliance.score_changed')
    await expect(page).toBeAt(`${PATH}?status=failed&event=compliance.score_changed`)
    await expect(rows(page).filter({ hasText: 'scan.completed' })).toBeGone()

    await chip(page, `${filters.names.status}: ${strings.statuses.failed}`).click()
    await expect(page).toBeAt(`${PATH}?event=compliance.score_changed`)
    await expect(page.locator('#log-chips')).toHaveFocus()
    await page.getByRole('button', { name: filters.clearAll }).click()
    await expect(page).toBeAt(PATH)
    await expect(page.getByRole('heading', { level: 1 })).toHaveFocus()
  })

  it('go back and forward with the browser', async () => {
    const { page } = await openPage({ path: PATH })
    await choose(page, filters.names.status, strings.statuses.canceled)
    await expect(page).toBeAt(`${PATH}?status=canceled`)
    await search(page, filters.names.outcome, 'timed', strings.outcomes.names.timeout)
    await expect(page).toBeAt(`${PATH}?status=canceled&outcome=timeout`)
    await page.goBack()
    await expect(page).toBeAt(`${PATH}?status=canceled`)
    await expect(rows(page).filter({ hasText: strings.statuses.canceled })).toBeSeen()
    expect(await page.getByRole('combobox', { name: filters.names.outcome }).inputValue()).toBe('')
    await page.goForward()
    await expect(chip(page, `${filters.names.outcome}: ${strings.outcomes.names.timeout}`)).toBeSeen()
  })

  it('are kept by the way back from a delivery, and from its event', async () => {
    const { page } = await openPage({ path: `${PATH}?status=failed` })
    await rows(page).first().getByRole('link').first().click()
    await page
      .getByRole('link', { name: /^[0-9a-f-]{36}$/ })
      .first()
      .click()
    await page.waitForURL(/\/webhooks\/events\//)
    const back = page.getByRole('navigation', { name: strings.shell.breadcrumbs }).getByRole('link')
    await back.click()
    await expect(page).toBeAt(`${PATH}?status=failed`)
    await rows(page).first().getByRole('link').first().click()
    await page.waitForURL(/delivery-log\/[0-9a-f-]{36}$/)
    await back.click()
    await expect(page).toBeAt(`${PATH}?status=failed`)
  })

  it('take any status code as an outcome', async () => {
    const { page } = await openPage({ path: PATH })
    await search(page, filters.names.outcome, '503', /503 Service Unavailable/)
    await expect(page).toBeAt(`${PATH}?outcome=http_503`)
    await expect(rows(page).filter({ hasText: '503 Service Unavailable' })).toBeSeen()
    await search(page, filters.names.outcome, '418', 'HTTP 418')
    await expect(page).toBeAt(`${PATH}?outcome=http_418`)
  })

  it('find a subscription by its description', async () => {
    const { page } = await openPage({ path: PATH })
    const { paused } = inject('stage').subscriptions
    await search(page, filters.names.subscription, 'migration', /Paused for the migration/)
    await expect(page).toBeAt(`${PATH}?subscription=${paused}`)
    await expect(rows(page)).toBeSeen()
  })

  it('take a time that moves on, or one between two instants in the viewer’s zone', async () => {
    const { page } = await openPage({ path: PATH })
    await page.getByRole('button', { name: log.time.any }).click()
    await page.getByRole('menuitemradio', { name: log.time.presets['24h'] }).click()
    await expect(page).toBeAt(`${PATH}?range=24h`)
    await page.getByRole('button', { name: log.time.presets['24h'] }).first().click()
    await page.getByRole('menuitem', { name: log.time.custom }).click()
    const dialog = page.getByRole('dialog', { name: log.time.dialog.title })
    await dialog.getByLabel(log.time.dialog.since).fill('2026-03-02T01:00:00')
    await dialog.getByLabel(log.time.dialog.until).fill('2026-03-01T01:00:00')
    await dialog.getByRole('button', { name: log.time.dialog.apply }).click()
    await expect(dialog.getByText(log.time.dialog.problems.reversed)).toBeSeen()
    await dialog.getByLabel(log.time.dialog.until).fill('2026-03-03T01:00:00')
    await dialog.getByRole('button', { name: log.time.dialog.apply }).click()
    await expect(page).toBeAt(`${PATH}?since=2026-03-02T00%3A00%3A00.000Z&until=2026-03-03T00%3A00%3A00.000Z`)
    await expect(page.getByText(/Mar 2, 2026, 1:00:00.AM – Mar 3, 2026/).first()).toBeSeen()
  })

  it('that find nothing say which they are, and offer to look wider', async () => {
    const { page } = await openPage({ path: `${PATH}?status=canceled&outcome=tls&range=15m` })
    await expect(page.getByRole('heading', { name: log.empty.filtered.title })).toBeSeen()
    await expect(page.getByText(/Status: Canceled · Outcome: TLS failed · Time: Last 15 minutes/)).toBeSeen()
    await expect(page).toBeAccessible()
    await page.getByRole('button', { name: log.empty.filtered.anyTime }).click()
    await expect(page).toBeAt(`${PATH}?status=canceled&outcome=tls`)
    const heading = page.getByRole('heading', { name: table.label })
    await expect(heading).toHaveFocus()
    await page.getByRole('button', { name: log.empty.filtered.without('outcome') }).click()
    await expect(heading).toHaveFocus()
    await expect(rows(page).filter({ hasText: strings.statuses.canceled })).toBeSeen()
  })

  it('can be passed on as a link', async () => {
    const { page } = await openPage({ path: `${PATH}?status=failed` })
    await page.getByRole('button', { name: filters.copyLink }).click()
    await expect(page.getByText(strings.copy.copied)).toBeSeen()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
  })
})

describe('an id', () => {
  it('of a delivery finds it, also within what was pasted with it', async () => {
    const { page } = await openPage({ path: PATH })
    const { failed } = inject('stage').deliveries
    await findById(page, `delivery ${failed.toUpperCase()} failed`)
    await expect(page).toBeAt(`${PATH}?id=${failed}`)
    await expect(page.locator(`[data-row="${failed}"]`)).toBeSeen()
    expect(await rows(page).count()).toBe(1)
  })

  it('of an event leads to the event, and why subscriptions have no delivery of it', async () => {
    const { page } = await openPage({ path: PATH })
    const { filteredOut } = inject('stage').events
    await findById(page, filteredOut)
    await expect(page).toBeAt(`/settings/webhooks/events/${filteredOut}`)
    await page.goBack()
    await expect(page).toBeAt(PATH)
  })

  it('of nothing is told to be one, and what is no id at its field', async () => {
    const { page, expectError } = await openPage({ path: PATH })
    expectError(/404/)
    await findById(page, 'delivery 42')
    await expect(page.getByText(filters.id.invalid)).toBeSeen()
    await findById(page, '01900000-0000-7000-8000-000000000000')
    await expect(page.getByRole('heading', { name: log.empty.id.title })).toBeSeen()
    await page.getByRole('main').getByRole('button', { name: filters.clearAll }).last().click()
    await expect(page).toBeAt(PATH)
    await expect(page.getByRole('heading', { name: table.label })).toHaveFocus()
  })

  it('of a delivery that another filter leaves out is not told to be none', async () => {
    const { failed } = inject('stage').deliveries
    const { page } = await openPage({ path: `${PATH}?id=${failed}&status=succeeded` })
    await expect(page.getByRole('heading', { name: log.empty.filtered.title })).toBeSeen()
    await page.getByRole('button', { name: log.empty.filtered.without('status') }).click()
    await expect(page.locator(`[data-row="${failed}"]`)).toBeSeen()
  })

  it('that cannot be looked up is not told to be none', async () => {
    const { page, expectError } = await openPage({ path: null })
    expectError(/503/)
    const { filteredOut } = inject('stage').events
    await page.route('**/api/events/*', (route) => route.fulfill({ status: 503 }))
    await page.goto(`${PATH}?id=${filteredOut}`)
    await expect(page.getByText(strings.problems.unexpected(503))).toBeSeen()
    await page.unroute('**/api/events/*')
    await page.getByRole('button', { name: strings.actions.tryAgain }).click()
    await expect(page).toBeAt(`/settings/webhooks/events/${filteredOut}`)
  })
})

describe('the table', () => {
  it('reads on as one scrolls, and keeps few rows in the document', async () => {
    const account = await accountWithHistory(450)
    const { page } = await openPage({ account, path: PATH })
    await expect(rows(page)).toBeSeen()
    const grid = page.getByRole('grid', { name: table.label })
    expect(await grid.getAttribute('aria-rowcount')).toBe('-1')
    await page.keyboard.press('j')
    for (const count of [100, 200, 300]) {
      await page.keyboard.press('End')
      await expect(page.locator(`[aria-rowindex="${count + 1}"]`)).toBeSeen()
      await page.waitForFunction(
        (rowCount) =>
          (document.querySelector('[role=grid] [role=rowgroup]:last-child')?.clientHeight ?? 0) >
          rowCount * 44,
        count,
      )
    }
    await page.keyboard.press('End')
    await page.keyboard.press('End')
    await expect(page.getByText(table.complete)).toBeSeen()
    expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(400)
    expect(await rows(page).count()).toBeLessThan(80)
  })

  it('is gone through with the keyboard, and comes back to the row that was opened', async () => {
    const { page } = await openPage({ path: PATH })
    await expect(rows(page)).toBeSeen()
    await page.keyboard.press('j')
    await expect(page.locator('[aria-rowindex="2"] [data-open]').first()).toHaveFocus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect(page.locator('[aria-rowindex="3"] [data-open]').first()).toHaveFocus()
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('[aria-rowindex="3"] [data-menu]')).toHaveFocus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('PageDown')
    await page.keyboard.press('PageDown')
    await page.keyboard.press('PageDown')
    const active = page.locator('[role=row]:has(:focus)')
    const id = await active.getAttribute('data-row')
    const place = await page.evaluate(() => window.scrollY)
    expect(place).toBeGreaterThan(300)
    await page.keyboard.press('Enter')
    await expect(page).toBeAt(`${PATH}/${id}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveFocus()
    await page.goBack()
    await expect(page.locator(`[data-row="${id}"][data-active]`)).toBeSeen()
    await page.waitForFunction((place) => window.scrollY === place, place)
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect(page.locator(`[data-row="${id}"] [data-open]`).first()).toHaveFocus()
  })

  it('opens a delivery in a tab of its own with the middle button', async () => {
    const { page, context } = await openPage({ path: PATH })
    const link = rows(page).first().getByRole('link').first()
    expect(await link.getAttribute('href')).toMatch(/^\/settings\/webhooks\/delivery-log\/[0-9a-f-]{36}$/)
    const opened = context.waitForEvent('page')
    await link.click({ modifiers: ['ControlOrMeta'] })
    expect(new URL((await opened).url() || 'about:blank').protocol).toMatch(/^(http|about):$/)
    await expect(page).toBeAt(PATH)
  })

  it('lets letters be letters for those who turn them off', async () => {
    const { page } = await openPage({ path: PATH })
    const pause = page.getByRole('button', { name: live.pause })
    expect(await pause.getAttribute('aria-keyshortcuts')).toBe('p')
    await page.getByRole('button', { name: log.keys.label }).click()
    await page.getByRole('checkbox', { name: log.keys.toggle }).uncheck()
    await page.keyboard.press('Escape')
    expect(await pause.getAttribute('aria-keyshortcuts')).toBeNull()
    await page.keyboard.press('p')
    await expect(page.getByRole('button', { name: live.resume })).toBeGone()
    await page.reload()
    await settled(page)
    await page.keyboard.press('p')
    await expect(page.getByRole('button', { name: live.resume })).toBeGone()
  })

  it('leaves letters to a list of choices, which chooses by them while it is closed', async () => {
    const { page } = await openPage({ path: PATH })
    await page.getByRole('combobox', { name: filters.names.status, exact: true }).focus()
    // Once its choices are there, unseen.
    await page.locator('[role=option]').first().waitFor({ state: 'attached' })
    await page.keyboard.press('p')
    await expect(page).toBeAt(`${PATH}?status=pending`)
    await expect(page.getByRole('button', { name: live.pause })).toBeSeen()
  })

  it('marks the rows that a time that moves on has left', async () => {
    const account = await accountWithHistory(1000)
    const { page } = await openPage({ account, path: null })
    // Not ahead of the sender's, which knows no statistics of times to come.
    await page.clock.install({ time: Date.now() - 900_000 })
    await page.goto(`${PATH}?range=15m`)
    await expect(rows(page)).toBeSeen()
    await expect(rows(page).filter({ hasText: table.mismatch })).toBeGone()
    await page.clock.fastForward('15:00')
    await expect(rows(page).filter({ hasText: table.mismatch })).toBeSeen()
  })

  it('is read again when one comes back to it, an empty one too', async () => {
    const account = await newAccount()
    const receiver = await startReceiver(() => ({ status: 500 }))
    onTestFinished(() => receiver.close())
    await subscribe(account, receiver.url)
    const { page, expectError } = await openPage({ account, path: null })
    // Nothing is told live.
    expectError(/ERR_FAILED/)
    await page.route('**/api/deliveries/live*', (route) => route.abort())
    await page.goto(`${PATH}?outcome=http_500`)
    await expect(page.getByRole('heading', { name: log.empty.filtered.title })).toBeSeen()
    await page.getByRole('link', { name: strings.shell.webhooks, exact: true }).click()
    await page.waitForURL('**/settings/integrations/webhooks')
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await expect.poll(() => countOf(account, 'http_500')).toBe(1)
    await page.goBack()
    await expect(rows(page)).toBeSeen()
  })

  it('says of which day its rows are once that is over', async () => {
    const { page } = await openPage({ path: null })
    await page.clock.install()
    await page.goto(PATH)
    const [newest, dated] = [rows(page).first(), /^[A-Z][a-z]{2} \d{1,2}, /]
    await expect(newest).toBeSeen()
    await page.clock.fastForward('24:00:00')
    await expect(newest.getByText(dated)).toBeSeen()
  })

  it('says how far a search has come that finds nothing for long, and lets it be stopped', async () => {
    const { page } = await openPage({ path: null })
    await page.route('**/api/deliveries?*outcome=http_418*', async (route) => {
      const isFirst = !route.request().url().includes('cursor=')
      // As the sender answers when its moment is over: nothing yet, and where to go on.
      const cursor = Buffer.from('0195a3c28d027c0d8a516c6a2f3b1d22', 'hex').toString('base64url')
      if (isFirst) await route.fulfill({ json: { data: [], next_cursor: cursor } })
    })
    await page.goto(`${PATH}?outcome=http_418`)
    await expect(page.getByText(/Searched back to Mar 17, 2025.*…/)).toBeSeen()
    const skeleton = page.getByRole('region', { name: table.label }).getByLabel(strings.loading)
    await expect(skeleton).toBeSeen()
    const [stop, goOn] = [table.stop, table.goOn].map((name) => page.getByRole('button', { name }))
    await stop?.focus()
    await page.keyboard.press('Enter')
    await expect(goOn).toHaveFocus()
    await expect(skeleton).toBeGone()
    await page.keyboard.press('Enter')
    await expect(stop).toHaveFocus()
    await page.keyboard.press('Enter')
    await expect(goOn).toHaveFocus()
    await page.unroute('**/api/deliveries?*outcome=http_418*')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: log.empty.filtered.title })).toBeSeen()
  })

  it('says when it could not be read, and reads it when asked again', async () => {
    const { page, expectError } = await openPage({ path: null })
    expectError(FAILED)
    const mend = await cutApi(page, /api\/(session|webhooks|event-types|deliveries\/)/)
    await page.goto(PATH)
    await expect(page.getByText(strings.problems.unreachable.title)).toBeSeen()
    await mend()
    await page.getByRole('button', { name: strings.actions.tryAgain }).click()
    await expect(rows(page)).toBeSeen()
  })

  it('teaches how the first delivery comes about', async () => {
    const { page } = await openPage({ account: await newAccount(), path: PATH })
    await expect(page.getByRole('heading', { name: log.empty.none.title })).toBeSeen()
    await expect(page.getByText(/curl -X POST http:\/\/127\.0\.0\.1:\d+\/api\/events/)).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('has two lines for each delivery on a phone, and its filters behind a button', async () => {
    const { page } = await openPage({ path: PATH, width: 'narrow' })
    await expect(rows(page)).toBeSeen()
    await expect(page).toFitItsWindow()
    const first = await rows(page).first().boundingBox()
    expect(first?.height).toBe(68)
    await page.getByRole('button', { name: filters.toggle(0) }).click()
    await choose(page, filters.names.status, strings.statuses.failed)
    await expect(page).toBeAt(`${PATH}?status=failed`)
    await page.getByRole('button', { name: charts.show }).click()
    await expect(page.getByRole('group', { name: charts.deliveries })).toBeSeen()
    await expect(page).toFitItsWindow()
    await expect(page).toBeAccessible()
  })
})

describe('the actions of a row', () => {
  it('deliver again, and give the focus back', async () => {
    const { page, account, subscriptionId } = await openWithDelivery()
    await rows(page).first().getByRole('button', { name: table.actions }).click()
    await page.getByRole('menuitem', { name: log.menu.redeliver }).click()
    await expect(page.getByText(log.menu.redelivered)).toBeSeen()
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-menu'))
    const list = await account.api.GET('/api/deliveries', {
      params: { query: { subscription_id: subscriptionId, is_redelivery: 'true' } },
    })
    expect(list.data?.data).toHaveLength(1)
  })

  it('narrow the log to what the row has', async () => {
    const { page } = await openPage({ path: `${PATH}?outcome=http_500` })
    await rows(page).first().getByRole('button', { name: table.actions }).click()
    await page.getByRole('menuitem', { name: log.menu.onlySubscription }).click()
    await page.waitForURL(/subscription=/)
    expect(page.url()).toMatch(/outcome=http_500&subscription=[0-9a-f-]{36}$/)
    await expect(page.getByRole('heading', { name: table.label })).toHaveFocus()
  })

  it('are read-only for members, with the reason', async () => {
    const { page } = await openPage({ path: PATH, role: 'member' })
    await rows(page).first().getByRole('button', { name: table.actions }).click()
    const redeliver = page.getByRole('menuitem', { name: log.menu.redeliver })
    expect(await redeliver.getAttribute('aria-disabled')).toBe('true')
    expect(await redeliver.getAttribute('aria-description')).toBe(strings.readOnly)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: strings.delivery.recover.open, disabled: true })).toBeSeen()
  })

  it('of the page open what recovers failed deliveries', async () => {
    const { page } = await openPage({ path: `${PATH}?range=1h` })
    await page.getByRole('button', { name: strings.delivery.recover.open }).click()
    await expect(page.getByRole('dialog')).toBeSeen()
    await expect(page).toBeAccessible()
  })
})

describe('the log, live', () => {
  it('shows what is new on top, and what changes in its place', async () => {
    let status = 500
    const { page, account } = await openLive(() => ({ status }))
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await expect(rows(page).filter({ hasText: '500 Internal Server Error' })).toBeSeen()
    await expect(rows(page).filter({ hasText: strings.statuses.pending })).toBeSeen()
    status = 200
    await publish(account.publisherApi, exampleOf('evidence.uploaded'))
    await expect(page.locator('[aria-rowindex="2"]').filter({ hasText: 'evidence.uploaded' })).toBeSeen()
    await expect(page.locator('[aria-rowindex="3"]').filter({ hasText: 'scan.completed' })).toBeSeen()
    await expect(
      page.locator('[aria-rowindex="2"]').filter({ hasText: strings.statuses.succeeded }),
    ).toBeSeen()
  })

  it('marks a delivery that is no longer what was searched for, instead of taking it away', async () => {
    const { page, account, subscriptionId } = await openLive(() => ({ status: 200 }), '?status=pending')
    const params = { path: { id: subscriptionId } }
    await account.api.POST('/api/webhooks/{id}/pause', { params })
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await expect(rows(page).filter({ hasText: strings.statuses.pending })).toBeSeen()
    await account.api.POST('/api/webhooks/{id}/resume', { params })
    const row = rows(page).filter({ hasText: table.mismatch })
    await expect(row.filter({ hasText: strings.statuses.succeeded })).toBeSeen()
  })

  it.each(['its button', 'p'])('is paused and resumed with %s', async (how) => {
    const { page, account } = await openLive(() => ({ status: 200 }))
    const press = async (name: string): Promise<void> =>
      await (how === 'p' ? page.keyboard.press('p') : page.getByRole('button', { name }).click())
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await expect(rows(page)).toBeSeen()
    await press(live.pause)
    await publish(account.publisherApi, exampleOf('evidence.uploaded'))
    await expect(page.getByText(live.pausedNew(1))).toBeSeen()
    expect(await rows(page).count()).toBe(1)
    await press(live.resume)
    await expect(rows(page).filter({ hasText: 'evidence.uploaded' })).toBeSeen()
  })

  it('holds back what is new while one reads further down, until it is asked for', async () => {
    const account = await accountWithHistory(150)
    const { page } = await openPage({ account, path: PATH })
    await expect(page.getByText(live.live, { exact: true }).first()).toBeSeen()
    await rows(page).first().waitFor()
    await page.mouse.wheel(0, 3000)
    await page.waitForFunction(() => window.scrollY > 2000)
    const shown = await page.evaluate(() => window.scrollY)
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await publish(account.publisherApi, exampleOf('scan.completed'))
    const news = page.getByRole('button', { name: table.newest(2) })
    await expect(news).toBeSeen()
    expect(await page.evaluate(() => window.scrollY)).toBe(shown)
    await news.click()
    await expect(page.locator('[aria-rowindex="2"]').filter({ hasText: 'scan.completed' })).toBeSeen()
    await expect(news).toBeGone()
    await expect(page.getByRole('heading', { name: table.label })).toHaveFocus()
  })

  it('holds back what is new while the menu of a row is open', async () => {
    const { page, account } = await openLive(() => ({ status: 200 }))
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await expect(rows(page)).toBeSeen()
    await rows(page).first().getByRole('button', { name: table.actions }).click()
    await expect(page.getByRole('menuitem', { name: log.menu.open })).toBeSeen()
    await page.waitForFunction(() => document.activeElement?.closest('[role=menu]') !== null)
    await publish(account.publisherApi, exampleOf('evidence.uploaded'))
    await expect(page.getByRole('button', { name: table.newest(1) })).toBeSeen()
    expect(await rows(page).count()).toBe(1)
    await page.keyboard.press('Escape')
    await expect(rows(page).getByRole('button', { name: table.actions })).toHaveFocus()
  })

  it('tells screen readers how many are new', async () => {
    const { page, account } = await openLive(() => ({ status: 200 }))
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await publish(account.publisherApi, exampleOf('scan.completed'))
    const announced = page.getByRole('status').filter({ hasText: table.announced(2) })
    await announced.waitFor({ state: 'attached', timeout: 25_000 })
    expect(await announced.count()).toBe(1)
  })

  it('reconnects after an interruption, and shows what was missed', async () => {
    const { page, account, expectError } = await openLive(() => ({ status: 200 }))
    expectError(/ERR_|Failed to load/)
    await page.route('**/api/deliveries/live*', (route) => route.abort('connectionrefused'))
    await changeStream(page, 'scan.completed')
    await expect(page.getByText(live.reconnecting).first()).toBeSeen()
    await publish(account.publisherApi, exampleOf('scan.completed'))
    await page.unroute('**/api/deliveries/live*')
    await expect(page.getByText(live.live, { exact: true }).first()).toBeSeen()
    await expect(rows(page).filter({ hasText: 'scan.completed' })).toBeSeen()
  })

  it('says so when the account has too many streams, and goes on once it has fewer', async () => {
    const account = await newAccount()
    const streams = await openStreams(account, 10)
    const { page, expectError } = await openPage({ account, path: null })
    expectError(/429/)
    await page.goto(PATH)
    await expect(page.getByText(live.refused)).toBeSeen()
    streams.abort()
    await expect(page.getByText(live.live, { exact: true }).first()).toBeSeen()
  })
})

describe('the charts', () => {
  it('narrow the log to a status by their legend', async () => {
    const { page } = await openPage({ path: PATH })
    const legend = page.getByRole('button', { name: /^Failed [\d,]+$/ })
    await legend.click()
    await expect(page).toBeAt(`${PATH}?status=failed`)
    expect(await legend.getAttribute('aria-pressed')).toBe('true')
    await legend.click()
    await expect(page).toBeAt(PATH)
  })

  it('narrow the log to the time of a bar, with the pointer and with the keyboard', async () => {
    const { page } = await openPage({ path: `${PATH}?range=24h` })
    const chart = page.getByRole('group', { name: charts.deliveries })
    await chart.hover({ position: { x: 300, y: 60 } })
    await expect(page.getByText(/p50 .+, p95 .+/)).toBeSeen()
    await chart.click({ position: { x: 300, y: 60 } })
    await page.waitForURL(/since=.+&until=.+/)
    expect(spanOf(page)).toBe(900)
    await expect(chart).toBeSeen()

    await page.goto(`${PATH}?range=24h`)
    const buckets = chart.getByRole('button')
    await buckets.last().focus()
    // With a modifier, they are the browser's.
    await page.keyboard.press('Control+ArrowLeft')
    await expect(buckets.last()).toHaveFocus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await page.waitForURL(/since=.+&until=.+/)
    expect(spanOf(page)).toBe(2700)
    await expect(chart).toHaveFocus()
  })

  it('narrow the log to the time that is dragged over', async () => {
    const { page } = await openPage({ path: `${PATH}?range=24h` })
    const chart = page.getByRole('group', { name: charts.deliveries })
    await chart.getByRole('button').first().waitFor()
    const box = await chart.boundingBox()
    const [x, y] = [(box?.x ?? 0) + 100, (box?.y ?? 0) + 50]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 100, y, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/since=.+&until=.+/)
    expect(spanOf(page)).toBeGreaterThan(3600)
  })

  it('can be read as a table, and folded for good', async () => {
    const { page } = await openPage({ path: PATH })
    await page.getByRole('button', { name: charts.asTable }).click()
    const asTable = page.getByRole('region', { name: charts.tableLabel }).getByRole('table')
    await expect(asTable.getByRole('columnheader', { name: charts.columns.p95 })).toBeSeen()
    await expect(asTable.getByRole('row').nth(1)).toBeSeen()
    await expect(page).toBeAccessible()
    await page.getByRole('button', { name: charts.asCharts }).click()
    await expect(page.getByRole('group', { name: charts.deliveries })).toBeSeen()
    await page.getByRole('button', { name: charts.hide }).click()
    await page.reload()
    await expect(page.getByRole('button', { name: charts.show })).toBeSeen()
    await expect(asTable).toBeGone()
  })
})

function rows(page: Page) {
  return page.locator('[data-row]')
}

function chip(page: Page, name: string) {
  return page.getByRole('button', { name: filters.remove(name) })
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

async function search(page: Page, label: string, text: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(text)
  await page.getByRole('option', { name: option }).click()
}

async function findById(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: filters.id.label }).fill(text)
  await page.getByRole('button', { name: filters.id.submit }).click()
}

function spanOf(page: Page): number {
  const query = new URL(page.url()).searchParams
  return (Date.parse(query.get('until') ?? '') - Date.parse(query.get('since') ?? '')) / 1000
}

/** Narrows the log to an event type, for which another stream is opened. */
async function changeStream(page: Page, event: string): Promise<void> {
  await search(page, filters.names.event, event, event)
  await page.waitForURL(`**?event=${event}`)
}

async function subscribe(account: TestAccount, url: string): Promise<string> {
  const body = {
    url,
    events: ['*'],
    description: '',
    timeout_ms: null,
    is_ordered: false,
    contact_email: null,
    state: 'active' as const,
  }
  const { data } = await account.api.POST('/api/webhooks', { body })
  return data?.id ?? ''
}

async function countOf(account: TestAccount, outcome: string): Promise<number | undefined> {
  const { data } = await account.api.GET('/api/deliveries', { params: { query: { outcome } } })
  return data?.data.length
}

async function accountWithHistory(deliveries: number): Promise<TestAccount> {
  const account = await newAccount()
  const receiver = await startReceiver(() => ({ status: 200 }))
  onTestFinished(() => receiver.close())
  const { accountId } = account
  const subscriptionIds = [await subscribe(account, receiver.url)]
  await fillHistory(pool(), { accountId, subscriptionIds, deliveries, days: 1 })
  return account
}

async function openWithDelivery() {
  const account = await newAccount()
  const receiver = await startReceiver(() => ({ status: 200 }))
  onTestFinished(() => receiver.close())
  const subscriptionId = await subscribe(account, receiver.url)
  await publish(account.publisherApi, exampleOf('scan.completed'))
  const opened = await openPage({ account, path: PATH })
  await expect(rows(opened.page).filter({ hasText: strings.statuses.succeeded })).toBeSeen()
  return { ...opened, account, subscriptionId }
}

/** Opens the log of an account with one subscription, and waits until everything that happens is seen. */
async function openLive(answer: () => { readonly status: number }, query = '') {
  const account = await newAccount()
  const receiver = await startReceiver(answer)
  onTestFinished(() => receiver.close())
  const subscriptionId = await subscribe(account, receiver.url)
  const opened = await openPage({ account, path: null })
  const connected = opened.page.waitForResponse('**/api/deliveries/live*')
  await opened.page.goto(`${PATH}${query}`)
  await connected
  await expect(opened.page.getByText(live.live, { exact: true }).first()).toBeSeen()
  return { ...opened, account, subscriptionId }
}

async function openStreams(account: TestAccount, count: number): Promise<AbortController> {
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const url = `${inject('stage').url}/api/deliveries/live`
  const headers = { authorization: `Bearer ${account.admin}` }
  await Promise.all(Array.from({ length: count }, () => fetch(url, { headers, signal: closing.signal })))
  return closing
}
