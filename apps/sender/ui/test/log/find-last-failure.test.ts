import { describe, expect, it } from 'vitest'
import { findLastFailure } from '../../src/log/delivery/find-last-failure.ts'

const at = (hour: number): string => new Date(Date.UTC(2026, 2, 1, hour)).toISOString()

function made(hour: number, outcome: string | null, status: 'pending' | 'failed' = 'pending') {
  return { created_at: at(hour), last_outcome: outcome, status }
}

function subscription(changed: number, failing: number | null, isProbing = false) {
  return {
    updated_at: at(changed),
    health: { failing_since: failing === null ? null : at(failing), is_probing: isProbing },
  }
}

describe('the last failure of an endpoint', () => {
  it('is the newest delivery’s that was attempted and failed', () => {
    const deliveries = [made(9, null), made(8, 'succeeded'), made(7, 'http_503'), made(6, 'timeout')]
    expect(findLastFailure(deliveries, subscription(1, 6))).toBe(deliveries[2])
  })

  it.each(['internal', 'canceled', 'lease_expired'])('is none of the sender’s own: %s', (outcome) => {
    const deliveries = [made(8, outcome), made(7, 'http_503')]
    expect(findLastFailure(deliveries, subscription(1, 6))).toBe(deliveries[1])
    expect(findLastFailure(deliveries.slice(0, 1), subscription(1, 6))).toBeNull()
  })

  it('is none from before it succeeded, was resumed or got its URL', () => {
    expect(findLastFailure([made(5, 'http_503', 'failed')], subscription(1, null))).toBeNull()
    expect(findLastFailure([made(5, 'http_503')], subscription(8, null, true))).toBeNull()
    expect(findLastFailure([made(5, 'http_503')], subscription(8, 9, true))).toBeNull()
  })

  it('is found while it is probed, whether it changed before it failed or meanwhile', () => {
    const deliveries = [made(8, 'http_503')]
    expect(findLastFailure(deliveries, subscription(7, 9, true))).toBe(deliveries[0])
    expect(findLastFailure(deliveries, subscription(9, 7, true))).toBe(deliveries[0])
  })

  it('is an address that is refused now, though no endpoint failed', () => {
    const deliveries = [made(8, 'ssrf_blocked', 'failed'), made(7, 'ssrf_blocked')]
    expect(findLastFailure(deliveries, subscription(1, null))).toBe(deliveries[1])
  })
})
