import { describe, expect, inject, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import { openPage, pages, settled } from './support/index.ts'

const { subscriptions, deliveries } = inject('stage')
const { readOnly } = strings

const controls = [
  {
    name: 'the list of subscriptions',
    path: '/settings/integrations/webhooks',
    names: [strings.webhooks.create],
  },
  {
    name: 'a subscription',
    path: `/settings/integrations/webhooks/${subscriptions.healthy}`,
    names: [
      strings.subscription.actions.test,
      strings.subscription.actions.pause,
      strings.subscription.actions.edit,
    ],
  },
  {
    name: 'a delivery',
    path: `/settings/webhooks/delivery-log/${deliveries.failed}`,
    names: [strings.delivery.redeliver.again],
  },
]

describe('a member', () => {
  it.each(controls)(
    'finds what changes things on $name, with the reason why not',
    async ({ path, names }) => {
      const { page } = await openPage({ role: 'member', path })
      await settled(page)
      for (const name of names) {
        const control = page.getByRole('button', { name, exact: true, disabled: true }).first()
        await expect(control).toBeSeen()
        expect(await control.getAttribute('aria-description')).toBe(readOnly)
        await control.focus()
        await expect(control).toHaveFocus()
      }
    },
  )

  it.each(pages)('reads $name without being refused anything', async ({ path }) => {
    const refused: string[] = []
    const { page } = await openPage({ role: 'member', path: null })
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
    })
    await page.goto(path(inject('stage')))
    await settled(page)
    expect(refused).toEqual([])
  })

  it('is told why there is no form for a new subscription', async () => {
    const { page } = await openPage({ role: 'member', path: '/settings/integrations/webhooks/new' })
    await expect(page.getByText(readOnly)).toBeSeen()
    expect(await page.getByRole('textbox').count()).toBe(0)
  })
})
