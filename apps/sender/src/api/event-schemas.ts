import {
  eventCatalog,
  eventJsonSchema,
  type EventType,
  eventTypes,
  publishedEventSchemas,
} from '@complywise/webhooks'
import { z } from 'zod'
import { jsonBytes, MAX_ENVELOPE_BYTES } from '../domain/envelope.ts'
import { MAX_FIELD_ERRORS } from '../http/field-error.ts'
import { adoptIssue } from '../http/validation.ts'
import type { PublishedEvent } from '../store/events.ts'
import { uuid } from './ids.ts'
import { instant, timestamp } from './timestamps.ts'

/**
 * Bytes of a body with one event at most: JSON may write each character of an envelope as `\uXXXX`; the rest is room for
 * white space.
 */
export const MAX_EVENT_BODY_BYTES = 6 * MAX_ENVELOPE_BYTES + 16 * 1024

/** The body of `POST /api/events`: one variant for each event type of the catalog. */
export const publishEventBody = z
  .discriminatedUnion('event', mapFirst(eventTypes, variant), {
    error: (issue) =>
      issue.code === 'invalid_union' ? `Expected one of ${eventTypes.join(', ')}` : undefined,
  })
  .meta({
    id: 'PublishEvent',
    examples: eventTypes.map((event) => ({ event, data: eventCatalog[event].example })),
  })

function variant<Type extends EventType>(event: Type) {
  const { title, meaning, example } = eventCatalog[event]
  return z
    .strictObject({
      event: z.literal(event),
      data: publishedData(event),
      event_id: uuid.optional().meta({
        description:
          'Makes publishing safe to repeat: the same id again publishes nothing new. Generated when absent.',
      }),
      timestamp: instant.optional().meta({ description: 'When it happened. Now when absent.' }),
    })
    .meta({
      title,
      description: `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`,
      examples: [{ event, data: example }],
    })
}

// Checked against the catalog and passed on as it is: what the catalog's schema returns has the known fields first.
// What is too large for an event is refused for that, so that nobody makes the sender look for a million mistakes.
function publishedData(event: EventType) {
  return z
    .record(z.string(), z.unknown())
    .check(({ value, issues }) => {
      if (jsonBytes(value) > MAX_ENVELOPE_BYTES) return
      const { error } = publishedEventSchemas[event].safeParse(value, { reportInput: true })
      for (const issue of error?.issues.slice(0, MAX_FIELD_ERRORS) ?? []) issues.push(adoptIssue(issue))
    })
    .meta({ ...eventJsonSchema(event) })
}

// z.discriminatedUnion wants to see that there is at least one variant.
function mapFirst<Item, Result>(
  items: readonly [Item, ...Item[]],
  map: (item: Item) => Result,
): [Result, ...Result[]] {
  const [first, ...others] = items
  return [map(first), ...others.map(map)]
}

/** The answer to a published event. */
export const publishedEventAnswer = z
  .object({
    event_id: uuid,
    timestamp,
    delivery_count: z.int().meta({ description: 'Deliveries made when the event was first published.' }),
    already_published: z.boolean().meta({ description: 'Whether this event_id had been published before.' }),
  })
  .meta({
    id: 'PublishedEvent',
    description: 'An event that is stored with the deliveries it is owed.',
    examples: [
      {
        event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
        timestamp: '2026-03-01T12:00:00.000Z',
        delivery_count: 2,
        already_published: false,
      },
    ],
  })

/** A published event in the form of {@link publishedEventAnswer}. */
export function toPublishedEventAnswer(published: PublishedEvent): z.output<typeof publishedEventAnswer> {
  return {
    event_id: published.eventId,
    timestamp: published.timestamp.toISOString(),
    delivery_count: published.deliveryCount,
    already_published: !published.isNew,
  }
}
