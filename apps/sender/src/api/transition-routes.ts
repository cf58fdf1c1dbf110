import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { TransitionLog } from '../store/transition-log.ts'
import { idParams } from './ids.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'
import { listTransitionsQuery, toTransitionAnswer, transitionPage } from './transition-schemas.ts'

/** Adds `GET /api/webhooks/{id}/transitions`. */
export function addTransitionRoutes(app: Api, transitions: TransitionLog): void {
  app.route({
    method: 'GET',
    url: '/api/webhooks/:id/transitions',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listTransitions',
      tags: ['Subscriptions'],
      summary: 'List the changes of a state',
      description: 'When the subscription was warned of, disabled, paused or put back to work, and why.',
      params: idParams,
      querystring: listTransitionsQuery,
      response: { 200: json('A page of transitions, newest first.', transitionPage) },
    },
    handler: async (request) => {
      const { accountId } = principalOf(request)
      const page = await transitions.list(accountId, request.params.id, toPageRequest(request.query))
      if (page === undefined) throw new ProblemError('not_found', 'There is no subscription with this id.')
      return toPageAnswer(page, toTransitionAnswer)
    },
  })
}
