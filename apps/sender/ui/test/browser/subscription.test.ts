import type { Locator, Page } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import {
  ageFailures,
  cutApi,
  eventually,
  exampleOf,
  hostileTexts,
  hurry,
  newAccount,
  openPage,
  pool,
  publish,
  settled,
  startReceiver,
  startVerifyingReceiver,
  type StageReceiver,
  type Viewing,
} from './support/index.ts'
import type { NewSubscription } from './support/stage/api-client.ts'

const { subscription: texts, states, actions, readOnly } = strings
const { subscriptions } = inject('stage')
const LOG = '/settings/webhooks/delivery-log'
const LIST = '/settings/integrations/webhooks'
const REFUSED = /status of 4\d\d/
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDfEOdm/AhJDs='

/** A subscription of an account of its own, on its page. */
async function openSubscription(more: Partial<NewSubscription> = {}, viewing: Viewing = {}) {
  const account = await newAccount()
  const receiver =
    more.url === undefined ? await receive(() => startReceiver(() => ({ status: 200 }))) : undefined
  const body: NewSubscription = {
    url: receiver?.url ?? '',
    events: ['*'],
    description: '',
    timeout_ms: null,
    is_ordered: false,
    contact_email: null,
    state: 'active',
    ...more,
  }
  const { id } = (await account.api.POST('/api/webhooks', { body })).data!
  const opened = await openPage({ account, path: `${LIST}/${id}`, ...viewing })
  await settled(opened.page)
  return {
    ...opened,
    account,
    id,
    url: body.url,
    now: async () => (await account.api.GET('/api/webhooks/{id}', { params: { path: { id } } })).data!,
    change: async (body: Partial<NewSubscription>) => {
      await account.api.PATCH('/api/webhooks/{id}', { params: { path: { id } }, body })
    },
    publish: async (count: number) => {
      for (let number = 0; number < count; number += 1) {
        await publish(account.publisherApi, exampleOf('scan.completed', number))
      }
    },
    owed: async () => {
      const query = { subscription_id: id, status: 'pending' as const, limit: 100 }
      return (await account.api.GET('/api/deliveries', { params: { query } })).data!.data.length
    },
  }
}

async function receive(start: () => Promise<StageReceiver>): Promise<StageReceiver> {
  const receiver = await start()
  onTestFinished(() => receiver.close())
  return receiver
}

async function closedUrl(): Promise<string> {
  const receiver = await startReceiver(() => ({ status: 200 }))
  await receiver.close()
  return receiver.url
}

function header(page: Page): Locator {
  return page.getByRole('main').locator('header').first()
}

function button(where: Page | Locator, name: string): Locator {
  return where.getByRole('button', { name, exact: true })
}

/** Toasts are dialogs, too, which are not modal. */
function dialogOf(page: Page): Locator {
  return page.locator('[role="dialog"]:not([aria-modal="false"])')
}

function section(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true })
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: texts.actions.more }).click()
  await page.getByRole('menuitem', { name }).click()
}

describe('the health of a subscription', () => {
  it('tells when a failing one will be disabled, and what holds it', async () => {
    const { page } = await openPage({ path: `${LIST}/${subscriptions.failing}` })
    await expect(page.getByText(texts.banners.degraded.title)).toBeSeen()
    const health = section(page, texts.health.title)
    await expect(
      health.getByText(/It is disabled after \d+ more failed attempts? in a row, but not before/),
    ).toBeSeen()
    const meters = health.getByRole('meter')
    expect(await meters.count()).toBe(2)
    expect(await meters.first().getAttribute('aria-valuetext')).toMatch(/^\d+ of 20$/)
    await expect(health.getByText(texts.holding.probingTitle)).toBeSeen()
  })

  it('leads from what is waiting to the Delivery Log that shows it', async () => {
    const { page } = await openPage({ path: `${LIST}/${subscriptions.paused}` })
    await page.getByRole('link', { name: texts.health.seeWaiting }).click()
    await expect(page).toBeAt(`${LOG}?subscription=${subscriptions.paused}&status=pending`)
  })

  it.each([
    {
      name: 'disabled',
      title: texts.banners.disabled.title,
      why: /attempts in a row failed, the first of them at/,
    },
    { name: 'gone', title: texts.banners.disabled.title, why: /because its endpoint answered 410 Gone/ },
    { name: 'paused', title: texts.banners.paused.title, why: /Since it was created/ },
  ] as const)('says why nothing is sent to “$name”, and what is kept', async ({ name, title, why }) => {
    const { page } = await openPage({ path: `${LIST}/${subscriptions[name]}` })
    await expect(page.getByText(title)).toBeSeen()
    await expect(page.getByText(why)).toBeSeen()
    await expect(page.getByText(/deliver(y|ies) kept so far/)).toBeSeen()
  })

  it('shows by itself what somebody else did', async () => {
    const { page, account, id } = await openSubscription()
    await expect(header(page).getByText(states.active)).toBeSeen()
    await account.api.POST('/api/webhooks/{id}/pause', { params: { path: { id } } })
    await expect(header(page).getByText(states.paused)).toBeSeen()
    await expect(button(header(page), texts.actions.resume)).toBeSeen()
  })

  it('says that it may be old while the sender cannot be reached, and goes on when it is back', async () => {
    const { page, expectError } = await openSubscription()
    expectError(/ERR_/)
    const restore = await cutApi(page)
    await expect(page.getByText(texts.stale)).toBeSeen()
    await restore()
    await expect(page.getByText(texts.stale)).toBeGone()
  })
})

