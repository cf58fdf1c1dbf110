import { generateSecret, inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import type { Network } from '../domain/address.ts'
import { hostOf } from '../domain/endpoint-url.ts'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError, validationFailed } from '../http/problem.ts'
import type { SubscriptionStore } from '../store/subscriptions.ts'
import { checkEndpoint, type ResolveHost } from './endpoint-check.ts'
import { idParams } from './ids.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'
import {
  createdSubscriptionAnswer,
  createSubscriptionBody,
  listSubscriptionsQuery,
  subscriptionAnswer,
  subscriptionPage,
  toSubscriptionAnswer,
  type Warning,
} from './subscription-schemas.ts'

/** What the routes of subscriptions work with. */
export interface SubscriptionRoutesOptions {
  readonly subscriptions: SubscriptionStore
  /** Special-purpose networks in which endpoints may be nevertheless. */
  readonly allowedNetworks: readonly Network[]
  /** Default: the system's resolver. */
  readonly resolveHost?: ResolveHost
}

const tags = ['Subscriptions']

/** Adds the routes under `/api/webhooks`. */
export function addSubscriptionRoutes(app: Api, options: SubscriptionRoutesOptions): void {
  const { subscriptions } = options

  app.route({
    method: 'POST',
    url: '/api/webhooks',
    config: { access: ['admin'] },
    schema: {
      operationId: 'createSubscription',
      tags,
      summary: 'Create a subscription',
      description:
        'Events published from now on are sent to the URL. This answer is the only one that ever holds the secret. What works but should be changed, such as a weak secret or a host that does not resolve yet, is listed in `warnings`.',
      body: createSubscriptionBody,
      response: { 201: json('Created.', createdSubscriptionAnswer) },
    },
    handler: async (request, reply) => {
      const { url, events, secret = generateSecret() } = request.body
      const warnings = [...(await inspectEndpoint(url, options)), ...warnOfSecret(secret)]
      const { accountId } = principalOf(request)
      const subscription = await subscriptions.create({ accountId, url: url.href, events, secret })
      return reply
        .code(201)
        .header('location', `/api/webhooks/${subscription.id}`)
        .send({ ...toSubscriptionAnswer(subscription), secret, warnings })
    },
  })

  app.route({
    method: 'GET',
    url: '/api/webhooks',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listSubscriptions',
      tags,
      summary: 'List subscriptions',
      description: 'Newest first. Secrets are shown by their last characters only.',
      querystring: listSubscriptionsQuery,
      response: { 200: json('A page of subscriptions.', subscriptionPage) },
    },
    handler: async (request) => {
      const page = await subscriptions.list(principalOf(request).accountId, toPageRequest(request.query))
      return toPageAnswer(page, toSubscriptionAnswer)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/webhooks/:id',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getSubscription',
      tags,
      summary: 'Get a subscription',
      description: 'Its secrets are shown by their last characters only.',
      params: idParams,
      response: { 200: json('The subscription.', subscriptionAnswer) },
    },
    handler: async (request) => {
      const subscription = await subscriptions.get(principalOf(request).accountId, request.params.id)
      if (subscription === undefined) throw subscriptionNotFound()
      return toSubscriptionAnswer(subscription)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/api/webhooks/:id',
    config: { access: ['admin'] },
    schema: {
      operationId: 'deleteSubscription',
      tags,
      summary: 'Delete a subscription',
      description:
        'Deletes its secrets and cancels what it is still owed. Its deliveries stay in the Delivery Log.',
      params: idParams,
      response: { 204: z.undefined().describe('Deleted.') },
    },
    handler: async (request, reply) => {
      const existed = await subscriptions.delete(principalOf(request).accountId, request.params.id)
      if (!existed) throw subscriptionNotFound()
      return reply.code(204).send()
    },
  })
}

function subscriptionNotFound(): ProblemError {
  return new ProblemError('not_found', 'There is no subscription with this id.')
}

async function inspectEndpoint(url: URL, options: SubscriptionRoutesOptions): Promise<readonly Warning[]> {
  const check = await checkEndpoint(url, options.allowedNetworks, options.resolveHost)
  if (!check.permitted) {
    const detail = `${hostOf(url)} has an address in a special-purpose network (${check.range}), where endpoints may not be.`
    throw validationFailed([{ path: '/url', code: 'address_forbidden', detail }])
  }
  const warnings: Warning[] = []
  if (url.protocol === 'http:') {
    const detail = 'Events are sent without encryption; use https: wherever the network is not your own.'
    warnings.push({ code: 'url_not_encrypted', path: '/url', detail })
  }
  if (check.isUnresolved) {
    const detail = `${hostOf(url)} does not resolve to an address yet; deliveries fail until it does.`
    warnings.push({ code: 'host_unresolved', path: '/url', detail })
  }
  return warnings
}

function warnOfSecret(secret: string): readonly Warning[] {
  const inspection = inspectSecret(secret)
  if (!inspection.usable || inspection.weakness === undefined) return []
  return [{ code: inspection.weakness, path: '/secret', detail: inspection.detail }]
}
