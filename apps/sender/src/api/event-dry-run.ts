import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { formatEnvelope, MAX_ENVELOPE_BYTES } from '../domain/envelope.ts'
import { explainMatch, matchDecisions } from '../domain/explain-match.ts'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import type { EventLog, Match } from '../store/event-log.ts'
import { eventIdConflict, eventTooLarge } from './event-problems.ts'
import { MAX_EVENT_BODY_BYTES, publishEventBody } from './event-schemas.ts'
import { uuid } from './ids.ts'
import { isSameEvent } from './same-event.ts'

/**
 * Adds `POST /api/events/dry-run`. A path of its own, not a parameter: one that got lost on the way would publish.
 */
export function addEventDryRunRoute(app: Api, log: EventLog): void {
  app.route({
    method: 'POST',
    url: '/api/events/dry-run',
    bodyLimit: MAX_EVENT_BODY_BYTES,
    config: { access: ['publisher', 'admin', 'member'], problems: ['event_too_large', 'event_id_conflict'] },
    schema: {
      operationId: 'dryRunEvent',
      tags: ['Events'],
      summary: 'See what publishing would do',
      description:
        'Checks an event exactly as publishing it does, with the same errors, and says for every subscription whether it would get it, and by which pattern. Stores nothing, sends nothing.',
      body: publishEventBody,
      response: { 200: json('It could be published.', dryRunAnswer) },
    },
    handler: async (request) => {
      const { accountId } = principalOf(request)
      const { event, data, event_id: eventId = randomUUID(), timestamp = new Date() } = request.body
      const envelope = formatEnvelope({ event, data, eventId, timestamp })
      const size = Buffer.byteLength(envelope)
      if (size > MAX_ENVELOPE_BYTES) throw eventTooLarge(size)
      const known = (await log.bodies(accountId, [eventId])).get(eventId.toLowerCase())
      if (known && !isSameEvent({ event, data }, Buffer.from(known).toString())) throw eventIdConflict()
      const matches = await log.matches(accountId, event)
      return {
        envelope,
        size_bytes: size,
        max_size_bytes: MAX_ENVELOPE_BYTES,
        already_published: known !== undefined,
        delivery_count: known ? 0 : matches.filter(({ matchedBy }) => matchedBy !== null).length,
        subscriptions: matches.map(toMatchAnswer),
      }
    },
  })
}

const matchAnswer = z.object({
  subscription_id: uuid,
  state: z.enum(['active', 'paused', 'disabled']),
  events: z.array(z.string()).meta({ description: 'Its patterns.' }),
  decision: z
    .enum(matchDecisions)
    .meta({ description: 'It is attempted at once, kept until the subscription is active, or not made.' }),
  matched_by: z.string().nullable().meta({ description: 'The pattern that matches.' }),
  detail: z.string(),
})

const dryRunAnswer = z
  .object({
    envelope: z.string().meta({
      description:
        'The body as it would be sent and signed; the id and the time are made up if they are absent.',
    }),
    size_bytes: z.int(),
    max_size_bytes: z.int(),
    already_published: z.boolean().meta({
      description: 'This event_id was published before, with the same event: nothing would be made.',
    }),
    delivery_count: z.int().meta({ description: 'Deliveries that would be made.' }),
    subscriptions: z
      .array(matchAnswer)
      .meta({ description: 'Those that match first; 1,000 at most. Deleted ones are left out.' }),
  })
  .meta({
    id: 'EventDryRun',
    description: 'What publishing an event would do.',
    examples: [
      {
        envelope:
          '{"event":"scan.failed","event_id":"5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77","timestamp":"2026-03-01T12:00:00.000Z","data":{"scan_job_id":"3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11"}}',
        size_bytes: 174,
        max_size_bytes: MAX_ENVELOPE_BYTES,
        already_published: false,
        delivery_count: 1,
        subscriptions: [
          {
            subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
            state: 'paused',
            events: ['scan.*'],
            decision: 'hold',
            matched_by: 'scan.*',
            detail:
              'It matches by scan.*. The subscription is paused: the delivery is kept until it is resumed.',
          },
        ],
      },
    ],
  })

function toMatchAnswer({ subscriptionId, state, events, matchedBy }: Match): z.output<typeof matchAnswer> {
  return {
    subscription_id: subscriptionId,
    state,
    events: [...events],
    ...explainMatch({ state, matchedBy }),
    matched_by: matchedBy,
  }
}