describe('pausing, resuming, enabling', () => {
  it('says what will happen to what is owed, and does it', async () => {
    const { page, publish, now, owed } = await openSubscription()
    await button(header(page), texts.actions.pause).click()
    const dialog = dialogOf(page)
    await expect(dialog.getByText(texts.pause.what[0])).toBeSeen()
    await expect(dialog.getByText(texts.backlog.limits)).toBeSeen()
    await expect(page).toBeAccessible()
    await button(dialog, texts.pause.confirm).click()
    await expect(page.getByText(texts.pause.done)).toBeSeen()
    await expect(header(page).getByText(states.paused)).toBeSeen()
    expect((await now()).state).toBe('paused')

    await publish(3)
    await button(header(page), texts.actions.resume).click()
    await expect(dialog.getByText(texts.resume.held('3 deliveries'))).toBeSeen()
    await expect(dialog.getByText(texts.resume.first)).toBeSeen()
    await button(dialog, texts.resume.confirm).click()
    await expect(header(page).getByText(states.active)).toBeSeen()
    await eventually('all is delivered', async () => (await owed()) === 0)
    await expect(section(page, texts.recent.title).getByText(strings.statuses.succeeded)).toBeSeen()
  })

  it('enables what was disabled because its endpoint was gone, with a warning of that', async () => {
    let status = 410
    const receiver = await receive(() => startReceiver(() => ({ status })))
    const { page, publish, owed } = await openSubscription({ url: receiver.url })
    await publish(2)
    await expect(page.getByText(texts.banners.disabled.title)).toBeSeen()
    status = 200
    await button(header(page), texts.actions.enable).click()
    const dialog = dialogOf(page)
    await expect(dialog.getByText(texts.enable.gone)).toBeSeen()
    await button(dialog, texts.enable.confirm).click()
    await expect(header(page).getByText(states.active)).toBeSeen()
    await eventually('all is delivered', async () => (await owed()) === 0)
  })

  it('does nothing when somebody else was faster, and says so', async () => {
    const { page, change, now, expectError } = await openSubscription()
    expectError(REFUSED)
    await button(header(page), texts.actions.pause).click()
    await change({ description: 'Theirs' })
    const dialog = dialogOf(page)
    await button(dialog, texts.pause.confirm).click()
    await expect(dialog.getByText(texts.conflict.title)).toBeSeen()
    await expect(header(page).getByText('Theirs')).toBeSeen()
    expect((await now()).state).toBe('active')
    await button(dialog, texts.pause.confirm).click()
    await expect(header(page).getByText(states.paused)).toBeSeen()
  })

  it('has nothing to do when somebody else has done it', async () => {
    const { page, account, id } = await openSubscription()
    await button(header(page), texts.actions.pause).click()
    await account.api.POST('/api/webhooks/{id}/pause', { params: { path: { id } } })
    const dialog = dialogOf(page)
    await expect(dialog.getByText(texts.stateChanged)).toBeSeen()
    expect(await button(dialog, texts.pause.confirm).getAttribute('aria-disabled')).toBe('true')
  })
})

