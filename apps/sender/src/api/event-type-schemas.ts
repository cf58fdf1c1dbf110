import { eventCatalog, type EventType, eventTypes } from '@complywise/webhooks'
import { z } from 'zod'
import { uuid } from './ids.ts'
import { timestamp } from './timestamps.ts'

const exampleEnvelope = z.object({
  event: z.string(),
  event_id: uuid,
  timestamp,
  data: z.record(z.string(), z.unknown()),
})

/** A type of event as it is answered. */
const eventTypeAnswer = z
  .object({
    event: z.string().meta({ description: 'What subscriptions and envelopes name it by.' }),
    title: z.string().meta({ description: 'Two or three words for a heading.' }),
    description: z.string().meta({ description: 'When the event occurs, one sentence.' }),
    fields: z.array(z.object({ path: z.string(), description: z.string() })).meta({
      description: 'What `data` holds at any depth, such as `error.code`, in the order of the data.',
    }),
    example: exampleEnvelope.meta({ description: 'A whole envelope with realistic data.' }),
  })
  .meta({
    id: 'EventType',
    description: 'A type of event of the catalog.',
    examples: [toEventTypeAnswer('scan.completed')],
  })

/** Every type of event. */
export const eventTypesAnswer = z
  .object({ data: z.array(eventTypeAnswer).meta({ description: 'In the order of the catalog.' }) })
  .meta({
    id: 'EventTypes',
    description: 'The catalog of events.',
    examples: [{ data: [toEventTypeAnswer('scan.completed')] }],
  })

/** The catalog in the form of {@link eventTypesAnswer}. */
export function toEventTypesAnswer(): z.output<typeof eventTypesAnswer> {
  return { data: eventTypes.map(toEventTypeAnswer) }
}

function toEventTypeAnswer(event: EventType) {
  const { title, meaning, fields, example } = eventCatalog[event]
  return {
    event,
    title,
    description: `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`,
    fields: Object.entries(fields).map(([path, description]) => ({ path, description })),
    example: {
      event,
      // One for each type: no two events may have the same.
      event_id: `5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a7${eventTypes.indexOf(event)}`,
      timestamp: '2026-03-01T12:00:00.000Z',
      data: { ...example },
    },
  }
}
