import { eventCatalog } from '@complywise/webhooks'
import { z } from 'zod'
import { fieldErrorSchema } from '../http/problem-schema.ts'
import { publishedEventAnswer, publishEventBody } from './event-schemas.ts'
import { uuid } from './ids.ts'

/** Events in one batch at most. */
const MAX_BATCH = 1000

/** Bytes of a batch's body at most. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024

/** The body of `POST /api/events/batch`, as it is described. */
export const publishBatchBody = z
  .strictObject({ events: z.array(publishEventBody).min(1).max(MAX_BATCH) })
  .meta({
    id: 'PublishBatch',
    examples: [{ events: [{ event: 'scan.completed', data: eventCatalog['scan.completed'].example }] }],
  })

/** The same, as it is checked: what is wrong with one event is part of the answer. */
export const looseBatchBody = z.strictObject({ events: z.array(z.unknown()).min(1).max(MAX_BATCH) })

const { event_id, timestamp, delivery_count } = publishedEventAnswer.shape

const batchResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('published'), event_id, timestamp, delivery_count }).meta({
    title: 'Published',
    description: 'It is stored with the deliveries it is owed.',
  }),
  z.object({ status: z.literal('already_published'), event_id, timestamp, delivery_count }).meta({
    title: 'Already published',
    description: 'The same event was published with this event_id before; nothing new was made.',
  }),
  z.object({ status: z.literal('event_id_conflict'), event_id: uuid }).meta({
    title: 'Conflict',
    description: 'Another event was published with this event_id; this one was not.',
  }),
  z
    .object({
      status: z.literal('invalid'),
      errors: z.array(fieldErrorSchema).meta({
        description:
          'Pointers are into the body of the batch. At most 100, and where a batch has more than 1,000 mistakes, only the first of each further event.',
      }),
    })
    .meta({ title: 'Invalid', description: 'It was not published.' }),
])

/** What became of one event of a batch. */
export type BatchResult = z.output<typeof batchResult>

/** The answer to a batch. */
export const publishBatchAnswer = z
  .object({
    results: z.array(batchResult).meta({ description: 'One for each event, in the order of the request.' }),
  })
  .meta({
    id: 'PublishedBatch',
    description: 'What became of each event of a batch.',
    examples: [
      {
        results: [
          {
            status: 'published',
            event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
            timestamp: '2026-03-01T12:00:00.000Z',
            delivery_count: 2,
          },
          {
            status: 'invalid',
            errors: [{ path: '/events/1/data/score', code: 'required', detail: 'This is required.' }],
          },
        ],
      },
    ],
  })
