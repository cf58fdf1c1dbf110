import { generateSecret } from '@complywise/webhooks'
import type { Page } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { receiverCodes, startCommand } from '../../src/webhooks/receiver-code.ts'
import {
  cutApi,
  expireSession,
  newAccount,
  openPage,
  startReceiver,
  startVerifyingReceiver,
  type StageReceiver,
  type TestAccount,
} from './support/index.ts'

const { creating, events, check } = strings.webhooks
const LIST = '/settings/integrations/webhooks'
const PATH = `${LIST}/new`
const UNPROCESSABLE = /status of 422/
/** Of tests with many steps, on a machine that is busy. */
const LONG_MS = 90_000
const UNREACHABLE = /ERR_CONNECTION_REFUSED|ERR_FAILED/

describe('making a subscription', () => {
  it(
    'shows the generated secret once, code for it, and what a test event is answered',
    async () => {
      const receiver = await receiving()
      const { page, account } = await openForm()
      await url(page).fill(receiver.url)
      await eventBox(page, 'scan.completed').check()
      await submit(page)

      await expect(page.getByRole('heading', { level: 1, name: creating.created.title })).toHaveFocus()
      await expect(page.getByText(creating.created.secretOnce)).toBeSeen()
      const secret = (await page.getByRole('region', { name: creating.created.secretOf }).textContent()) ?? ''
      expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
      await page.getByRole('button', { name: `Copy: ${creating.created.secretOf}`, exact: true }).click()
      expect(await clipboard(page)).toBe(secret)
      await page.getByRole('button', { name: new RegExp(creating.created.variableOf) }).click()
      expect(await clipboard(page)).toBe(`COMPLYWISE_WEBHOOK_SECRET=${secret}`)
      // Events are sent without encryption to this machine.
      await expect(page.getByRole('status').filter({ hasText: creating.created.warnings })).toBeSeen()

      for (const { name, install, code } of receiverCodes) {
        await page.getByRole('tab', { name }).click()
        const panel = page.getByRole('tabpanel', { name })
        expect(await panel.getByRole('region').allTextContents()).toEqual([
          install,
          code,
          startCommand(secret),
        ])
      }

      await page.getByRole('button', { name: creating.created.test }).click()
      await expect(page.getByText(strings.subscription.test.succeeded)).toBeSeen()
      await expect(page).toBeAccessible()

      await page.getByRole('link', { name: creating.created.open }).click()
      const [made] = await subscriptionsOf(account)
      await expect(page).toBeAt(`${LIST}/${made?.id}`)
      await expect(page.getByText(secret)).toBeGone()
      expect(made).toMatchObject({ url: receiver.url, events: ['scan.completed'], state: 'active' })
    },
    LONG_MS,
  )

  it('never shows the secret again, neither to whoever loads the page again nor to whoever goes back', async () => {
    const receiver = await receiving()
    const { page, account } = await openForm()
    await url(page).fill(receiver.url)
    await page.getByRole('checkbox', { name: events.all }).check()
    await submit(page)
    const shown = page.getByRole('region', { name: creating.created.secretOf })
    const secret = (await shown.textContent()) ?? ''
    const [made] = await subscriptionsOf(account)
    await expect(page).toBeAt(`${PATH}?created=${made?.id}`)
    await page.getByRole('link', { name: strings.webhooks.title, exact: true }).last().click()
    await expect(page.getByRole('table', { name: strings.webhooks.title })).toBeSeen()
    await page.goBack()
    await expect(page).toBeAt(`${LIST}/${made?.id}`)
    await page.goto(`${PATH}?created=${made?.id}`)
    await expect(page).toBeAt(`${LIST}/${made?.id}`)
    expect(await page.content()).not.toContain(secret)
  })

  it('takes a secret that the receiver has already, and proves with a test that both agree', async () => {
    const secret = generateSecret()
    const receiver = await startVerifyingReceiver(secret)
    onTestFinished(() => receiver.close())
    const { page } = await openForm()
    await url(page).fill(receiver.url)
    await groupBox(page, 'scan.*').check()
    await page.getByLabel(creating.secret.given).check()
    await secretField(page).fill(secret)
    await submit(page)
    await page.getByRole('button', { name: creating.created.test }).click()
    await expect(page.getByText(strings.subscription.test.succeeded)).toBeSeen()
  })

  it('warns of a secret that is easy to guess, and makes the subscription nevertheless', async () => {
    const receiver = await receiving()
    const { page } = await openForm()
    await url(page).fill(receiver.url)
    await page.getByRole('checkbox', { name: events.all }).check()
    await page.getByLabel(creating.secret.given).check()
    await secretField(page).fill("it's $HOME")
    await submit(page)
    await expect(page.getByText(/The key has 10 bytes; at least 24 are needed/)).toBeSeen()
    await expect(page.getByText(startCommand("it's $HOME")).first()).toBeSeen()
  })

  it(
    'takes every option, with the keyboard alone',
    async () => {
      const receiver = await receiving()
      const { page, account } = await openForm()
      await url(page).focus()
      await page.keyboard.type(receiver.url)
      await groupBox(page, 'compliance.*').focus()
      await page.keyboard.press('Space')
      await page.locator('summary', { hasText: creating.details.title }).focus()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.type('Tickets')
      await page.keyboard.press('Tab')
      await page.keyboard.type('oncall@example.com')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.keyboard.type('X-Team')
      await page.keyboard.press('Tab')
      await page.keyboard.type('security')
      await page.getByRole('button', { name: creating.details.addHeader }).press('Enter')
      await page.getByRole('button', { name: creating.details.removeHeaderOf(2) }).press('Enter')
      await expect(page.getByRole('button', { name: creating.details.addHeader })).toHaveFocus()
      await page.keyboard.press('Tab')
      await page.keyboard.type('2.5')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await expect(page.getByText(creating.created.paused)).toBeSeen()
      expect(await subscriptionsOf(account)).toMatchObject([
        {
          url: receiver.url,
          events: ['compliance.*'],
          description: 'Tickets',
          contact_email: 'oncall@example.com',
          headers: { 'x-team': 'security' },
          timeout_ms: 2500,
          is_ordered: true,
          state: 'paused',
        },
      ])
    },
    LONG_MS,
  )

  it('can be done again right away', async () => {
    const receiver = await receiving()
    const { page, account } = await openForm()
    for (const path of ['/one', '/two']) {
      await url(page).fill(receiver.url + path)
      await page.getByRole('checkbox', { name: events.all }).check()
      await submit(page)
      await page.getByRole('button', { name: creating.created.another }).click()
      await expect(url(page)).toBeSeen()
      expect(await url(page).inputValue()).toBe('')
    }
    expect((await subscriptionsOf(account)).map(({ url }) => url)).toEqual([
      `${receiver.url}/two`,
      `${receiver.url}/one`,
    ])
  })
})

