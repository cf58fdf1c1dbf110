import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { EventStore } from '../store/events.ts'
import { publishedEventAnswer, publishEventBody, toPublishedEventAnswer } from './event-schemas.ts'

/** Adds `POST /api/events`. */
export function addEventRoutes(app: Api, events: EventStore): void {
  app.route({
    method: 'POST',
    url: '/api/events',
    config: { access: ['publisher'], problems: ['event_too_large'] },
    schema: {
      operationId: 'publishEvent',
      tags: ['Events'],
      summary: 'Publish an event',
      description:
        'Stores the event with one delivery for each matching subscription. Once this is answered with 202, the event outlives a crash. Publish with an `event_id` of your own, and repeating the request after an error or a timeout is safe.',
      body: publishEventBody,
      response: { 202: json('Stored.', publishedEventAnswer) },
    },
    handler: async (request, reply) => {
      const { event, data, event_id: eventId, timestamp } = request.body
      const { accountId } = principalOf(request)
      const published = await events
        .publish({ accountId, event, data, ...(eventId && { eventId }), ...(timestamp && { timestamp }) })
        .catch(explainTooLarge)
      return reply.code(202).send(toPublishedEventAnswer(published))
    },
  })
}

// SQLSTATE program_limit_exceeded, raised by webhooks.publish only for the size, which it alone knows exactly.
function explainTooLarge(error: unknown): never {
  const isTooLarge = error instanceof Error && 'code' in error && error.code === '54000'
  if (!isTooLarge) throw error
  throw new ProblemError('event_too_large', 'The envelope would have more than 262,144 bytes.', {
    cause: error,
  })
}
