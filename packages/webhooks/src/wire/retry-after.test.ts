import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from './index.ts'

// The rest is in vectors/retry-after.json.
describe('parseRetryAfter', () => {
  it('finds nothing where the header is absent', () => {
    expect(parseRetryAfter(undefined, new Date(0))).toBeUndefined()
  })

  it('waits to the millisecond for a date', () => {
    const now = new Date('2026-03-01T12:00:00.250Z')
    expect(parseRetryAfter('Sun, 01 Mar 2026 12:00:30 GMT', now)).toBe(29_750)
  })

  it.each([
    ['Wednesday, 01-Mar-75 12:00:00 GMT', '2026-03-01T12:00:00Z', Date.UTC(2075, 2, 1, 12)],
    ['Tuesday, 01-Mar-76 12:00:00 GMT', '2026-03-01T12:00:00Z', Date.UTC(2076, 2, 1, 12)],
    ['Monday, 01-Mar-77 12:00:00 GMT', '2026-03-01T12:00:00Z', Date.UTC(1977, 2, 1, 12)],
  ])('reads the two digits of the year in %s within 50 years of %s', (value, now, at) => {
    expect(parseRetryAfter(value, new Date(now))).toBe(Math.max(0, at - Date.parse(now)))
  })
})
