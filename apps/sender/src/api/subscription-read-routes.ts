import { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { etagHeader, replyWithTag } from '../http/entity-tag.ts'
import type { SubscriptionFilter } from '../store/list-subscriptions.ts'
import { idParams } from './ids.ts'
import { pageParameters, toPageAnswer, toPageRequest } from './pages.ts'
import { subscriptionNotFound } from './subscription-refusals.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { subscriptionAnswer, subscriptionPage, toSubscriptionAnswer } from './subscription-schemas.ts'

const listQuery = z.strictObject({
  ...pageParameters,
  state: z.enum(['active', 'paused', 'disabled']).optional(),
  event: z
    .string()
    .max(100)
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, { error: 'Expected an event type such as scan.completed' })
    .optional()
    .meta({ description: 'An event type: those that are sent it.' }),
  url: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .meta({ description: 'A part of the URL, in upper or lower case.' }),
})

/** Adds `GET /api/webhooks` and `GET /api/webhooks/{id}`. */
export function addSubscriptionReadRoutes(
  app: Api,
  { subscriptions, healthPolicy }: Pick<SubscriptionRoutesOptions, 'subscriptions' | 'healthPolicy'>,
): void {
  app.route({
    method: 'GET',
    url: '/api/webhooks',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listSubscriptions',
      tags: ['Subscriptions'],
      summary: 'List subscriptions',
      description: 'Newest first. Secrets are shown by their last characters only.',
      querystring: listQuery,
      response: { 200: json('A page of subscriptions.', subscriptionPage) },
    },
    handler: async (request) => {
      const page = await subscriptions.list(
        principalOf(request).accountId,
        toFilter(request.query),
        toPageRequest(request.query),
      )
      return toPageAnswer(page, (subscription) => toSubscriptionAnswer(subscription, healthPolicy))
    },
  })

  app.route({
    method: 'GET',
    url: '/api/webhooks/:id',
    config: { access: ['admin', 'member'], answerHeaders: etagHeader },
    schema: {
      operationId: 'getSubscription',
      tags: ['Subscriptions'],
      summary: 'Get a subscription',
      description:
        'Its secrets are shown by their last characters only. The `ETag` is for `If-Match` when it is changed, and for `If-None-Match` when it is read again.',
      params: idParams,
      response: {
        200: json('The subscription.', subscriptionAnswer),
        304: z.undefined().describe('It is as `If-None-Match` has it.'),
      },
    },
    handler: async (request, reply) => {
      const subscription = await subscriptions.get(principalOf(request).accountId, request.params.id)
      if (subscription === undefined) throw subscriptionNotFound()
      const answer = toSubscriptionAnswer(subscription, healthPolicy)
      return replyWithTag(request, reply, subscription.version, answer)
    },
  })
}

function toFilter({ state, event, url }: z.output<typeof listQuery>): SubscriptionFilter {
  return { ...(state && { state }), ...(event && { event }), ...(url && { url }) }
}
