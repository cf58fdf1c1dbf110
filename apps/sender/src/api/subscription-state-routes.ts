import { z } from 'zod'
import { type Api, json } from '../http/api.ts'
import { entityTag, etagHeader, ifMatchHeader } from '../http/entity-tag.ts'
import { ProblemError } from '../http/problem.ts'
import type { StateRequest } from '../store/subscription-state.ts'
import type { SubscriptionState } from '../store/subscription.ts'
import { idParams } from './ids.ts'
import { changeRefused } from './subscription-refusals.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { subscriptionAnswer, toSubscriptionAnswer } from './subscription-schemas.ts'
import { targetOf } from './subscription-target.ts'

const operations = [
  {
    request: 'pause',
    operationId: 'pauseSubscription',
    summary: 'Pause a subscription',
    description:
      'No attempt starts any more; those under way end. What is published meanwhile is kept for it. Pausing it again changes nothing.',
    done: 'Paused.',
  },
  {
    request: 'resume',
    operationId: 'resumeSubscription',
    summary: 'Resume a paused subscription',
    description:
      'What was kept is sent: one delivery first, and once that has succeeded the others. Resuming an active one changes nothing.',
    done: 'Active.',
  },
  {
    request: 'enable',
    operationId: 'enableSubscription',
    summary: 'Enable a disabled subscription',
    description:
      'For a subscription that was disabled because its endpoint kept failing, or said that it is gone. Its failures are forgotten, and what was kept is sent: one delivery first, and once that has succeeded the others. Enabling an active one changes nothing.',
    done: 'Active.',
  },
] as const satisfies readonly { readonly request: StateRequest; readonly [text: string]: string }[]

/**
 * Adds `POST /api/webhooks/{id}/pause`, `…/resume` and `…/enable`.
 *
 * Operations rather than a field of `PATCH`, because where each leads depends on the state; and resuming is not
 * enabling, so that a script that undoes its own pause never puts an endpoint back to work that was disabled meanwhile.
 */
export function addSubscriptionStateRoutes(
  app: Api,
  { subscriptions, healthPolicy }: Pick<SubscriptionRoutesOptions, 'subscriptions' | 'healthPolicy'>,
): void {
  for (const { request: stateRequest, operationId, summary, description, done } of operations) {
    app.route({
      method: 'POST',
      url: `/api/webhooks/:id/${stateRequest}`,
      config: {
        access: ['admin'],
        problems: ['state_conflict', 'precondition_failed'],
        answerHeaders: etagHeader,
      },
      schema: {
        operationId,
        tags: ['Subscriptions'],
        summary,
        description,
        params: idParams,
        headers: z.object(ifMatchHeader),
        response: { 200: json(done, subscriptionAnswer) },
      },
      handler: async (request, reply) => {
        const target = targetOf(request, request.params.id)
        const changed = await subscriptions.setState(target, stateRequest)
        if (changed.kind === 'state-conflict') throw stateConflict(stateRequest, changed.state)
        if (changed.kind !== 'done') throw changeRefused(changed)
        const answer = toSubscriptionAnswer(changed.result, healthPolicy)
        return reply.header('etag', entityTag(changed.result.version, answer)).send(answer)
      },
    })
  }
}

const conflicts: Readonly<Record<StateRequest, string>> = {
  pause: 'It is disabled, so nothing is sent already. To have it paused, enable it first with POST …/enable.',
  resume: 'It is disabled, not paused. Once its endpoint works again, use POST …/enable.',
  enable: 'It is paused, not disabled. Use POST …/resume.',
}

function stateConflict(request: StateRequest, state: SubscriptionState): ProblemError {
  return new ProblemError('state_conflict', conflicts[request], { members: { state } })
}
