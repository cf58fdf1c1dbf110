import { generateSecret } from '@complywise/webhooks'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { entityTag, etagHeader } from '../http/entity-tag.ts'
import {
  idempotencyHeader,
  readIdempotencyKey,
  REPLAYED_HEADER,
  replayedHeader,
  repeatRefused,
} from '../http/idempotency-key.ts'
import { ProblemError } from '../http/problem.ts'
import type { Repeated, StoredAnswer } from '../store/idempotency.ts'
import type { Subscription } from '../store/subscription.ts'
import { createSubscriptionBody } from './subscription-bodies.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { subscriptionSecretAnswer, toSubscriptionAnswer } from './subscription-schemas.ts'
import { type EndpointJudging, warnOfEndpoint, warnOfSecret } from './subscription-warnings.ts'

type Options = Pick<SubscriptionRoutesOptions, 'subscriptions' | 'healthPolicy'> & EndpointJudging

/** Adds `POST /api/webhooks`. */
export function addSubscriptionCreateRoute(app: Api, options: Options): void {
  const { subscriptions, healthPolicy } = options

  app.route({
    method: 'POST',
    url: '/api/webhooks',
    config: {
      access: ['admin'],
      answerHeaders: { ...etagHeader, ...replayedHeader },
      problems: ['subscription_limit_reached', 'idempotency_key_in_use', 'idempotency_key_reused'],
    },
    schema: {
      operationId: 'createSubscription',
      tags: ['Subscriptions'],
      summary: 'Create a subscription',
      description:
        'Events published from now on are sent to the URL. This answer is the only one that ever holds the secret. What works but should be changed, such as a weak secret or a host that does not resolve yet, is listed in `warnings`.',
      headers: z.object(idempotencyHeader),
      body: createSubscriptionBody,
      response: { 201: json('Created.', subscriptionSecretAnswer) },
    },
    handler: async (request, reply) => {
      const { accountId, actor } = principalOf(request)
      const { url, secret = generateSecret(), headers, ...body } = request.body
      const repeatable = readIdempotencyKey(request, request.body)
      const earlier = repeatable && (await subscriptions.recall(accountId, repeatable))
      if (earlier !== undefined) return sendRepeated(reply, earlier)
      const warnings = [...(await warnOfEndpoint(url, request, reply, options)), ...warnOfSecret(secret)]
      const toAnswer = (subscription: Subscription): StoredAnswer => {
        const answer = toSubscriptionAnswer(subscription, healthPolicy)
        return {
          status: 201,
          headers: {
            location: `/api/webhooks/${subscription.id}`,
            etag: entityTag(subscription.version, answer),
          },
          body: { ...answer, secret, warnings },
        }
      }
      const input = {
        accountId,
        url: url.href,
        events: body.events,
        secret,
        description: body.description,
        ...(headers && { headers }),
        timeoutMs: body.timeout_ms,
        isOrdered: body.is_ordered,
        contactEmail: body.contact_email,
        state: body.state,
      }
      const once = repeatable && { ...repeatable, toAnswer }
      const created = await subscriptions.create(input, actor, once)
      if (created.kind === 'done') return sendStored(reply, toAnswer(created.result))
      if (created.kind === 'limit-reached') throw limitReached(created.limit)
      return sendRepeated(reply, created)
    },
  })
}

/** Sends an answer in the form in which it is stored. */
export function sendStored(reply: FastifyReply, { status, headers, body }: StoredAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

/** Sends what the request was answered the first time. */
export function sendRepeated(reply: FastifyReply, repeated: Repeated): FastifyReply {
  if (repeated.kind !== 'replayed') throw repeatRefused(repeated.kind)
  return sendStored(reply.header(REPLAYED_HEADER, 'true'), repeated.answer)
}

function limitReached(limit: number): ProblemError {
  const detail = `The account has ${limit} subscriptions, which is as many as it may have.`
  return new ProblemError('subscription_limit_reached', detail, { members: { limit } })
}
