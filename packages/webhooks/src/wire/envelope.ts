import * as z from 'zod/mini'
import { instant, uuid } from './fields.ts'

/**
 * The JSON object that every body is. It is open: fields it does not name are kept, and `event` may be a type that no
 * catalog has.
 *
 * @example
 * const envelope = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(body)))
 */
export const envelopeSchema = z.looseObject({
  /** The event's type, such as `scan.completed`. */
  event: z.string(),
  /** The event's UUID of any version or none, the same on every attempt: what duplicates are recognized by. */
  event_id: uuid,
  /** When it happened: RFC 3339, with an offset. */
  timestamp: instant,
  /** What happened, in the shape of its type. */
  data: z.looseObject({}),
})

/** An event on the wire, with fields that this version does not know. */
export type Envelope = z.output<typeof envelopeSchema>