describe('editing', () => {
  const { edit } = texts

  it('sends what was changed and nothing else; a hidden value stays', async () => {
    const { page, now, url } = await openSubscription({
      headers: { Authorization: 'Bearer not-to-be-shown', 'X-Team': 'data', 'X-Old': '1' },
    })
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    expect(await dialog.textContent()).not.toContain('not-to-be-shown')
    await dialog.getByLabel(edit.description).fill('Mine')
    await dialog.getByLabel(edit.timeout).fill('2.5')
    await button(dialog, edit.header.removeOf('x-old')).click()
    await expect(button(dialog, edit.header.add)).toHaveFocus()
    await button(dialog, edit.header.add).click()
    await dialog.getByLabel(edit.header.name).last().fill('X-New')
    await dialog.getByLabel(edit.header.value).last().fill('2')
    const sent = page.waitForRequest((request) => request.method() === 'PATCH')
    await button(dialog, edit.save).click()
    expect((await sent).postDataJSON()).toEqual({
      description: 'Mine',
      timeout_ms: 2500,
      headers: { 'x-old': null, 'x-new': '2' },
    })
    expect((await sent).headers()['if-match']).toMatch(/^"1-/)
    await expect(dialog).toBeGone()
    await expect(header(page).getByText('Mine')).toBeSeen()
    expect(await now()).toMatchObject({
      url,
      headers: { authorization: '********', 'x-team': 'data', 'x-new': '2' },
    })
  })

  it('replaces a hidden value only when asked to', async () => {
    const { page, now } = await openSubscription({ headers: { Authorization: 'Bearer one' } })
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await button(dialog, edit.header.replaceOf('authorization')).click()
    await expect(dialog.getByLabel(edit.header.value)).toHaveFocus()
    await dialog.getByLabel(edit.header.value).fill('Bearer two')
    await button(dialog, edit.save).click()
    await expect(dialog).toBeGone()
    expect((await now()).version).toBe(2)
  })

  it('shows what is wrong at its field, goes there, and loses nothing', async () => {
    const { page, now, expectError } = await openSubscription()
    expectError(REFUSED)
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel(edit.description).fill('Kept')
    await dialog.getByLabel(edit.contact).fill('nobody')
    await button(dialog, edit.header.add).click()
    await dialog.getByLabel(edit.header.name).fill('Content-Type')
    await dialog.getByLabel(edit.header.value).fill('text/plain')
    await button(dialog, edit.save).click()
    await expect(dialog.getByLabel(edit.contact)).toHaveFocus()
    await expect(dialog.getByText(/is set by the sender itself/)).toBeSeen()
    expect(await dialog.getByRole('alert').count()).toBe(2)
    expect(await dialog.getByLabel(edit.description).inputValue()).toBe('Kept')
    expect(await dialog.getByLabel(edit.header.value).inputValue()).toBe('text/plain')
    await expect(page).toBeAccessible()
    expect((await now()).version).toBe(1)
  })

  it('says at once what no endpoint can have for a timeout', async () => {
    const { page, now } = await openSubscription()
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel(edit.timeout).fill('99')
    await button(dialog, edit.save).click()
    await expect(dialog.getByText(edit.timeoutInvalid)).toBeSeen()
    await expect(dialog.getByLabel(edit.timeout)).toHaveFocus()
    expect((await now()).version).toBe(1)
  })

  it('tells what was saved and should be changed nevertheless', async () => {
    const { page, now } = await openSubscription()
    const other = await receive(() => startReceiver(() => ({ status: 200 })))
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel(edit.url).fill(other.url)
    await expect(dialog.getByText(edit.urlChanged)).toBeSeen()
    await button(dialog, edit.save).click()
    await expect(dialog.getByText(edit.warningsTitle)).toBeSeen()
    expect((await now()).url).toBe(other.url)
    await button(dialog, strings.actions.close).click()
    await expect(page.getByRole('heading', { level: 1, name: other.url })).toBeSeen()
  })

  it('shows what somebody else changed meanwhile, keeps what was entered, and saves on top of it', async () => {
    const { page, change, now, expectError } = await openSubscription()
    expectError(REFUSED)
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel(edit.timeout).fill('7')
    await change({ description: 'Theirs', events: ['scan.*'] })
    await button(dialog, edit.save).click()
    await expect(dialog.getByText(edit.conflictTitle)).toBeSeen()
    await expect(dialog.getByText(edit.conflictDetail('events, description'))).toBeSeen()
    expect(await dialog.getByLabel(edit.description).inputValue()).toBe('Theirs')
    expect(await dialog.getByLabel(edit.timeout).inputValue()).toBe('7')
    await button(dialog, edit.save).click()
    await expect(dialog).toBeGone()
    expect(await now()).toMatchObject({ description: 'Theirs', events: ['scan.*'], timeout_ms: 7000 })
  })

  it('keeps what is being entered while the page goes on reading', async () => {
    const { page, change } = await openSubscription()
    await button(header(page), texts.actions.edit).click()
    const dialog = dialogOf(page)
    await dialog.getByLabel(edit.description).fill('Half a sen')
    await change({ contact_email: 'theirs@example.com' })
    await expect(page.getByText('theirs@example.com')).toBeSeen()
    expect(await dialog.getByLabel(edit.description).inputValue()).toBe('Half a sen')
    await expect(dialog.getByLabel(edit.description)).toHaveFocus()
  })

  it.each([
    ['Escape', (page: Page) => page.keyboard.press('Escape')],
    ['its button', (page: Page) => button(dialogOf(page), actions.cancel).click()],
    ['going back', (page: Page) => page.evaluate(() => history.back())],
  ])('asks before it is left by %s with anything unsaved', async (_, leave) => {
    const { page } = await openSubscription({}, { path: LIST })
    await page.getByRole('table').getByRole('link').first().click()
    await button(header(page), texts.actions.edit).click()
    await page.getByLabel(edit.description).fill('Unsaved')
    await leave(page)
    const question = page.getByRole('dialog', { name: edit.discardTitle })
    await expect(question).toBeSeen()
    await expect(page).toBeAccessible()
    await button(question, edit.keep).click()
    await expect(question).toBeGone()
    expect(await page.getByLabel(edit.description).inputValue()).toBe('Unsaved')
    await leave(page)
    await button(question, edit.discard).click()
    await expect(dialogOf(page)).toBeGone()
  })

  it('is left without a question when nothing was changed', async () => {
    const { page } = await openSubscription()
    await button(header(page), texts.actions.edit).click()
    await expect(dialogOf(page)).toBeSeen()
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeGone()
    await expect(button(header(page), texts.actions.edit)).toHaveFocus()
  })
})

describe('rotating the secret', () => {
  const { rotate, secrets } = texts

  it('makes one, waits for the receiver, shows it once, and draws how long both sign', async () => {
    const receiver = await receive(() => startVerifyingReceiver(SECRET))
    const { page, now } = await openSubscription({ url: receiver.url, secret: SECRET })
    await choose(page, texts.actions.rotate)
    const dialog = dialogOf(page)
    const secret = await dialog.getByRole('textbox', { name: rotate.secret }).inputValue()
    expect(secret).toMatch(/^whsec_/)
    expect(await button(dialog, rotate.confirm).getAttribute('aria-disabled')).toBe('true')
    await expect(page).toBeAccessible()
    await dialog.getByRole('checkbox', { name: rotate.ready }).check()
    await button(dialog, rotate.confirm).click()
    await expect(dialog.getByText(rotate.doneTitle)).toBeSeen()
    await expect(dialog.getByText(secret)).toBeSeen()
    await page.keyboard.press('Escape')
    await expect(dialog.getByText(secret)).toBeSeen()
    await dialog.getByRole('button', { name: actions.copy }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)

    await button(dialog, rotate.sendTest).click()
    await button(dialog, texts.test.send).click()
    await expect(dialog.getByText(texts.test.failed)).toBeSeen()
    await expect(dialog.getByText('401 Unauthorized')).toBeSeen()
    await button(dialog, actions.close).click()

    expect(await page.content()).not.toContain(secret)
    const shown = section(page, secrets.title)
    await expect(shown.getByText(secrets.timeline)).toBeSeen()
    await expect(shown.getByText(secrets.timelineText(2))).toBeSeen()
    expect((await now()).secrets.map(({ hint }) => hint)).toEqual([
      `…${secret.slice(-4)}`,
      `…${SECRET.slice(-4)}`,
    ])
  })

  it('ends the old one at once when it has leaked, without waiting for the receiver', async () => {
    const { page, now, expectError } = await openSubscription({ secret: SECRET })
    expectError(REFUSED)
    await button(page, secrets.rotate).click()
    const dialog = dialogOf(page)
    await dialog.getByRole('radio', { name: rotate.given }).check()
    await dialog.getByRole('radio', { name: rotate.overlaps[0] }).check()
    await dialog.getByRole('textbox', { name: rotate.secret }).fill('"in quotes"')
    await button(dialog, rotate.confirm).click()
    await expect(dialog.getByRole('alert')).toBeSeen()
    expect(await dialog.getByRole('textbox', { name: rotate.secret }).inputValue()).toBe('"in quotes"')
    await dialog
      .getByRole('textbox', { name: rotate.secret })
      .fill('a-secret-that-somebody-has-made-up-themselves')
    await button(dialog, rotate.confirm).click()
    await button(dialog, rotate.stored).click()
    await expect(dialog).toBeGone()
    expect((await now()).secrets).toHaveLength(1)
    await expect(page.getByText(secrets.timeline)).toBeGone()
  })

  it('is done once when the answer was lost and it is asked for again', async () => {
    const { page, now, expectError } = await openSubscription()
    expectError(/ERR_/)
    await page.route('**/rotate-secret', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    })
    await button(page, secrets.rotate).click()
    const dialog = dialogOf(page)
    const secret = await dialog.getByRole('textbox', { name: rotate.secret }).inputValue()
    await dialog.getByRole('checkbox', { name: rotate.ready }).check()
    await button(dialog, rotate.confirm).click()
    await expect(dialog.getByText(strings.problems.unreachable.title)).toBeSeen()
    await page.unroute('**/rotate-secret')
    await button(dialog, rotate.confirm).click()
    await expect(dialog.getByText(secret)).toBeSeen()
    expect(await now()).toMatchObject({ version: 2 })
  })

  it('asks before a new secret is thrown away', async () => {
    const { page, now } = await openSubscription()
    await button(page, secrets.rotate).click()
    await page.keyboard.press('Escape')
    const question = page.getByRole('dialog', { name: rotate.discardTitle })
    await button(question, rotate.keep).click()
    await expect(page.getByRole('dialog', { name: rotate.title })).toBeSeen()
    await page.keyboard.press('Escape')
    await button(question, rotate.discard).click()
    await expect(dialogOf(page)).toBeGone()
    expect((await now()).version).toBe(1)
  })
})

