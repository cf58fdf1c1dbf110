import { z } from 'zod'
import { absenceCodes, explainAbsence } from '../domain/explain-absence.ts'
import type { EventDetail } from '../store/event-log.ts'
import { deliveryAnswer, deliveryExample, toDeliveryAnswer } from './delivery-schemas.ts'
import { uuid } from './ids.ts'
import { timestamp } from './timestamps.ts'

/** The path of one event. */
export const eventIdParams = z.object({ event_id: uuid })

/** An event with what became of it. */
export const eventDetailAnswer = z
  .object({
    event_id: uuid,
    event: z.string(),
    timestamp,
    published_at: timestamp.meta({ description: 'When it was stored.' }),
    traceparent: z.string().nullable().meta({ description: 'W3C Trace Context of whoever published it.' }),
    body: z.string().meta({ description: 'The envelope, exactly as it is sent and signed.' }),
    deliveries: z
      .array(deliveryAnswer)
      .meta({ description: 'Newest first, redeliveries included; 1,000 at most.' }),
    not_delivered: z
      .array(
        z.object({
          subscription_id: uuid,
          events: z.array(z.string()).meta({ description: 'Its patterns.' }),
          code: z.enum(absenceCodes),
          detail: z.string().meta({ description: 'Why it has no delivery of this event.' }),
        }),
      )
      .meta({ description: 'The subscriptions that have no delivery of it, and why; 1,000 at most.' }),
  })
  .meta({
    id: 'EventDetail',
    description: 'An event, where it went, and where it did not.',
    examples: [
      {
        event_id: deliveryExample.event_id,
        event: deliveryExample.event,
        timestamp: '2026-03-01T12:00:00.000Z',
        published_at: '2026-03-01T12:00:00.000Z',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        body: '{"event":"compliance.control_failed","event_id":"5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77","timestamp":"2026-03-01T12:00:00.000Z","data":{"control_id":"CC6.1","framework":"SOC 2","previous_status":"passed","new_status":"failed"}}',
        deliveries: [deliveryExample],
        not_delivered: [
          {
            subscription_id: '0195a3c2-9c3f-7d66-8e1b-4f2f7f1f3d22',
            events: ['scan.*'],
            code: 'no_pattern_matches',
            detail: 'None of its patterns matches the event.',
          },
        ],
      },
    ],
  })

/** An event in the form of {@link eventDetailAnswer}. */
export function toEventDetailAnswer(event: EventDetail): z.output<typeof eventDetailAnswer> {
  return {
    event_id: event.eventId,
    event: event.event,
    timestamp: event.timestamp.toISOString(),
    published_at: event.createdAt.toISOString(),
    traceparent: event.traceparent,
    body: Buffer.from(event.body).toString('utf8'),
    deliveries: event.deliveries.map(toDeliveryAnswer),
    not_delivered: event.others.map((other) => ({
      subscription_id: other.id,
      events: [...other.events],
      ...explainAbsence({ ...other, publishedAt: event.createdAt }),
    })),
  }
}
