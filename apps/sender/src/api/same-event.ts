import { isDeepStrictEqual } from 'node:util'

/**
 * Whether an event that is published again is the one that an envelope holds. Members of objects may be in another
 * order, and the time is not compared: who repeats a request after an error often takes a new one.
 */
export function isSameEvent(
  { event, data }: { readonly event: string; readonly data: Readonly<Record<string, unknown>> },
  envelope: string,
): boolean {
  // Through JSON, which has no -0.
  const stored: { event: unknown; data: unknown } = JSON.parse(envelope)
  return stored.event === event && isDeepStrictEqual(stored.data, JSON.parse(JSON.stringify(data)))
}