describe('a test event', () => {
  const { test } = texts

  it('is chosen from the catalog, and what came of it is shown at once', async () => {
    const body = `{"status":"processed"} ${hostileTexts[0]}`
    const receiver = await receive(() => startReceiver(() => ({ status: 200, body })))
    const { page } = await openSubscription({ url: receiver.url })
    await button(header(page), texts.actions.test).click()
    const dialog = dialogOf(page)
    await dialog.getByRole('combobox', { name: test.event }).click()
    await page.getByRole('option', { name: /^scan\.completed/ }).click()
    await expect(dialog.getByRole('region', { name: test.example })).toBeSeen()
    await button(dialog, test.send).click()
    await expect(dialog.getByText(test.succeeded)).toBeSeen()
    await expect(dialog.getByText('200 OK')).toBeSeen()
    await expect(dialog.getByText(test.phaseNames.first_byte_ms)).toBeSeen()
    expect(await dialog.getByRole('region', { name: test.responseBodyOf }).textContent()).toBe(body)
    await expect(page).toBeAccessible()
    await dialog.getByRole('link', { name: test.delivery }).click()
    await page.waitForURL(`**${LOG}/*`)
    await expect(dialogOf(page)).toBeGone()
  })

  it.each([
    { when: 'nothing listens', given: undefined, outcome: strings.outcomes.names.connect },
    {
      when: 'there is no such name',
      given: 'https://nowhere.invalid/webhooks',
      outcome: strings.outcomes.names.dns,
    },
  ])('says what to do when $when', async ({ given, outcome }) => {
    const closed = await closedUrl()
    const { page } = await openSubscription({ url: given ?? closed })
    await button(header(page), texts.actions.test).click()
    const dialog = dialogOf(page)
    await button(dialog, test.send).click()
    await expect(dialog.getByText(test.failed)).toBeSeen()
    await expect(dialog.getByText(outcome)).toBeSeen()
    await expect(dialog.getByText(`${test.advice}:`)).toBeSeen()
    await expect(dialog.getByText(test.noBody)).toBeSeen()
  })

  it('says how long to wait when there were too many', async () => {
    const { page, account, id, expectError } = await openSubscription()
    expectError(REFUSED)
    for (let number = 0; number < 10; number += 1) {
      const body = { event: 'webhook.test' } as const
      await account.api.POST('/api/webhooks/{id}/test', { params: { path: { id } }, body })
    }
    await button(header(page), texts.actions.test).click()
    const dialog = dialogOf(page)
    await button(dialog, test.send).click()
    await expect(
      dialog.getByText(/Tested too often\. The next test is possible in \d+ seconds?\./),
    ).toBeSeen()
    expect(await button(dialog, test.send).getAttribute('aria-disabled')).toBe('true')
  })
})

