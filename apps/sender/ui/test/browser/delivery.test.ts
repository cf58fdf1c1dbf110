import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import {
  cutApi,
  eventually,
  exampleOf,
  newAccount,
  openPage,
  pool,
  publish,
  settled,
  type TestAccount,
} from './support/index.ts'

const run = promisify(execFile)
const { deliveries, subscriptions } = inject('stage')
const { delivery: texts, outcomes } = strings
const SECRET = 'a secret of this test'

const pageOf = (id: string): string => `/settings/webhooks/delivery-log/${id}`
const link = (page: Page, id: string): Locator => page.getByRole('link', { name: id })
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true })

interface Recorded {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A receiver that records what it is sent, and answers what `status` says. */
async function startRecorder(status: () => number): Promise<{ url: string; requests: Recorded[] }> {
  const requests: Recorded[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      // Not what looks whether anything is there when a subscription is made.
      if ('x-complywise-delivery' in request.headers) requests.push({ headers: request.headers, body })
      return response.writeHead(status(), { 'content-type': 'application/json' }).end('{"status":"said"}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/webhooks`, requests }
}

interface Delivered {
  readonly account: TestAccount
  readonly subscriptionId: string
  readonly deliveryId: string
  readonly eventId: string
  readonly requests: Recorded[]
}

/** An account with one subscription, and one delivery that was attempted once and answered with `status()`. */
async function deliverOnce(
  status: () => number,
  headers: Readonly<Record<string, string>> = {},
  data: object = {},
): Promise<Delivered> {
  const account = await newAccount()
  const { url, requests } = await startRecorder(status)
  const created = await account.api.POST('/api/webhooks', {
    body: {
      url,
      description: '',
      events: ['compliance.*'],
      headers: { ...headers },
      secret: SECRET,
      timeout_ms: null,
      is_ordered: false,
      contact_email: null,
      state: 'active',
    },
  })
  const subscriptionId = created.data?.id ?? ''
  const example = exampleOf('compliance.control_failed')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Fields may be added to any event.
  const event = { ...example, data: { ...example.data, ...data } } as typeof example
  const eventId = await publish(account.publisherApi, event)
  let deliveryId = ''
  await eventually('the delivery is attempted', async () => {
    const { data: found } = await account.api.GET('/api/deliveries', {
      params: { query: { subscription_id: subscriptionId, limit: 1 } },
    })
    const [newest] = found?.data ?? []
    deliveryId = newest?.id ?? ''
    return newest !== undefined && newest.last_outcome !== null
  })
  return { account, subscriptionId, deliveryId, eventId, requests }
}

describe('a delivery that did not arrive', () => {
  it.each([
    ['wrongSecret', texts.cause.answered('401 Unauthorized'), texts.advice.signature.text],
    ['failing', '500 Internal Server Error', texts.advice.failed.text],
    ['slow', outcomes.names.timeout, texts.advice.timeout.text],
    ['unknownHost', outcomes.names.dns, texts.advice.dns.text],
    ['untrusted', outcomes.names.tls, texts.advice.tls.text],
    ['refused', outcomes.names.ssrf_blocked, texts.advice.address.text],
    ['unreachable', outcomes.names.connect, texts.advice.connect.text],
    ['redirecting', '301 Moved Permanently', texts.advice.redirect.text],
    ['overloaded', '429 Too Many Requests', texts.advice.too_many.text],
    [
      'disabled',
      /^Its subscription is disabled since .*, after repeated failures\.$/,
      texts.advice.enable.text,
    ],
    [
      'gone',
      /^Its subscription is disabled since .*, as its endpoint answered 410 Gone\.$/,
      texts.advice.gone.text,
    ],
    ['hostile', texts.cause.answered('422 Unprocessable Content'), texts.advice.data.text],
    ['failed', outcomes.names.connect, texts.advice.connect.text],
    ['paused', 'Its subscription is paused.', texts.advice.resume.text],
  ] as const)('says why in one look, and what to do: %s', async (name, cause, advice) => {
    const { page } = await openPage({ path: pageOf(deliveries[name]) })
    await settled(page)
    const main = page.getByRole('main')
    await expect(main.getByRole('heading', { level: 2, name: cause })).toBeSeen()
    await expect(main.getByText(advice)).toBeSeen()
  })

  it('says what waits for what, and since when nothing is owed', async () => {
    const { page } = await openPage({ path: pageOf(deliveries.canceled) })
    await settled(page)
    await expect(page.getByRole('heading', { name: 'Its subscription was deleted.' })).toBeSeen()
    await page.goto(pageOf(deliveries.ordered))
    await expect(page.getByRole('heading', { name: texts.cause.behind })).toBeSeen()
    await page.goto(pageOf(deliveries.test))
    await expect(page.getByText(texts.facts.matchedAsTest)).toBeSeen()
  })

  it('leads to its event and to its subscription', async () => {
    const { page } = await openPage({ path: pageOf(deliveries.wrongSecret) })
    await link(page, subscriptions.wrongSecret).click()
    await expect(page).toBeAt(`/settings/integrations/webhooks/${subscriptions.wrongSecret}`)
    await page.goBack()
    const href = await page.locator('a[href*="/events/"]').first().getAttribute('href')
    await page.locator('a[href*="/events/"]').first().click()
    await expect(page).toBeAt(href ?? '')
  })
})

describe('the attempts of a delivery', () => {
  it('are in order, the newest unfolded, others with the keyboard', async () => {
    const { page } = await openPage({ path: pageOf(deliveries.failed) })
    const toggles = page.getByRole('button', { name: /^Details of attempt/ })
    await expect(toggles.first()).toBeSeen()
    const states = await toggles.evaluateAll((found) =>
      found.map((each) => each.getAttribute('aria-expanded')),
    )
    expect(states).toEqual([...Array.from({ length: states.length - 1 }, () => 'false'), 'true'])
    await toggles.first().focus()
    await page.keyboard.press('Enter')
    expect(await toggles.first().getAttribute('aria-expanded')).toBe('true')
    expect(await page.getByText(texts.attempts.noResponse).count()).toBe(2)
    await expect(page).toBeAccessible()
  })

  it('say where the time went in words too, and what was sent and answered', async () => {
    const { page } = await openPage({ path: pageOf(deliveries.wrongSecret) })
    const bars = page.getByRole('img', { name: / in all$/ })
    await expect(bars).toBeSeen()
    expect(await bars.last().getAttribute('aria-label')).toMatch(/First byte [\d.]+ m?s, .*in all$/)
    const headers = page.getByRole('table', { name: texts.attempts.requestHeaders })
    await expect(headers.getByRole('rowheader', { name: 'x-complywise-signature' })).toBeSeen()
    await expect(page.getByText('"unauthorized"')).toBeSeen()
    await expect(page.getByText(texts.attempts.planned)).toBeSeen()
  })

  it('appear by themselves, and the delivery can be attempted at once', async () => {
    let status = 503
    const { account, deliveryId } = await deliverOnce(() => status)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    await expect(page.getByText('503 Service Unavailable')).toBeSeen()
    await expect(page.getByText(texts.redeliver.nowHint)).toBeSeen()
    const toggles = page.getByRole('button', { name: /^Details of attempt/, expanded: true })
    const unfolded = await toggles.evaluateAll((found) => found.map((each) => each.ariaLabel ?? ''))
    expect(unfolded).not.toEqual([])
    status = 200
    await button(page, texts.redeliver.now).click()
    await expect(page.getByText(texts.redeliver.hastened)).toBeSeen()
    await expect(
      page.getByRole('heading', { name: /^The endpoint accepted it on attempt \d+\.$/ }),
    ).toBeSeen()
    await expect(page.getByRole('button', { name: texts.attempts.show(2) })).toBeSeen()
    // What was unfolded stays.
    for (const name of unfolded) await expect(page.getByRole('button', { name, expanded: true })).toBeSeen()
    await page
      .getByRole('status')
      .getByText(/^Attempt \d+ ended: 200 OK$/)
      .waitFor({ state: 'attached' })
    await expect(button(page, texts.redeliver.again)).toBeSeen()
  })

  it.each([
    ['paused', 'paused'],
    ['disabled', 'disabled'],
    ['ordered', 'behind'],
  ] as const)('are not promised where none is made, with the reason: %s', async (name, code) => {
    const { page } = await openPage({ path: pageOf(deliveries[name]) })
    const now = button(page, texts.redeliver.now)
    await expect(now).toBeSeen()
    expect(await now.getAttribute('aria-disabled')).toBe('true')
    expect(await now.getAttribute('aria-description')).toBe(texts.redeliver.useless[code])
    await expect(page.getByText(texts.redeliver.useless[code])).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('stay while the sender cannot be reached, which is said', async () => {
    const { account, deliveryId } = await deliverOnce(() => 503)
    const { page, expectError } = await openPage({ account, path: pageOf(deliveryId) })
    await expect(page.getByText(texts.why.watching)).toBeSeen()
    const restore = await cutApi(page)
    expectError(/ERR_CONNECTION_REFUSED|ERR_FAILED/)
    await expect(page.getByText(texts.why.unreachable)).toBeSeen()
    await expect(page.getByText('503 Service Unavailable')).toBeSeen()
    await restore()
    await expect(page.getByText(texts.why.watching)).toBeSeen()
  })
})

describe('delivering again', () => {
  it('makes a new delivery, goes to it, and links both', async () => {
    const { account, deliveryId } = await deliverOnce(() => 200)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    await expect(page.getByText(texts.redeliver.againHint)).toBeSeen()
    await button(page, texts.redeliver.again).click()
    await expect(page.getByText(texts.redeliver.made)).toBeSeen()
    await expect(page.getByText(texts.redelivery, { exact: true })).toBeSeen()
    expect(page.url()).not.toContain(deliveryId)
    const made = page.url().split('/').at(-1) ?? ''
    await link(page, deliveryId).click()
    await expect(page).toBeAt(pageOf(deliveryId))
    await expect(link(page, made)).toBeSeen()
  })

  it('is refused to members, with the reason', async () => {
    const { page } = await openPage({ role: 'member', path: pageOf(deliveries.failed) })
    for (const name of [texts.redeliver.again, texts.recover.open]) {
      await expect(button(page, name)).toBeSeen()
      expect(await button(page, name).getAttribute('aria-disabled')).toBe('true')
      expect(await button(page, name).getAttribute('aria-description')).toBe(strings.readOnly)
    }
    await expect(page).toBeAccessible()
  })
})

describe('copy as curl', () => {
  it('repeats the request byte by byte, with a placeholder for what is masked', async () => {
    const data = { framework: `it's "q" \\ $(id) \`id\` !! %s \u202E 🎉\n` }
    const { account, deliveryId, requests } = await deliverOnce(
      () => 200,
      { 'x-api-key': 'k', 'x-team': 'a b' },
      data,
    )
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    await page.getByRole('button', { name: texts.curl.copy }).first().click()
    await expect(page.getByText(strings.copy.copied)).toBeSeen()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    await run('bash', ['-c', command])
    expect(requests).toHaveLength(2)
    const [sent, repeated] = requests
    expect(repeated?.body.equals(sent?.body ?? Buffer.of())).toBe(true)
    expect(repeated?.headers).toEqual({ ...sent?.headers, 'x-api-key': 'REPLACE_ME' })
  })
})

describe('the body of a delivery', () => {
  it('is shown formatted and folded, as exact text, and byte by byte', async () => {
    const { account, deliveryId, requests } = await deliverOnce(() => 200)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    const formatted = page.getByRole('region', {
      name: texts.body.of(texts.body.label, texts.body.formatted),
    })
    await expect(formatted.getByText('"framework"')).toBeSeen()
    await formatted.getByRole('button', { name: texts.json.fold('"data"') }).click()
    await expect(formatted.getByText('"framework"')).toBeGone()
    await formatted.getByRole('button', { name: texts.json.fold('"data"') }).click()
    await expect(formatted.getByText('"framework"')).toBeSeen()
    await page.getByRole('tab', { name: texts.body.exact }).click()
    const body = requests[0]?.body.toString() ?? ''
    await expect(page.getByText(body, { exact: true })).toBeSeen()
    await page.getByRole('tab', { name: texts.body.hex }).click()
    await expect(page.getByText('7b 22 65 76 65 6e 74 22').first()).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('is saved and copied as it was sent', async () => {
    const { account, deliveryId, eventId, requests } = await deliverOnce(() => 200)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: texts.body.downloadOf(texts.body.label) }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(`${eventId}.json`)
    const saved = await buffer(await download.createReadStream())
    expect(saved.equals(requests[0]?.body ?? Buffer.of())).toBe(true)
    await page.getByRole('button', { name: `${strings.actions.copy}: ${texts.body.label}` }).click()
    await expect(page.getByText(strings.copy.copied)).toBeSeen()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(requests[0]?.body.toString())
  })

  it('may be as large as any: only what is seen is drawn', async () => {
    const list = Array.from({ length: 20_000 }, (_, index) => index)
    const { account, deliveryId } = await deliverOnce(() => 200, {}, { list, long: 'x'.repeat(100_000) })
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    const formatted = page.getByRole('region', {
      name: texts.body.of(texts.body.label, texts.body.formatted),
    })
    await expect(formatted).toBeSeen()
    await expect(formatted.getByText('"framework"')).toBeSeen()
    expect(await formatted.locator('[data-index]').count()).toBeLessThan(120)
    await formatted.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await expect(formatted.getByText(texts.json.showAll(100_002))).toBeSeen()
    await page.getByRole('tab', { name: texts.body.exact }).click()
    await page.getByRole('button', { name: /^Show all/ }).click()
    await expect(page.getByRole('button', { name: /^Show all/ })).toBeGone()
    const exact = page.getByRole('region', { name: texts.body.of(texts.body.label, texts.body.text) })
    await expect(exact).toHaveFocus()
    await expect(page).toFitItsWindow()
  })
})

describe('check my signature', () => {
  const { form, result, difference } = texts.signature

  async function check(page: Page, signature: string): Promise<void> {
    await page.getByLabel(form.signature).fill(signature)
    await button(page, form.submit).click()
  }

  it('confirms the right one, and names the mistake of a wrong one', async () => {
    const { account, deliveryId, requests } = await deliverOnce(() => 401)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    const body = requests[0]?.body ?? Buffer.of()
    const right = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
    await check(page, right)
    await expect(page.getByText(result.valid)).toBeSeen()
    await check(page, createHmac('sha256', SECRET).update(`${body.toString()}\n`).digest('hex'))
    await expect(page.getByText(result.invalid)).toBeSeen()
    await expect(page.getByText(result.remedy)).toBeSeen()
    await expect(page.getByText(right).last()).toBeSeen()
    await expect(page).toBeAccessible()
  })

  it('shows where the body that was hashed differs, side by side', async () => {
    const { account, deliveryId, requests } = await deliverOnce(() => 401)
    const { page } = await openPage({ account, path: pageOf(deliveryId), width: 'narrow' })
    const body = requests[0]?.body.toString() ?? ''
    await page.getByLabel(form.body).fill(body)
    await expect(page.getByText(difference.same)).toBeSeen()
    await page.getByLabel(form.body).fill(JSON.stringify(JSON.parse(body), null, 2))
    await expect(page.getByText(/^They differ first at byte 1\./)).toBeSeen()
    await expect(
      page.getByRole('region', { name: difference.receivedDump }).getByText('0a').first(),
    ).toBeSeen()
    await expect(page).toFitItsWindow()
    await expect(page).toBeAccessible()
  })

  it('takes the body from a file with its carriage returns, and says when it is no text', async () => {
    const { account, deliveryId, requests } = await deliverOnce(() => 401)
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    const body = requests[0]?.body ?? Buffer.of()
    const file = page.locator('input[type=file]')
    await expect(page.getByLabel(form.body)).toBeSeen()
    await file.setInputFiles({
      name: 'body',
      mimeType: 'text/plain',
      buffer: Buffer.concat([body, Buffer.from('\r\n')]),
    })
    await expect(page.getByText(difference.at(body.length, body.length, body.length + 2))).toBeSeen()
    await file.setInputFiles({ name: 'body', mimeType: 'text/plain', buffer: Buffer.from([0xff, 0xfe]) })
    await expect(page.getByText(form.fileNotText)).toBeSeen()
    await expect(page.getByText(difference.at(0, body.length, 2))).toBeSeen()
  })

  it('asks for a signature where there is none, and keeps what was pasted when it fails', async () => {
    const { page, expectError } = await openPage({ path: pageOf(deliveries.wrongSecret) })
    await page.getByLabel(form.body).fill('{}')
    await button(page, form.submit).click()
    await expect(page.getByText(form.empty)).toBeSeen()
    const restore = await cutApi(page)
    expectError(/ERR_CONNECTION_REFUSED|ERR_FAILED/)
    await check(page, 'sha256=00')
    await expect(page.getByText(strings.problems.unreachable.title)).toBeSeen()
    expect(await page.getByLabel(form.body).inputValue()).toBe('{}')
    await restore()
    await button(page, form.submit).click()
    await expect(page.getByText(result.invalid)).toBeSeen()
  })
})

describe('what is no longer kept', () => {
  it('is said where the body would be, and nothing is offered that needs it', async () => {
    const { account, deliveryId, eventId } = await deliverOnce(() => 200)
    await pool().query('delete from webhooks.event where account_id = $1 and event_id = $2', [
      account.accountId,
      eventId,
    ])
    const { page } = await openPage({ account, path: pageOf(deliveryId) })
    await expect(page.getByText(texts.body.expired, { exact: true })).toBeSeen()
    await expect(page.getByText(texts.signature.expired)).toBeSeen()
    expect(await button(page, texts.redeliver.again).getAttribute('aria-disabled')).toBe('true')
  })
})
