import { type Api, json } from '../http/api.ts'
import { eventTypesAnswer, toEventTypesAnswer } from './event-type-schemas.ts'

/** Adds `GET /api/event-types`. */
export function addEventTypeRoutes(app: Api): void {
  const answer = toEventTypesAnswer()
  app.route({
    method: 'GET',
    url: '/api/event-types',
    config: { access: ['admin', 'member', 'publisher'] },
    schema: {
      operationId: 'listEventTypes',
      tags: ['Events'],
      summary: 'List the types of events',
      description: 'The whole catalog: what each event means, what its `data` holds, and an example.',
      response: { 200: json('The catalog.', eventTypesAnswer) },
    },
    handler: () => answer,
  })
}
