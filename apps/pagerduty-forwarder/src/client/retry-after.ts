/**
 * How long a `Retry-After` header asks to wait, in milliseconds from `now`.
 *
 * @returns `undefined` when there is no header, or one that is neither seconds nor a date.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+(?:\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
