import * as z from 'zod/mini'

/**
 * The JSON object of every body. Loose: what a receiver does not know, it keeps.
 */
export const envelopeSchema = /*#__PURE__*/ z.looseObject({
  /** The event's type, such as `scan.completed`; a receiver accepts types it does not know. */
  event: /*#__PURE__*/ z.string().check(/*#__PURE__*/ z.minLength(1)),
  /** The event's UUID, the same on every attempt and redelivery: what duplicates are recognized by. */
  event_id: /*#__PURE__*/ z.guid(),
  /** When it happened, ISO 8601 with an offset. */
  timestamp: /*#__PURE__*/ z.iso.datetime({ offset: true }),
  /** What happened; the shape depends on `event`. */
  data: /*#__PURE__*/ z.record(/*#__PURE__*/ z.string(), /*#__PURE__*/ z.unknown()),
})

/** An event on the wire. */
export type Envelope = z.output<typeof envelopeSchema>
