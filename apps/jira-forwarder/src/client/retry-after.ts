interface HeaderReader {
  get(name: string): string | null
}

/**
 * How many milliseconds an answer asks to wait, `undefined` when it does not say: `Retry-After` in seconds or as a date,
 * else `X-RateLimit-Reset`, an instant. `now` in milliseconds.
 */
export function retryAfterIn(headers: HeaderReader, now: number): number | undefined {
  const retryAfter = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000
  return untilInstant(retryAfter, now) ?? untilInstant(headers.get('x-ratelimit-reset') ?? '', now)
}

function untilInstant(value: string, now: number): number | undefined {
  // A bare number would be read as a year.
  if (!/[-,:]/.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