describe('the check of the endpoint', () => {
  it('tells addresses, answer and warnings, and what to do about them', async () => {
    const receiver = await receiving()
    const { page } = await openForm()
    const panel = page.getByRole('group', { name: check.title })
    await expect(panel.getByText(check.idle)).toBeSeen()
    await url(page).fill(receiver.url)
    await expect(panel.getByText(check.warnings)).toBeSeen()
    await expect(panel.getByText('127.0.0.1')).toBeSeen()
    await expect(panel.getByText('200 OK')).toBeSeen()
    await expect(panel.getByText('Events are sent without encryption.')).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('tells of a certificate that nobody trusts, and does not stand in the way', async () => {
    const account = inject('stage')
    const { page } = await openPage({ path: PATH })
    const untrusted = await subscriptionUrl(account.subscriptions.untrusted)
    await url(page).fill(untrusted)
    const panel = page.getByRole('group', { name: check.title })
    await expect(panel.getByText(check.failing)).toBeSeen()
    await expect(panel.getByText(/certificate is self-signed/)).toBeSeen()
    await expect(panel.getByText(/TLSv1\.\d/)).toBeSeen()
    await expect(panel.getByText(check.notBlocking)).toBeSeen()
  })

  it.each([
    ['a private address', 'http://10.1.2.3/x', check.refused, /special-purpose network/],
    [
      'credentials in the URL',
      'https://me:pw@example.invalid/',
      check.invalid,
      /Remove the user name and password/,
    ],
  ])('explains %s, and keeps it from being sent', async (_name, text, verdict, reason) => {
    const { page, account, expectError } = await openForm()
    expectError(UNPROCESSABLE)
    await url(page).fill(text)
    await expect(page.getByText(verdict, { exact: true })).toBeSeen()
    await expect(page.getByText(reason)).toBeSeen()
    await page.getByRole('checkbox', { name: events.all }).check()
    await submit(page)
    await expect(url(page)).toHaveFocus()
    await expect(page.getByRole('alert').filter({ hasText: reason })).toBeSeen()
    expect(await subscriptionsOf(account)).toEqual([])
  })

  it(
    'waits until typing stops, and breaks off what was asked before',
    async () => {
      const { page } = await openForm()
      const asked: string[] = []
      const broken: string[] = []
      page.on('request', (request) => asked.push(...checkedUrl(request)))
      page.on('requestfailed', (request) => broken.push(...checkedUrl(request)))
      const held = Promise.withResolvers<void>()
      await page.route('**/api/endpoint-checks', async (route) => {
        if (route.request().postData()?.includes('first') === true) await held.promise
        await route.fallback().catch(() => {})
      })
      await url(page).pressSequentially('https://first.invalid', { timeout: 30_000 })
      await expect.poll(() => asked, { timeout: 10_000 }).toEqual(['https://first.invalid'])
      await url(page).fill('https://second.invalid')
      await expect.poll(() => broken, { timeout: 10_000 }).toEqual(['https://first.invalid'])
      held.resolve()
      await expect(page.getByText(check.failing)).toBeSeen()
      expect(asked).toEqual(['https://first.invalid', 'https://second.invalid'])
    },
    LONG_MS,
  )

  it('is made again when asked to', async () => {
    const { page } = await openForm()
    const closed = await startReceiver(() => ({ status: 200 }))
    await closed.close()
    await url(page).fill(closed.url)
    await expect(page.getByText(check.failing)).toBeSeen()
    const again = page.waitForRequest('**/api/endpoint-checks')
    await page.getByRole('button', { name: check.again }).click()
    await again
    await expect(page.getByText(check.failing)).toBeSeen()
  })
})

describe('choosing events', () => {
  it('shows what each is, with its fields and a whole example', async () => {
    const { page } = await openForm()
    await expect(page.getByText('A scan job finished with results summary.')).toBeSeen()
    await page.getByText(events.details, { exact: true }).first().click()
    const example = await page.getByRole('region', { name: events.example('scan.completed') }).textContent()
    expect(JSON.parse(example ?? '')).toMatchObject({ event: 'scan.completed', data: { total_controls: 49 } })
    await expect(page.getByText('How many controls were evaluated.')).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('lets a group stand for its events, and all events for everything', async () => {
    const { page } = await openForm()
    await eventBox(page, 'scan.failed').check()
    await groupBox(page, 'scan.*').check()
    expect(await eventBox(page, 'scan.completed').isChecked()).toBe(true)
    expect(await eventBox(page, 'scan.completed').isDisabled()).toBe(true)
    await expect(page.getByText(events.chosen(2, 6))).toBeSeen()
    await page.getByRole('checkbox', { name: events.all }).check()
    expect(await groupBox(page, 'compliance.*').isDisabled()).toBe(true)
    await expect(page.getByText(events.chosen(6, 6))).toBeSeen()
    await page.getByRole('checkbox', { name: events.all }).uncheck()
    expect(await groupBox(page, 'scan.*').isChecked()).toBe(true)
    await expect(page.getByText(events.chosen(2, 6))).toBeSeen()
  })
})

describe('what is wrong', () => {
  it(
    'stands at the fields, takes the focus to the first, and costs nothing that was entered',
    async () => {
      const { page, expectError } = await openForm()
      expectError(UNPROCESSABLE)
      await submit(page)
      await expect(url(page)).toHaveFocus()
      await expect(page.getByText(creating.endpoint.required)).toBeSeen()
      await expect(page.getByText(creating.events.required)).toBeSeen()
      await expect(page).toBeAccessible()

      await url(page).fill('https://nowhere.invalid/webhooks')
      await expect(page.getByText(creating.endpoint.required)).toBeGone()
      await submit(page)
      await expect(page.getByRole('checkbox', { name: events.all })).toHaveFocus()

      await eventBox(page, 'scan.failed').check()
      await page.getByText(creating.details.title).click()
      await page.getByLabel(creating.details.contact).fill('nobody')
      await page.getByRole('button', { name: creating.details.addHeader }).click()
      await page.keyboard.type('Content-Type')
      await page.keyboard.press('Tab')
      await page.keyboard.type('text/plain')
      await page.getByText(creating.details.title).click()
      await expect(page.getByLabel(creating.details.contact)).toBeGone()
      await submit(page)
      await expect(page.getByLabel(creating.details.contact)).toHaveFocus()
      await expect(page.getByText(/content-type is set by the sender itself/i)).toBeSeen()
      await expect(page.getByRole('alert').filter({ hasText: creating.failed })).toBeSeen()
      expect(await url(page).inputValue()).toBe('https://nowhere.invalid/webhooks')
      expect(await page.getByLabel(creating.details.contact).inputValue()).toBe('nobody')
      expect(await eventBox(page, 'scan.failed').isChecked()).toBe(true)
      await expect(page).toBeAccessible()
    },
    LONG_MS,
  )

  it('with the connection is told, and a request whose answer was lost makes no second subscription', async () => {
    const receiver = await receiving()
    const { page, account, expectError } = await openForm()
    expectError(UNREACHABLE)
    await url(page).fill(receiver.url)
    await page.getByRole('checkbox', { name: events.all }).check()
    await page.route('**/api/webhooks', async (route) => {
      await route.fetch()
      await route.abort('connectionrefused')
    })
    await submit(page)
    await expect(page.getByText(strings.problems.unreachable.title)).toBeSeen()
    expect(await url(page).inputValue()).toBe(receiver.url)
    expect(await subscriptionsOf(account)).toHaveLength(1)
    await page.unroute('**/api/webhooks')
    await submit(page)
    await expect(page.getByText(creating.created.secretOnce)).toBeSeen()
    expect(await subscriptionsOf(account)).toHaveLength(1)
  })

  it('with the catalog can be tried again', async () => {
    const { page, expectError } = await openPage({ path: null, account: await newAccount() })
    expectError(UNREACHABLE)
    const restore = await cutApi(page, /\/api\/session$/)
    await page.goto(PATH)
    const retry = page.getByRole('button', { name: strings.actions.tryAgain })
    await retry.waitFor({ timeout: 20_000 })
    await restore()
    await retry.click()
    await expect(page.getByRole('checkbox', { name: events.all })).toBeSeen()
  })

  it('never makes two of a double click', async () => {
    const receiver = await receiving()
    const { page, account } = await openForm()
    await url(page).fill(receiver.url)
    await page.getByRole('checkbox', { name: events.all }).check()
    await page.getByRole('button', { name: creating.submit }).dblclick()
    await expect(page.getByText(creating.created.secretOnce)).toBeSeen()
    expect(await subscriptionsOf(account)).toHaveLength(1)
  })

  it('with the session leads to signing in and back, with all that was entered', async () => {
    const { page, account, context, expectError } = await openForm()
    expectError(/status of 401/)
    await url(page).fill('https://nowhere.invalid/webhooks')
    await expect(page.getByText(check.failing)).toBeSeen()
    await page.getByRole('checkbox', { name: events.all }).check()
    await expireSession(context)
    await submit(page)
    await page.getByLabel(strings.shell.signIn.key).fill(account.admin)
    await page.getByRole('button', { name: strings.shell.signIn.submit }).click()
    await expect(page).toBeAt(PATH)
    await expect(url(page)).toBeSeen()
    expect(await url(page).inputValue()).toBe('https://nowhere.invalid/webhooks')
    expect(await page.getByRole('checkbox', { name: events.all }).isChecked()).toBe(true)
  })
})

describe('leaving', () => {
  it('with something entered asks first', async () => {
    const { page } = await openForm()
    await url(page).fill('https://nowhere.invalid/webhooks')
    await page.getByRole('link', { name: creating.cancel }).click()
    const dialog = page.getByRole('dialog', { name: creating.leave.title })
    await expect(dialog.getByRole('button', { name: creating.leave.stay })).toHaveFocus()
    await expect(page).toBeAccessible()
    await page.keyboard.press('Enter')
    await expect(dialog).toBeGone()
    expect(await url(page).inputValue()).toBe('https://nowhere.invalid/webhooks')
    await page.getByRole('link', { name: creating.cancel }).click()
    await dialog.getByRole('button', { name: creating.leave.leave }).click()
    await expect(page).toBeAt(LIST)
    await page.goto(PATH)
    expect(await url(page).inputValue()).toBe('')
  })

  it('with nothing entered does not', async () => {
    const { page } = await openForm()
    await page.getByRole('link', { name: creating.cancel }).click()
    await expect(page).toBeAt(LIST)
  })
})

describe('members', () => {
  it('are told why there is no form', async () => {
    const { page } = await openPage({ path: PATH, role: 'member' })
    await expect(page.getByText(creating.readOnly.title)).toBeSeen()
    await expect(page.getByText(strings.readOnly)).toBeSeen()
    expect(await page.getByRole('textbox').count()).toBe(0)
    await expect(page).toBeAccessible()
    await page.getByRole('link', { name: creating.readOnly.back }).click()
    await expect(page).toBeAt(LIST)
  })
})

describe.each(['light', 'dark'] as const)('on a phone, %s', (theme) => {
  it('the form and what follows it have no barrier, and fit', async () => {
    const receiver = await receiving()
    const { page } = await openForm({ theme, width: 'narrow' })
    await url(page).fill(receiver.url)
    await expect(page.getByText(check.warnings)).toBeSeen()
    await page.getByRole('checkbox', { name: events.all }).check()
    await page.getByText(creating.details.title).click()
    await page.getByRole('button', { name: creating.details.addHeader }).click()
    await expect(page).toBeAccessible()
    await expect(page).toFitItsWindow()
    await submit(page)
    await page.getByRole('button', { name: creating.created.test }).click()
    await expect(page.getByText(strings.subscription.test.succeeded)).toBeSeen()
    await expect(page).toBeAccessible()
    await expect(page).toFitItsWindow()
  })
})

async function openForm(viewing: { readonly theme?: 'light' | 'dark'; readonly width?: 'narrow' } = {}) {
  const account = await newAccount()
  const opened = await openPage({ ...viewing, account, path: PATH })
  await opened.page.getByRole('checkbox', { name: events.all }).waitFor()
  return { ...opened, account }
}

async function receiving(): Promise<StageReceiver> {
  const receiver = await startReceiver(() => ({ status: 200 }))
  onTestFinished(() => receiver.close())
  return receiver
}

function url(page: Page) {
  return page.getByRole('textbox', { name: creating.endpoint.url, exact: true })
}

function secretField(page: Page) {
  return page.getByRole('textbox', { name: creating.secret.label, exact: true })
}

function eventBox(page: Page, event: string) {
  return page.getByRole('checkbox', { name: new RegExp(` ${event}$`) })
}

function groupBox(page: Page, pattern: string) {
  return page.getByRole('checkbox', { name: pattern })
}

async function submit(page: Page): Promise<void> {
  await page.getByRole('button', { name: creating.submit }).click()
}

async function clipboard(page: Page): Promise<string> {
  return await page.evaluate(() => navigator.clipboard.readText())
}

async function subscriptionsOf(account: TestAccount) {
  return (await account.api.GET('/api/webhooks')).data?.data ?? []
}

async function subscriptionUrl(id: string): Promise<string> {
  const { url, keys } = inject('stage')
  const answer = await fetch(`${url}/api/webhooks/${id}`, {
    headers: { authorization: `Bearer ${keys.admin}` },
  })
  return String(Reflect.get(Object(await answer.json()), 'url'))
}

function checkedUrl(request: { url(): string; postDataJSON(): unknown }): readonly string[] {
  if (!request.url().endsWith('/api/endpoint-checks')) return []
  return [String(Reflect.get(Object(request.postDataJSON()), 'url'))]
}
