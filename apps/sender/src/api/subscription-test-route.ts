import { eventCatalog } from '@complywise/webhooks'
import type { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { TestEvent } from '../store/test-deliveries.ts'
import { idParams } from './ids.ts'
import { testSubscriptionBody } from './subscription-bodies.ts'
import { subscriptionNotFound } from './subscription-refusals.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { testAnswer, toTestAnswer } from './subscription-test-schemas.ts'
import { createTestBudget } from './test-budget.ts'

type Options = Pick<
  SubscriptionRoutesOptions,
  'subscriptions' | 'testDeliveries' | 'attempter' | 'attemptTimeoutMs' | 'testsPerMinute'
>

// For writing the outcome while the database is slow.
const LEASE_MARGIN_MS = 15_000

/** Adds `POST /api/webhooks/{id}/test`. */
export function addSubscriptionTestRoute(app: Api, options: Options): void {
  const { subscriptions, testDeliveries, attempter, attemptTimeoutMs, testsPerMinute = 10 } = options
  const budget = createTestBudget(testsPerMinute)

  app.route({
    method: 'POST',
    url: '/api/webhooks/:id/test',
    config: { access: ['admin'], problems: ['tests_too_frequent'] },
    schema: {
      operationId: 'testSubscription',
      tags: ['Subscriptions'],
      summary: 'Send a test event',
      description:
        'Sends one signed event to the endpoint, now, and answers with what came of it: 200 whatever the endpoint answered. It is in the Delivery Log, is not repeated, and neither enables a subscription nor counts against it. A paused or disabled one can be tested too.',
      params: idParams,
      body: testSubscriptionBody,
      response: { 200: json('What came of it.', testAnswer) },
    },
    handler: async (request) => {
      const { accountId, actor } = principalOf(request)
      const { id } = request.params
      // Else anybody could fill the memory of what was tested with ids that nobody has.
      if ((await subscriptions.get(accountId, id)) === undefined) throw subscriptionNotFound()
      const taken = budget.take(`${accountId} ${id}`)
      if (!taken.granted) throw tooFrequent(testsPerMinute, taken.retryAfterSeconds)
      const leaseMs = Math.max(attemptTimeoutMs, MAX_TIMEOUT_MS) + LEASE_MARGIN_MS
      const heldUntil = Date.now() + leaseMs
      const delivery = await testDeliveries.begin(
        { accountId, id, actor },
        toEvent(id, request.body),
        leaseMs,
      )
      if (delivery === undefined) throw subscriptionNotFound()
      const result = await attempter.attempt(delivery, () => Date.now() < heldUntil)
      await testDeliveries.settle(delivery, result)
      return toTestAnswer(delivery, result)
    },
  })
}

// The longest that a subscription can ask for.
const MAX_TIMEOUT_MS = 30_000

function toEvent(subscriptionId: string, { event }: z.output<typeof testSubscriptionBody>): TestEvent {
  if (event !== 'webhook.test') return { event, data: { ...eventCatalog[event].example } }
  return { event, data: { subscription_id: subscriptionId, message: 'A test. Nothing has happened.' } }
}

function tooFrequent(perMinute: number, retryAfterSeconds: number): ProblemError {
  const detail = `A subscription may be tested ${perMinute} times a minute.`
  return new ProblemError('tests_too_frequent', detail, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  })
}
