import type { WebhookEvent } from '@complywise/webhooks'
import { signedRequest } from '@complywise/webhooks/testing'
import { sign } from '@complywise/webhooks/wire'
import { expect, test, vi } from 'vitest'
import { maxDepth, withoutDeepFields } from '../../src/serve/without-deep-fields.ts'
import { createDesk, secret } from '../support/desk.ts'
import { eventOf } from '../support/events.ts'
import { startDesk } from '../support/start-desk.ts'

vi.setConfig({ testTimeout: 30_000 })

const control = { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }

test.each([
  { name: 'a field that nobody knows', type: 'compliance.control_failed', field: 'extra', told: 1 },
  {
    name: 'a field that does not matter',
    type: 'compliance.control_failed',
    field: 'previous_status',
    told: 1,
  },
  { name: 'an event that nobody knows', type: 'policy.expired', field: 'extra', told: 0 },
])('$name with 20,000 levels keeps nothing from being forwarded', async ({ type, field, told }) => {
  const desk = createDesk()
  const { url } = await startDesk(desk.env)
  expect(await deliverDeep(url, eventOf(type, { ...control, [field]: 'DEEP' }))).toBe(200)
  expect(desk.lines()).toHaveLength(told)
})

test.each([
  { what: 'lists', nest: (value: unknown): unknown => [value] },
  { what: 'objects', nest: (value: unknown): unknown => ({ a: 1, value }) },
])('what has as many levels of $what as are allowed is kept, and what has one more is not', ({ nest }) => {
  const levels = (count: number): unknown =>
    Array.from({ length: count }).reduce<unknown>((value) => nest(value), 'end')
  const data = { kept: levels(maxDepth), deep: levels(maxDepth + 1), text: 'x', none: null }
  expect(withoutDeepFields(data)).toEqual({
    data: { kept: data.kept, text: 'x', none: null },
    dropped: ['deep'],
  })
})

/** Written by hand: what is so deep cannot be made into JSON. */
async function deliverDeep(url: string, event: WebhookEvent): Promise<number> {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const body = new TextEncoder().encode(JSON.stringify(event).replace('"DEEP"', deep))
  const { headers } = await signedRequest(event, { secret })
  const signatures = await sign({ eventId: event.event_id, body, attemptedAt: new Date(), secrets: [secret] })
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, ...signatures } })
  return response.status
}
