import { describe, expect, test } from 'vitest'
import { forecastDisabling } from '../../../src/webhooks/subscription/disable-forecast.ts'
import { subscriptionOf } from '../subscription-of.ts'

const HOUR_MS = 3_600_000
const since = Date.parse('2026-03-01T12:00:00.000Z')

function failing(count: number, remaining: number) {
  const { health } = subscriptionOf()
  return subscriptionOf({
    health: {
      ...health,
      consecutive_failures: count,
      failing_since: '2026-03-01T12:00:00.000Z',
      disables_at: '2026-03-02T12:00:00.000Z',
      failures_until_disabled: remaining,
    },
  })
}

describe('when a subscription will be disabled', () => {
  test('nothing is forecast while nothing fails', () => {
    expect(forecastDisabling(subscriptionOf(), since)).toBeUndefined()
  })

  test.each([
    { count: 12, remaining: 8, hours: 6, waitsFor: 'both', limit: 20 },
    { count: 12, remaining: 8, hours: 25, waitsFor: 'failures', limit: 20 },
    { count: 212, remaining: 0, hours: 6, waitsFor: 'time', limit: null },
    { count: 212, remaining: 0, hours: 25, waitsFor: 'nothing', limit: null },
  ])('$count failures within $hours hours lack $waitsFor', ({ count, remaining, hours, waitsFor, limit }) => {
    const forecast = forecastDisabling(failing(count, remaining), since + hours * HOUR_MS)
    expect(forecast).toMatchObject({ waitsFor, failures: { count, remaining, limit } })
    expect(forecast?.time.elapsedMs).toBe(Math.min(24, hours) * HOUR_MS)
    expect(forecast?.time.remainingMs).toBe(Math.max(0, 24 - hours) * HOUR_MS)
  })

  test('a clock that is behind the sender’s shows no time before the first failure', () => {
    expect(forecastDisabling(failing(1, 19), since - HOUR_MS)?.time.elapsedMs).toBe(0)
  })
})
