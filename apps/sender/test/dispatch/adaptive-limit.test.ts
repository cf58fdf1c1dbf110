import { array, assert, boolean, constantFrom, integer, nat, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AdaptiveLimit,
  adapt,
  type Answer,
  INITIAL_ALLOWED,
  initialLimit,
  limitAfterIdling,
  limitWhileProbed,
  signalOf,
} from '../../src/dispatch/adaptive-limit.ts'
import type { Outcome } from '../../src/domain/outcome.ts'

const MAX = 64

/** One attempt's answer at the instant 100, by default one of a healthy endpoint whose limit is used. */
function after(limit: AdaptiveLimit, change: Partial<Answer> = {}, now = 100): AdaptiveLimit {
  return adapt(
    limit,
    { signal: 'success', beganAt: now - 10, tookMs: 10, isLimitUsed: true, ...change },
    now,
    MAX,
  )
}

/** After `rounds` round trips in which all that is allowed succeeds. */
function afterRounds(limit: AdaptiveLimit, rounds: number): AdaptiveLimit {
  let current = limit
  for (let round = 0; round < rounds; round += 1) {
    const inFlight = Math.floor(current.allowed)
    for (let n = 0; n < inFlight; n += 1) current = after(current)
  }
  return current
}

const settled: AdaptiveLimit = {
  ...initialLimit(MAX),
  allowed: 32,
  slowStartUntil: 32,
  recentMs: 10,
  usualMs: 10,
  standing: 'healthy',
}

describe('a limit', () => {
  test('doubles each round trip, from four to the highest', () => {
    const rounds = [0, 1, 2, 3, 4, 5].map((count) => afterRounds(initialLimit(MAX), count).allowed)
    expect(rounds).toEqual([4, 8, 16, 32, 64, 64])
  })

  test('grows by about one each round trip after it was lowered', () => {
    const lowered = after(settled, { signal: 'overload' }, 50)
    expect(lowered.allowed).toBe(16)
    expect(afterRounds(lowered, 1).allowed).toBeCloseTo(17, 0)
    expect(afterRounds(lowered, 11).allowed).toBeCloseTo(26, 0)
  })

  test.each<[string, Partial<Answer>, number]>([
    ['halved by a sign of overload', { signal: 'overload' }, 16],
    ['left by another failure', { signal: 'failure' }, 32],
    ['left by a success while it is not used', { isLimitUsed: false }, 32],
    ['lowered a little when answers get slow', { tookMs: 8000 }, 28.8],
    ['left when they get a little slower', { tookMs: 200, isLimitUsed: false }, 32],
  ])('is %s', (_name, change, allowed) => {
    expect(after(settled, change).allowed).toBeCloseTo(allowed)
  })

  test('is lowered once by all attempts that were in flight together', () => {
    let limit = settled
    for (let n = 0; n < 32; n += 1) limit = after(limit, { signal: 'overload', beganAt: 0 }, 100 + n)
    expect(limit.allowed).toBe(16)
    expect(after(limit, { signal: 'overload', beganAt: 150 }, 200).allowed).toBe(8)
  })

  test('does not grow by what was begun before it was lowered', () => {
    const lowered = after(settled, { signal: 'overload' }, 100)
    expect(after(lowered, { beganAt: 99 }, 101).allowed).toBe(16)
    expect(after(lowered, { beganAt: 100 }, 101).allowed).toBeGreaterThan(16)
  })

  test('takes an endpoint for what it is once it has been slow for long', () => {
    let limit = settled
    for (let n = 0; n < 2000; n += 1) limit = after(limit, { tookMs: 900, beganAt: n * 100 }, n * 100 + 90)
    const before = limit.allowed
    for (let n = 2000; n < 2400; n += 1) limit = after(limit, { tookMs: 900, beganAt: n * 100 }, n * 100 + 90)
    expect(limit.allowed).toBeGreaterThan(before)
  })

  test('of an endpoint that is probed is one, and doubles from there once it answers', () => {
    const probed = limitWhileProbed(settled, 80, MAX)
    expect(probed.allowed).toBe(1)
    expect([1, 2, 3].map((count) => afterRounds(probed, count).allowed)).toEqual([2, 4, 8])
  })

  test('of a lane that rested starts low, and doubles up to where it was', () => {
    const rested = limitAfterIdling({ ...settled, slowStartUntil: 16 })
    expect(rested.allowed).toBe(INITIAL_ALLOWED)
    expect(afterRounds(rested, 3).allowed).toBeCloseTo(32, 0)
    expect(limitAfterIdling(probedLimit)).toBe(probedLimit)
  })
})

const probedLimit = limitWhileProbed(settled, 0, MAX)

test.each<[string, Partial<Answer>[], AdaptiveLimit['standing']]>([
  ['unknown before any answer', [], 'unknown'],
  ['healthy after a success', [{}], 'healthy'],
  ['troubled after a failure', [{}, { signal: 'failure' }], 'troubled'],
  ['troubled after a sign of overload', [{ signal: 'overload' }], 'troubled'],
  ['healthy again after the next success', [{ signal: 'failure' }, {}], 'healthy'],
  ['troubled when it takes more than a second', [{ tookMs: 1001 }], 'troubled'],
])('an endpoint is %s', (_name, answers, standing) => {
  const limit = answers.reduce<AdaptiveLimit>((current, answer) => after(current, answer), initialLimit(MAX))
  expect(limit.standing).toBe(standing)
})

test.each<[Outcome, Answer['signal'] | undefined]>([
  ['succeeded', 'success'],
  ['timeout', 'overload'],
  ['connect', 'overload'],
  ['reset', 'overload'],
  ['http_429', 'overload'],
  ['http_503', 'overload'],
  ['http_500', 'failure'],
  ['http_401', 'failure'],
  ['redirect', 'failure'],
  ['dns', 'failure'],
  ['tls', 'failure'],
  ['ssrf_blocked', undefined],
  ['canceled', undefined],
  ['lease_expired', undefined],
  ['internal', undefined],
])('%s is taken for %s', (outcome, signal) => {
  expect(signalOf(outcome)).toBe(signal)
})

describe('whatever an endpoint answers', () => {
  const answers = array(
    record({
      signal: constantFrom<Answer['signal']>('success', 'success', 'success', 'failure', 'overload'),
      tookMs: nat(20_000),
      isLimitUsed: boolean(),
    }),
    { maxLength: 300 },
  )

  test('its limit stays between one and the highest, and grows by no more than one for an answer', () => {
    assert(
      property(answers, integer({ min: 1, max: 200 }), (all, max) => {
        let limit = initialLimit(max)
        let now = 0
        for (const answer of all) {
          now += 1
          const next = adapt(limit, { ...answer, beganAt: now - answer.tookMs }, now, max)
          expect(next.allowed).toBeGreaterThanOrEqual(1)
          expect(next.allowed).toBeLessThanOrEqual(max)
          expect(next.allowed - limit.allowed).toBeLessThanOrEqual(1)
          limit = next
        }
      }),
    )
  })

  test('its limit never grows while it is not used, and never by a failure', () => {
    assert(
      property(answers, (all) => {
        let limit: AdaptiveLimit = { ...settled, allowed: 8 }
        let now = 0
        for (const answer of all) {
          now += 1
          const next = adapt(limit, { ...answer, beganAt: now }, now, MAX)
          const mayGrow = answer.signal === 'success' && answer.isLimitUsed
          expect(next.allowed).toBeLessThanOrEqual(mayGrow ? MAX : limit.allowed)
          limit = next
        }
      }),
    )
  })
})
