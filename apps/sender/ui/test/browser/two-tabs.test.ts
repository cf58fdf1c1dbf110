import { expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { openPage } from './support/index.ts'

const { signIn, signOut } = strings.shell
const WEBHOOKS = '/settings/integrations/webhooks'

it('a tab shows who is signed in once another tab has signed in somebody else', async () => {
  const { page, context } = await openPage({ role: 'admin', path: WEBHOOKS })
  await expect(page.getByRole('button', { name: 'Acme Corporation Admin' })).toBeSeen()
  const other = await context.newPage()
  await other.goto(new URL('/sign-in', page.url()).href)
  await other.getByLabel(signIn.key).fill(inject('stage').keys.member)
  await other.getByRole('button', { name: signIn.submit }).click()
  await expect(other).toBeAt(WEBHOOKS)
  await expect(page.getByRole('button', { name: 'Acme Corporation Member' })).toBeSeen()
  await expect(page).toBeAt(WEBHOOKS)
})

it('a tab leads to signing in once another tab has signed out', async () => {
  const { page, context, expectError } = await openPage({ role: 'admin', path: WEBHOOKS })
  expectError(/status of 401/)
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByRole('button', { name: 'Acme Corporation Admin' }).click()
  await other.getByRole('menuitem', { name: signOut }).click()
  await expect(other.getByLabel(signIn.key)).toBeSeen()
  await expect(page.getByLabel(signIn.key)).toBeSeen()
})
