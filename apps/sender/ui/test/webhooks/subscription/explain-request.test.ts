import { expect, test } from 'vitest'
import { strings } from '../../../src/strings/index.ts'
import { explainRequest } from '../../../src/webhooks/subscription/explain-request.ts'
import { subscriptionOf } from '../subscription-of.ts'

const { pause, resume, enable } = strings.subscription

test('pausing tells what waits now, counted by the statistics while the subscription is active', () => {
  const sentences = explainRequest('pause', subscriptionOf(), { count: 3, is_exact: true })
  expect(sentences).toContain('Now waiting: 3 deliveries.')
})

test.each(['resume', 'enable'] as const)(
  'to %s tells how many are held, and that one goes first',
  (request) => {
    const paused = subscriptionOf({ state: 'paused', backlog: { count: 10_000, is_exact: false } })
    const sentences = explainRequest(request, paused, { count: 1, is_exact: true })
    expect(sentences).toContain('Kept for it: more than 10,000 deliveries.')
    expect(sentences).toContain(resume.first)
  },
)

test('with nothing held there is nothing to catch up on', () => {
  const paused = subscriptionOf({ state: 'paused', backlog: { count: 0, is_exact: true } })
  expect(explainRequest('resume', paused, undefined)).toEqual([resume.heldNothing, resume.afresh])
})

test('enabling warns of an endpoint that said that it is gone', () => {
  const gone = subscriptionOf({ state: 'disabled', state_reason: 'endpoint_gone' })
  expect(explainRequest('enable', gone, undefined)).toContain(enable.gone)
  const failing = subscriptionOf({ state: 'disabled', state_reason: 'repeated_failures' })
  expect(explainRequest('enable', failing, undefined)).toContain(enable.repeated)
})

test('what is not known is not claimed', () => {
  expect(explainRequest('pause', subscriptionOf(), undefined).join(' ')).not.toContain('Now waiting')
  expect(pause.what).toHaveLength(2)
})
