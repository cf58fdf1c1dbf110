import type { AttemptResult } from './outcome.ts'
import type { Verdict } from './verdict.ts'

/**
 * What becomes of a delivery that is a test: it has one attempt, whatever comes of it, and says nothing of the
 * endpoint's health. Somebody is trying something out.
 */
export function decideTest({ outcome }: Pick<AttemptResult, 'outcome'>): Verdict {
  return outcome === 'succeeded'
    ? { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'unknown' }
    : { status: 'failed', retryInMs: null, isFailure: true, endpoint: 'unknown', reason: 'test_failed' }
}
