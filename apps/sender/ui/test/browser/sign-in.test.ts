import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { expireSession, newAccount, openPage, sessionCookie, settled } from './support/index.ts'

const { signIn, signOut } = strings.shell
const WEBHOOKS = '/settings/integrations/webhooks'
const LOG = '/settings/webhooks/delivery-log'
const UNAUTHORIZED = /status of 401/

describe('signing in', () => {
  it('is asked for on the way to a page, and leads there with its filters', async () => {
    const { page, expectError } = await openPage({ role: null, path: `${LOG}?status=failed&outcome=timeout` })
    expectError(UNAUTHORIZED)
    await page.getByLabel(signIn.key).fill(inject('stage').keys.admin)
    await page.getByRole('button', { name: signIn.submit }).click()
    await expect(page).toBeAt(`${LOG}?status=failed&outcome=timeout`)
    await settled(page)
  })

  it('leads to the list of subscriptions when nothing else was asked for', async () => {
    const { page } = await openPage({ role: null, path: '/sign-in' })
    await page.getByLabel(signIn.key).fill(`  ${inject('stage').keys.member}\n`)
    await page.getByLabel(signIn.key).press('Enter')
    await expect(page).toBeAt(WEBHOOKS)
    await expect(page.getByRole('button', { name: 'Acme Corporation Member' })).toBeSeen()
  })

  it.each([
    ['a key that nobody has', (): string => 'cwk_admin_nobody', signIn.unknown, UNAUTHORIZED],
    [
      'a key of the role publisher',
      (): string => inject('stage').keys.publisher,
      signIn.publisher,
      /status of 403/,
    ],
  ])('says what is wrong with %s, and keeps it to be corrected', async (_name, key, message, error) => {
    const { page, context, expectError } = await openPage({ role: null, path: '/sign-in' })
    expectError(error)
    const field = page.getByLabel(signIn.key)
    await field.fill(key())
    await page.getByRole('button', { name: signIn.submit }).click()
    await expect(page.getByText(message)).toBeSeen()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.inputValue()).toBe(key())
    expect(await sessionCookie(context)).toBeUndefined()
  })

  it.each(['https://example.com/', '//example.com/settings/', '/docs', 'javascript:alert(1)'])(
    'never leads out of the page: %s',
    async (target) => {
      const { page } = await openPage({ role: null, path: `/sign-in?return=${encodeURIComponent(target)}` })
      await page.getByLabel(signIn.key).fill(inject('stage').keys.admin)
      await page.getByRole('button', { name: signIn.submit }).click()
      await expect(page).toBeAt(WEBHOOKS)
    },
  )

  it('takes a key from the address, and out of it', async () => {
    const { page } = await openPage({ role: null, path: `/sign-in#key=${inject('stage').keys.admin}` })
    await expect(page).toBeAt(WEBHOOKS)
    await page.goBack().catch(() => null)
    expect(page.url()).not.toContain('cwk_')
  })
})

describe('the session', () => {
  it('is a cookie that scripts cannot read and other sites do not send, and leaves nothing of the key', async () => {
    const { keys } = inject('stage')
    const { page, context } = await openPage({ role: null, path: `/sign-in#key=${keys.admin}` })
    await expect(page).toBeAt(WEBHOOKS)
    expect(await sessionCookie(context)).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
    expect(await page.evaluate(() => document.cookie)).toBe('')
    const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
    expect(stored).not.toContain('cwk_')
    expect(await page.content()).not.toContain(keys.admin)
  })

  it('that has ended in the middle of work is begun again, where one was', async () => {
    const { subscriptions, keys } = inject('stage')
    const path = `${WEBHOOKS}/${subscriptions.healthy}`
    const { page, context, expectError } = await openPage({ path })
    await settled(page)
    expectError(UNAUTHORIZED)
    await expireSession(context)
    await expect(page.getByText(signIn.ended)).toBeSeen()
    await page.getByLabel(signIn.key).fill(keys.admin)
    await page.getByRole('button', { name: signIn.submit }).click()
    await expect(page).toBeAt(path)
    await settled(page)
  })

  it('ends with signing out, on the sender’s side too', async () => {
    const account = await newAccount()
    const { page, context, expectError } = await openPage({ account })
    await settled(page)
    const cookie = await sessionCookie(context)
    await page.getByRole('button', { name: /Admin/ }).click()
    await page.getByRole('menuitem', { name: signOut }).click()
    await expect(page.getByRole('heading', { level: 1, name: signIn.title })).toBeSeen()
    expect(await sessionCookie(context)).toBeUndefined()

    await context.addCookies([cookie!])
    expectError(UNAUTHORIZED)
    await page.goto(WEBHOOKS)
    await expect(page.getByRole('heading', { level: 1, name: signIn.title })).toBeSeen()
  })
})
