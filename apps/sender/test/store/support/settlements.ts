import type { AttemptResult } from '../../../src/domain/outcome.ts'
import type { Verdict } from '../../../src/domain/verdict.ts'
import type { ClaimedDelivery, Settlement } from '../../../src/store/delivery-queue.ts'

const startedAt = new Date('2026-03-01T12:00:00.500Z')

/** The endpoint took it. */
export function succeeded(delivery: ClaimedDelivery): Settlement {
  const result: AttemptResult = { outcome: 'succeeded', httpStatus: 200, startedAt, durationMs: 7 }
  return {
    delivery,
    result,
    verdict: { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
  }
}

/** The endpoint failed; the next attempt is due after `retryInMs`, by default at once. */
export function failed(delivery: ClaimedDelivery, change: Partial<Verdict> = {}): Settlement {
  const result: AttemptResult = { outcome: 'http_500', httpStatus: 500, startedAt, durationMs: 7 }
  const verdict: Verdict = {
    status: 'pending',
    retryInMs: 0,
    isFailure: true,
    endpoint: 'failing',
    ...change,
  }
  return { delivery, result, verdict }
}

/** The attempt was broken off by the sender. */
export function canceled(delivery: ClaimedDelivery): Settlement {
  const result: AttemptResult = { outcome: 'canceled', startedAt, durationMs: 1 }
  return {
    delivery,
    result,
    verdict: { status: 'pending', retryInMs: 0, isFailure: false, endpoint: 'unknown' },
  }
}
