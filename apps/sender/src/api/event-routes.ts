import type { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError, validationFailed } from '../http/problem.ts'
import { checkShape } from '../http/validation.ts'
import type { EventLog } from '../store/event-log.ts'
import type { EventStore } from '../store/events.ts'
import {
  looseBatchBody,
  MAX_BATCH_BYTES,
  publishBatchAnswer,
  publishBatchBody,
} from './event-batch-schemas.ts'
import { eventDetailAnswer, eventIdParams, toEventDetailAnswer } from './event-detail-schemas.ts'
import { addEventDryRunRoute } from './event-dry-run.ts'
import { eventIdConflict, eventTooLarge } from './event-problems.ts'
import {
  MAX_EVENT_BODY_BYTES,
  publishedEventAnswer,
  publishEventBody,
  toPublishedEventAnswer,
} from './event-schemas.ts'
import { publishBatch, sizeOf } from './publish-batch.ts'
import { isSameEvent } from './same-event.ts'

/** What the routes of events work with. */
export interface EventRoutesOptions {
  readonly events: EventStore
  readonly eventLog: EventLog
}

const tags = ['Events']

/** Adds the routes under `/api/events`. */
export function addEventRoutes(app: Api, { events, eventLog }: EventRoutesOptions): void {
  app.route({
    method: 'POST',
    url: '/api/events',
    bodyLimit: MAX_EVENT_BODY_BYTES,
    config: { access: ['publisher'], problems: ['event_too_large', 'event_id_conflict'] },
    schema: {
      operationId: 'publishEvent',
      tags,
      summary: 'Publish an event',
      description:
        'Stores the event with one delivery for each matching subscription. Once this is answered with 202, the event outlives a crash. Publish with an `event_id` of your own, and repeating the request after an error or a timeout is safe. A W3C `traceparent` header of the request is kept with the event.',
      body: publishEventBody,
      response: { 202: json('Stored.', publishedEventAnswer) },
    },
    handler: async (request, reply) => {
      const { event, data, event_id: eventId, timestamp } = request.body
      const { traceparent } = request
      const { accountId } = principalOf(request)
      const optional = {
        ...(eventId && { eventId }),
        ...(timestamp && { timestamp }),
        ...(traceparent && { traceparent }),
      }
      const published = await events
        .publish({ accountId, event, data, ...optional })
        .catch((error: unknown) => explainTooLarge(error, request.body))
      if (!published.isNew) {
        const body = (await eventLog.bodies(accountId, [published.eventId])).get(published.eventId)
        if (body && !isSameEvent({ event, data }, Buffer.from(body).toString())) throw eventIdConflict()
      }
      return reply.code(202).send(toPublishedEventAnswer(published))
    },
  })

  app.route({
    method: 'POST',
    url: '/api/events/batch',
    bodyLimit: MAX_BATCH_BYTES,
    config: { access: ['publisher'] },
    schema: {
      operationId: 'publishBatch',
      tags,
      summary: 'Publish events',
      description:
        'Stores up to 1,000 events in one transaction, and answers for each of them, in their order. Those that are not valid are left out and do not keep the others from being published; with any other answer than 200, none was published. A body may have 8 MiB, each envelope 262,144 bytes.',
      body: publishBatchBody,
      response: { 200: json('What became of each.', publishBatchAnswer) },
    },
    validatorCompiler: () => (body: unknown) => {
      const checked = checkShape(looseBatchBody, body ?? undefined)
      return checked.valid ? { value: checked.value } : { error: validationFailed(checked.errors) }
    },
    handler: async (request) => {
      const { accountId } = principalOf(request)
      const { traceparent } = request
      const results = await publishBatch(
        { events, log: eventLog, accountId, traceparent },
        request.body.events,
      )
      return { results: [...results] }
    },
  })

  addEventDryRunRoute(app, eventLog)

  app.route({
    method: 'GET',
    url: '/api/events/:event_id',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getEvent',
      tags,
      summary: 'Get an event',
      description:
        'With every delivery of it, and for the subscriptions that have none, why: the answer to “why did it not arrive?”.',
      params: eventIdParams,
      response: { 200: json('The event.', eventDetailAnswer) },
    },
    handler: async (request) => {
      const event = await eventLog.get(principalOf(request).accountId, request.params.event_id)
      if (event === undefined) throw new ProblemError('not_found', 'There is no event with this event_id.')
      return toEventDetailAnswer(event)
    },
  })
}

// SQLSTATE program_limit_exceeded, raised by webhooks.publish only for the size, which it alone knows exactly.
function explainTooLarge(error: unknown, body: z.output<typeof publishEventBody>): never {
  const isTooLarge = error instanceof Error && 'code' in error && error.code === '54000'
  throw isTooLarge ? eventTooLarge(sizeOf(body), error) : error
}
