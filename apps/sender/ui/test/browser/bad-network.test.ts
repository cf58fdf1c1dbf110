import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { cutApi, holdApi, layoutShift, openPage, pages, settled } from './support/index.ts'

const stage = inject('stage')
const { problems, actions, loading } = strings
const REFUSED = /ERR_CONNECTION_REFUSED|ERR_FAILED/

/** A page of each kind that shows nothing before the API has answered. */
const reading = pages.filter(
  ({ kind }, index) => kind !== 'form' && index === pages.findIndex((other) => other.kind === kind),
)

describe.each(reading)('$name', ({ path }) => {
  it(
    'says that the sender cannot be reached, and comes back when asked to',
    { timeout: 60_000 },
    async () => {
      const { page, expectError } = await openPage({ path: null })
      const restore = await cutApi(page, /\/api\/session$/)
      await page.goto(path(stage))
      expectError(REFUSED)
      const alert = page.getByText(problems.unreachable.title).first()
      await expect(alert).toBeSeen()
      await expect(page).toBeAccessible()
      await restore()
      await page.getByRole('button', { name: actions.tryAgain }).first().click()
      await expect(page.getByText(problems.unreachable.title)).toBeGone()
      await settled(page)
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
    },
  )

  it('keeps the place of what is slow to come, so that nothing jumps', async () => {
    const { page } = await openPage({ path: null })
    const release = await holdApi(page)
    await page.goto(path(stage))
    await expect(page.getByRole('status', { name: loading })).toBeSeen()
    await expect(page).toBeAccessible()
    await release()
    await settled(page)
    expect(await layoutShift(page)).toBeLessThan(0.05)
  })
})

describe('without the sender', () => {
  it('a visit says so, and goes on when it is back', { timeout: 60_000 }, async () => {
    const { page, expectError } = await openPage({ path: null })
    const restore = await cutApi(page)
    await page.goto('/settings/integrations/webhooks')
    expectError(REFUSED)
    // React tells the console of each error that a boundary has caught.
    expectError(/^%o|unreachable/)
    await expect(page.getByText(problems.unreachable.title)).toBeSeen()
    await expect(page).toBeAccessible()
    await restore()
    await page.getByRole('button', { name: actions.tryAgain }).click()
    await expect(page.getByRole('heading', { level: 1, name: strings.webhooks.title })).toBeSeen()
  })

  it('signing in says so, and keeps the key to try again', async () => {
    const { page, expectError } = await openPage({ path: '/sign-in', role: null })
    const restore = await cutApi(page)
    expectError(REFUSED)
    const { signIn } = strings.shell
    await page.getByLabel(signIn.key).fill(stage.keys.admin)
    await page.getByRole('button', { name: signIn.submit }).click()
    await expect(page.getByText(problems.unreachable.title)).toBeSeen()
    await restore()
    await page.getByRole('button', { name: signIn.submit }).click()
    await expect(page).toBeAt('/settings/integrations/webhooks')
  })
})