describe('deleting', () => {
  it('asks for the host, then goes to the list, and the id is unknown', async () => {
    const { page, account, id, url, publish, expectError } = await openSubscription({ state: 'paused' })
    expectError(REFUSED)
    await publish(2)
    await expect(page.getByText(/2 deliveries kept so far/)).toBeSeen()
    const { host } = new URL(url)
    await choose(page, texts.actions.delete)
    const dialog = dialogOf(page)
    await expect(dialog.getByText(texts.delete.pending('2 deliveries'))).toBeSeen()
    expect(await button(dialog, texts.delete.confirm).getAttribute('aria-disabled')).toBe('true')
    await dialog.getByLabel(texts.delete.typed(host)).fill('example.com')
    expect(await button(dialog, texts.delete.confirm).getAttribute('aria-disabled')).toBe('true')
    await expect(page).toBeAccessible()
    await dialog.getByLabel(texts.delete.typed(host)).fill(host)
    await button(dialog, texts.delete.confirm).click()
    await expect(page).toBeAt(LIST)
    await expect(page.getByText(texts.delete.done(host))).toBeSeen()
    await expect(account.api.GET('/api/webhooks/{id}', { params: { path: { id } } })).rejects.toThrow('404')
    await page.goto(`${LIST}/${id}`)
    await expect(page.getByText(texts.notFound.title)).toBeSeen()
    await page.getByRole('link', { name: texts.notFound.log }).click()
    await expect(page).toBeAt(`${LOG}?subscription=${id}`)
  })

  it('does nothing while it was changed meanwhile, and what was typed stays', async () => {
    const { page, change, url, now, expectError } = await openSubscription()
    expectError(REFUSED)
    const { host } = new URL(url)
    await choose(page, texts.actions.delete)
    const dialog = dialogOf(page)
    await dialog.getByLabel(texts.delete.typed(host)).fill(host)
    await change({ description: 'Still needed!' })
    await button(dialog, texts.delete.confirm).click()
    await expect(dialog.getByText(texts.conflict.title)).toBeSeen()
    expect(await dialog.getByLabel(texts.delete.typed(host)).inputValue()).toBe(host)
    expect((await now()).description).toBe('Still needed!')
  })

  it('by somebody else is noticed', async () => {
    const { page, account, id, expectError } = await openSubscription()
    expectError(REFUSED)
    await account.api.DELETE('/api/webhooks/{id}', { params: { path: { id } } })
    await expect(page.getByText(texts.notFound.title)).toBeSeen()
  })
})

