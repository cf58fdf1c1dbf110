/**
 * An instant in the one spelling that is stored and shown: RFC 3339 in UTC with milliseconds. Finer decimals are lost.
 *
 * @param timestamp RFC 3339 with any offset.
 */
export function toInstant(timestamp: string): string {
  return new Date(timestamp).toISOString()
}

/** Whether `a` was before `b`; instants in the same millisecond are not before each other. */
export function isBefore(a: string, b: string): boolean {
  return Date.parse(a) < Date.parse(b)
}

/** The later of two instants; the first when there is no second. */
export function laterOf(a: string, b: string | undefined): string {
  return b !== undefined && isBefore(a, b) ? b : a
}
