import { z } from 'zod'
import { type Api, json } from '../http/api.ts'
import { entityTag, etagHeader, ifMatchHeader, preconditionFailed } from '../http/entity-tag.ts'
import { addMergePatchParser, MERGE_PATCH } from '../http/json-body.ts'
import { validationFailed } from '../http/problem.ts'
import type { ChangeTarget } from '../store/locked-subscription.ts'
import type { SubscriptionStore } from '../store/subscriptions.ts'
import { idParams } from './ids.ts'
import { changeSubscriptionBody, toChanges } from './subscription-bodies.ts'
import { changeRefused, subscriptionNotFound } from './subscription-refusals.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { changedSubscriptionAnswer, toSubscriptionAnswer } from './subscription-schemas.ts'
import { targetOf } from './subscription-target.ts'
import { type EndpointJudging, warnOfEndpoint } from './subscription-warnings.ts'

type Options = Pick<SubscriptionRoutesOptions, 'subscriptions' | 'healthPolicy'> & EndpointJudging

/** Adds `PATCH` and `DELETE /api/webhooks/{id}`. */
export function addSubscriptionChangeRoutes(app: Api, options: Options): void {
  const { subscriptions, healthPolicy } = options

  // Apart, because no other route takes a merge patch.
  app.register(async (patching: Api) => {
    addMergePatchParser(patching)
    patching.route({
      method: 'PATCH',
      url: '/api/webhooks/:id',
      config: { access: ['admin'], problems: ['precondition_failed'], answerHeaders: etagHeader },
      schema: {
        operationId: 'changeSubscription',
        tags: ['Subscriptions'],
        summary: 'Change a subscription',
        description:
          'What is absent stays as it is. With `If-Match`, the change is made only to the version that was read; without it, the last change of a field wins. A new URL is judged as at creation, and starts with one delivery at a time. Other event patterns apply to what is published from now on. The state has operations of its own, and so has the secret.',
        consumes: ['application/json', MERGE_PATCH],
        params: idParams,
        headers: z.object(ifMatchHeader),
        body: changeSubscriptionBody,
        response: { 200: json('As it is now.', changedSubscriptionAnswer) },
      },
      handler: async (request, reply) => {
        const { body } = request
        const target = targetOf(request, request.params.id)
        if (body.url !== undefined) await assertChangeable(target, subscriptions)
        const warnings = body.url && (await warnOfEndpoint(body.url, request, reply, options))
        const changed = await subscriptions.change(target, toChanges(body))
        if (changed.kind === 'headers-refused') {
          throw validationFailed(
            changed.problems.map(({ pointer, code, detail }) => ({
              path: `/headers${pointer}`,
              code,
              detail,
            })),
          )
        }
        if (changed.kind !== 'done') throw changeRefused(changed)
        const answer = toSubscriptionAnswer(changed.result, healthPolicy)
        return reply
          .header('etag', entityTag(changed.result.version, answer))
          .send({ ...answer, warnings: [...(warnings ?? [])] })
      },
    })
  })

  app.route({
    method: 'DELETE',
    url: '/api/webhooks/:id',
    config: { access: ['admin'], problems: ['precondition_failed'] },
    schema: {
      operationId: 'deleteSubscription',
      tags: ['Subscriptions'],
      summary: 'Delete a subscription',
      description:
        'Deletes its secrets and cancels what it is still owed; a large backlog is canceled in the minutes after the answer, and nothing of it is attempted. Its deliveries stay in the Delivery Log.',
      params: idParams,
      headers: z.object(ifMatchHeader),
      response: { 204: z.undefined().describe('Deleted.') },
    },
    handler: async (request, reply) => {
      const deleted = await subscriptions.delete(targetOf(request, request.params.id))
      if (deleted.kind !== 'done') throw changeRefused(deleted)
      return reply.code(204).send()
    },
  })
}

/** Before its new endpoint is looked at. It may have changed afterwards, which the change itself finds. */
async function assertChangeable(target: ChangeTarget, subscriptions: SubscriptionStore): Promise<void> {
  const { accountId, id, versions } = target
  const subscription = await subscriptions.get(accountId, id)
  if (subscription === undefined) throw subscriptionNotFound()
  if (versions?.includes(subscription.version) === false) throw preconditionFailed(subscription.version)
}
