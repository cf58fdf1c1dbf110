/** An event as it is published. */
export interface EnvelopeParts {
  readonly event: string
  readonly eventId: string
  readonly timestamp: Date
  readonly data: Readonly<Record<string, unknown>>
}

/** The largest envelope that `webhooks.publish` stores, in bytes. */
export const MAX_ENVELOPE_BYTES = 262_144

/** Bytes of a parsed JSON value as JSON; `Infinity` when it is nested so deeply that the stack is too small to tell. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value))
  } catch (error) {
    if (error instanceof RangeError) return Infinity
    throw error
  }
}

/** The text of an envelope, byte for byte as `webhooks.publish` makes it. */
export function formatEnvelope({ event, eventId, timestamp, data }: EnvelopeParts): string {
  return JSON.stringify({ event, event_id: eventId.toLowerCase(), timestamp: timestamp.toISOString(), data })
}
