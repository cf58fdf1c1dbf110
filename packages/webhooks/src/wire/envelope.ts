import * as z from 'zod/mini'

/**
 * The JSON object that every body is. It is open: fields it does not name are kept, and `event` may be a type that no
 * catalog has.
 *
 * A receiver checks this without the schema, which is for those who validate with zod themselves. Only what imports it
 * pays for zod.
 *
 * @example
 * const envelope = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(body)))
 */
export const envelopeSchema = /*#__PURE__*/ z.looseObject({
  /** The event's type, such as `scan.completed`. */
  event: /*#__PURE__*/ z.string(),
  /** The event's UUID of any version or none, the same on every attempt: what duplicates are recognized by. */
  event_id: /*#__PURE__*/ z.guid(),
  /** When it happened: RFC 3339, with an offset. */
  timestamp: /*#__PURE__*/ z.iso.datetime({ offset: true }),
  /** What happened, in the shape of its type. */
  data: /*#__PURE__*/ z.record(/*#__PURE__*/ z.string(), /*#__PURE__*/ z.unknown()),
})

/** An event on the wire, with fields that this version does not know. */
export type Envelope = z.output<typeof envelopeSchema>
