import { expect, test } from 'vitest'
import { defaultRetryPolicy } from '../../src/domain/backoff.ts'
import type { AttemptResult, Outcome } from '../../src/domain/outcome.ts'
import { decide, type Verdict } from '../../src/domain/verdict.ts'

const startedAt = new Date('2026-03-01T12:00:00.000Z')

function judge(result: Partial<AttemptResult> & { outcome: Outcome }, failures = 0, isTest = false): Verdict {
  return decide({ startedAt, durationMs: 5, ...result }, { failures, isTest }, defaultRetryPolicy, () => 0)
}

const retryIn = (ms: number): Verdict => ({
  status: 'pending',
  retryInMs: ms,
  isFailure: true,
  endpoint: 'failing',
})

test.each<[string, Partial<AttemptResult> & { outcome: Outcome }, Verdict]>([
  [
    'a 2xx answer',
    { outcome: 'succeeded', httpStatus: 204 },
    { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
  ],
  ['a 500', { outcome: 'http_500', httpStatus: 500 }, retryIn(10_000)],
  ['a 401', { outcome: 'http_401', httpStatus: 401 }, retryIn(10_000)],
  ['a redirect', { outcome: 'redirect', httpStatus: 301 }, retryIn(10_000)],
  ['a timeout', { outcome: 'timeout' }, retryIn(10_000)],
  ['an unresolvable name', { outcome: 'dns' }, retryIn(10_000)],
  ['409 with Retry-After', { outcome: 'http_409', httpStatus: 409, retryAfterMs: 30_000 }, retryIn(30_000)],
  [
    '409 with a Retry-After below the schedule',
    { outcome: 'http_409', httpStatus: 409, retryAfterMs: 1 },
    retryIn(10_000),
  ],
  ['503 without Retry-After', { outcome: 'http_503', httpStatus: 503 }, retryIn(10_000)],
  [
    '503 with Retry-After',
    { outcome: 'http_503', httpStatus: 503, retryAfterMs: 60_000 },
    { ...retryIn(60_000), holdForMs: 60_000 },
  ],
  [
    '429 with a Retry-After of a week',
    { outcome: 'http_429', httpStatus: 429, retryAfterMs: 7 * 86_400_000 },
    { ...retryIn(3_600_000), holdForMs: 3_600_000 },
  ],
  ['410', { outcome: 'http_410', httpStatus: 410 }, { ...retryIn(10_000), isGone: true }],
  [
    'an attempt the sender broke off',
    { outcome: 'canceled' },
    { status: 'pending', retryInMs: 0, isFailure: false, endpoint: 'unknown' },
  ],
  [
    'a lost attempt',
    { outcome: 'lease_expired' },
    { status: 'pending', retryInMs: 0, isFailure: false, endpoint: 'unknown' },
  ],
  [
    'a failure of the sender itself',
    { outcome: 'internal' },
    { status: 'pending', retryInMs: 10_000, isFailure: false, endpoint: 'unknown', holdForMs: 10_000 },
  ],
])('%s', (_name, result, verdict) => {
  expect(judge(result)).toEqual(verdict)
})

test('the tenth failure is the last', () => {
  expect(judge({ outcome: 'http_500', httpStatus: 500 }, 9)).toEqual({
    status: 'failed',
    retryInMs: null,
    isFailure: true,
    endpoint: 'failing',
    reason: 'retries_exhausted',
  })
})

test('an overloaded endpoint is held even by the last failure', () => {
  const verdict = judge({ outcome: 'http_503', httpStatus: 503, retryAfterMs: 5_000 }, 9)
  expect(verdict).toEqual({
    status: 'failed',
    retryInMs: null,
    isFailure: true,
    endpoint: 'failing',
    reason: 'retries_exhausted',
    holdForMs: 5_000,
  })
})

test.each([
  [0, 10_000, 10_000],
  [1, 40_000, 40_000],
  [3, 640_000, 300_000],
])(
  'after %i failures a refused address is tried again on schedule, holds all, and says nothing of the endpoint',
  (failures, retryInMs, holdForMs) => {
    expect(judge({ outcome: 'ssrf_blocked' }, failures)).toEqual({
      status: 'pending',
      retryInMs,
      isFailure: true,
      endpoint: 'unknown',
      holdForMs,
    })
  },
)

test('a refused address holds all also after its last attempt', () => {
  expect(judge({ outcome: 'ssrf_blocked' }, 9)).toMatchObject({ status: 'failed', holdForMs: 300_000 })
})

test.each<[string, Partial<AttemptResult> & { outcome: Outcome }]>([
  ['a 500', { outcome: 'http_500', httpStatus: 500 }],
  ['a 410', { outcome: 'http_410', httpStatus: 410 }],
  ['a timeout', { outcome: 'timeout' }],
  ['a refused address', { outcome: 'ssrf_blocked' }],
  ['a stopping sender', { outcome: 'canceled' }],
  ['our own fault', { outcome: 'internal' }],
  ['a 503 with Retry-After', { outcome: 'http_503', httpStatus: 503, retryAfterMs: 5000 }],
])('a test that ends with %s is not repeated, and says nothing of the endpoint', (_name, result) => {
  expect(judge(result, 0, true)).toEqual({
    status: 'failed',
    retryInMs: null,
    isFailure: true,
    endpoint: 'unknown',
    reason: 'test_failed',
  })
})

test('a test that succeeds says nothing of the endpoint either', () => {
  expect(judge({ outcome: 'succeeded', httpStatus: 200 }, 0, true)).toEqual({
    status: 'succeeded',
    retryInMs: null,
    isFailure: false,
    endpoint: 'unknown',
  })
})