describe('the history', () => {
  const { history } = texts

  it('tells who did what, with its evidence, and what the sender did by itself', async () => {
    const receiver = await receive(() => startReceiver(() => ({ status: 503 })))
    const { page, id, publish, change } = await openSubscription({ url: receiver.url })
    await change({ description: 'Other', headers: { 'x-team': 'data' } })
    await publish(1)
    await eventually('an attempt has failed', async () => {
      const query = 'select from webhooks.subscription where id = $1 and consecutive_failures > 0'
      return (await pool().query(query, [id])).rowCount === 1
    })
    await ageFailures(pool(), id, { hours: 25, failures: 30 })
    await hurry(pool(), id)
    const story = section(page, history.title)
    await expect(story.getByText(history.transitions.disabled)).toBeSeen()
    await expect(
      story.getByText(history.details.changed(history.fields.description, history.noValue, 'Other')),
    ).toBeSeen()
    await expect(story.getByText(history.details.headersSet('x-team'))).toBeSeen()
    await expect(story.getByText(history.actions['subscription.created'])).toBeSeen()
    await expect(story.getByText(/^You \(/)).toBeSeen()
    await expect(story.getByText(history.who.sender)).toBeSeen()
    await expect(story.getByText(/^Audit entry \d+ ·/)).toBeSeen()
    await expect(story.getByText(history.command)).toBeSeen()
  })

  it('is one item for a change of the state that somebody asked for', async () => {
    const { page, account, id } = await openSubscription()
    await account.api.POST('/api/webhooks/{id}/pause', { params: { path: { id } } })
    const story = section(page, history.title)
    await expect(story.getByText(history.actions['subscription.paused'])).toBeSeen()
    expect(await story.getByRole('listitem').getByText(history.actions['subscription.paused']).count()).toBe(
      1,
    )
  })

  it('goes back as far as one asks', async () => {
    const { page, change } = await openSubscription()
    for (let number = 0; number < 25; number += 1) await change({ description: `Number ${number}.` })
    await page.reload()
    await settled(page)
    const story = section(page, history.title)
    await expect(story.getByText('→ Number 24.')).toBeSeen()
    expect(await story.getByText(history.actions['subscription.created']).count()).toBe(0)
    await button(story, history.more).click()
    await expect(story.getByText(history.actions['subscription.created'])).toBeSeen()
    await expect(story.getByText(history.end)).toBeSeen()
  })
})

describe('the newest deliveries', () => {
  it('lead to each of them, and to all in the Delivery Log', async () => {
    const { page, id, publish } = await openSubscription()
    await expect(page.getByText(texts.recent.empty)).toBeSeen()
    await publish(12)
    const recent = section(page, texts.recent.title)
    await expect(recent.getByRole('rowheader').nth(9)).toBeSeen()
    expect(await recent.getByRole('rowheader').count()).toBe(10)
    await recent.getByRole('rowheader').first().getByRole('link').click()
    await page.waitForURL(`**${LOG}/*`)
    await page.goBack()
    await recent.getByRole('link', { name: texts.recent.all }).click()
    await expect(page).toBeAt(`${LOG}?subscription=${id}`)
  })
})

describe('recovering', () => {
  it('is offered for this subscription', async () => {
    const { page } = await openSubscription()
    await button(page, texts.recover.open).click()
    await expect(dialogOf(page)).toBeSeen()
    await page.keyboard.press('Escape')
    await expect(button(page, texts.recover.open)).toHaveFocus()
  })
})

describe('a member', () => {
  it('sees everything, and why nothing can be changed', async () => {
    const { page } = await openPage({ path: `${LIST}/${subscriptions.rotating}`, role: 'member' })
    await settled(page)
    for (const title of [texts.health, texts.recent, texts.secrets, texts.settings, texts.history]) {
      await expect(section(page, title.title)).toBeSeen()
    }
    const names = [texts.actions.test, texts.actions.pause, texts.secrets.rotate, texts.recover.open]
    for (const name of names) {
      expect(await button(page, name).getAttribute('aria-disabled')).toBe('true')
      expect(await button(page, name).getAttribute('aria-description')).toBe(readOnly)
    }
    expect(await button(page, texts.actions.edit).count()).toBe(2)
    await expect(page).toBeAccessible()
    await page.getByRole('button', { name: texts.actions.more }).click()
    await expect(page.getByRole('menu').getByText(readOnly)).toBeSeen()
    for (const name of [texts.actions.rotate, texts.actions.delete]) {
      expect(await page.getByRole('menuitem', { name }).getAttribute('aria-disabled')).toBe('true')
    }
  })
})

describe('with the keyboard alone', () => {
  it('a dialog that was opened from the menu gives the focus back to it', async () => {
    const { page } = await openSubscription()
    const more = page.getByRole('button', { name: texts.actions.more })
    await more.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: texts.delete.title })).toBeSeen()
    await page.keyboard.press('Escape')
    await expect(dialogOf(page)).toBeGone()
    await expect(more).toHaveFocus()
  })
})

describe.each(['wide', 'narrow'] as const)('every dialog, %s', (width) => {
  it.each([
    ['pause', (page: Page) => button(header(page), texts.actions.pause).click()],
    ['edit', (page: Page) => button(header(page), texts.actions.edit).click()],
    ['test', (page: Page) => button(header(page), texts.actions.test).click()],
    ['rotate', (page: Page) => choose(page, texts.actions.rotate)],
    ['delete', (page: Page) => choose(page, texts.actions.delete)],
  ])('has no barrier in either theme, and fits its window: %s', async (_, open) => {
    const { page } = await openPage({ path: `${LIST}/${subscriptions.healthy}`, width })
    await settled(page)
    await open(page)
    await expect(dialogOf(page)).toBeSeen()
    await expect(page).toFitItsWindow()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect(page).toBeAccessible()
    }
  })
})
