import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  nat,
  option,
  property,
  record,
  tuple,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type HealthPolicy,
  type HealthReading,
  mayTransition,
  nextTransition,
  type SubscriptionHealth,
} from '../../src/domain/health.ts'

const HOUR_MS = 3_600_000
const policy: HealthPolicy = { disableAfterFailures: 20, disableAfterMs: 24 * HOUR_MS }

const states = {
  active: { state: 'active', isDegraded: false, hasSucceededSinceWarning: false },
  degraded: { state: 'active', isDegraded: true, hasSucceededSinceWarning: false },
  paused: { state: 'paused', isDegraded: false, hasSucceededSinceWarning: false },
  'paused while degraded': { state: 'paused', isDegraded: true, hasSucceededSinceWarning: false },
  disabled: { state: 'disabled', isDegraded: false, hasSucceededSinceWarning: false },
} as const satisfies Record<string, Partial<HealthReading>>

type State = keyof typeof states

const disabled = { to: 'disabled', reason: 'repeated_failures' } as const
const degraded = { to: 'degraded', reason: 'repeated_failures' } as const
const gone = { to: 'disabled', reason: 'endpoint_gone' } as const
const recovered = { to: 'active', reason: 'recovered' } as const

// Each input, and what it does in the two states that change by themselves.
const rows = [
  ['a success', reading(0, null, { hasSucceededSinceWarning: true }), undefined, recovered],
  ['one failure', reading(1, 0), undefined, undefined],
  ['a burst of failures within a minute', reading(10_000, 60_000), undefined, undefined],
  ['few failures within a year', reading(9, 365 * 24 * HOUR_MS), undefined, undefined],
  ['one failure less than half', reading(9, 12 * HOUR_MS), undefined, undefined],
  ['one millisecond less than half', reading(10, 12 * HOUR_MS - 1), undefined, undefined],
  ['half of both', reading(10, 12 * HOUR_MS), degraded, undefined],
  ['all failures but not all of the time', reading(20, 24 * HOUR_MS - 1), degraded, undefined],
  ['all of the time but one failure less', reading(19, 24 * HOUR_MS), degraded, undefined],
  ['both thresholds', reading(20, 24 * HOUR_MS), disabled, disabled],
  ['both thresholds passed over by far', reading(5000, 240 * HOUR_MS), disabled, disabled],
  ['410 at the first attempt', reading(1, 0, { isGone: true }), gone, gone],
  ['410 among successes', reading(0, null, { isGone: true }), gone, gone],
  ['410 as both thresholds are reached', reading(20, 24 * HOUR_MS, { isGone: true }), gone, gone],
  ['a success, then a failure', reading(1, 0, { hasSucceededSinceWarning: true }), undefined, recovered],
  [
    'a success, then failures up to the next warning',
    reading(10, 12 * HOUR_MS, { hasSucceededSinceWarning: true }),
    degraded,
    undefined,
  ],
] as const

function reading(
  consecutiveFailures: number,
  failingForMs: number | null,
  other: Partial<HealthReading> = {},
): Partial<HealthReading> {
  return { consecutiveFailures, failingForMs, ...other }
}

function inState(state: State, input: Partial<HealthReading>): HealthReading {
  return { isGone: false, consecutiveFailures: 0, failingForMs: null, ...states[state], ...input }
}

describe('nextTransition', () => {
  describe.each(rows)('%s', (_name, input, fromActive, fromDegraded) => {
    it('changes an active subscription as the table says', () => {
      expect(nextTransition(inState('active', input), policy)).toEqual(fromActive)
    })

    it('changes a degraded subscription as the table says', () => {
      expect(nextTransition(inState('degraded', input), policy)).toEqual(fromDegraded)
    })

    it.each(['paused', 'paused while degraded', 'disabled'] as const)(
      'never changes one that is %s',
      (state) => {
        expect(nextTransition(inState(state, input), policy)).toBeUndefined()
      },
    )
  })

  it.each([
    [
      'the first failure disables at 1 and 0 ms',
      { disableAfterFailures: 1, disableAfterMs: 0 },
      1,
      0,
      disabled,
    ],
    [
      'no failure changes nothing at 1 and 0 ms',
      { disableAfterFailures: 1, disableAfterMs: 0 },
      0,
      null,
      undefined,
    ],
    ['the second of three warns at 0 ms', { disableAfterFailures: 3, disableAfterMs: 0 }, 2, 0, degraded],
    ['the first of three does not warn', { disableAfterFailures: 3, disableAfterMs: 0 }, 1, 0, undefined],
    [
      'time alone decides at 1',
      { disableAfterFailures: 1, disableAfterMs: HOUR_MS },
      1,
      HOUR_MS / 2,
      degraded,
    ],
  ] as const)('%s', (_name, other, failures, failingForMs, expected) => {
    expect(nextTransition(inState('active', reading(failures, failingForMs)), other)).toEqual(expected)
  })
})

const anyPolicy = record({
  disableAfterFailures: integer({ min: 1, max: 50 }),
  disableAfterMs: integer({ min: 0, max: 1000 }),
})
const anyState = constantFrom<State>('active', 'degraded', 'paused', 'paused while degraded', 'disabled')
const anyInput = record({
  consecutiveFailures: integer({ min: 0, max: 60 }),
  failingForMs: option(integer({ min: 0, max: 1200 })),
  isGone: boolean(),
  hasSucceededSinceWarning: boolean(),
})

const severity = { active: 0, degraded: 1, disabled: 2 }

/** How bad a subscription stands after what follows from its health. */
function severityAfter(health: HealthReading, used: HealthPolicy): number {
  return severity[nextTransition(health, used)?.to ?? (health.isDegraded ? 'degraded' : 'active')]
}

describe('nextTransition, for any policy and any health', () => {
  it('is never milder for more failures in more time', () => {
    assert(
      property(
        anyPolicy,
        constantFrom<State>('active', 'degraded'),
        anyInput,
        nat(20),
        nat(500),
        (used, state, input, failures, ms) => {
          const health = inState(state, { ...input, failingForMs: input.failingForMs ?? 0 })
          const worse = {
            ...health,
            consecutiveFailures: health.consecutiveFailures + failures,
            failingForMs: (health.failingForMs ?? 0) + ms,
          }
          expect(severityAfter(worse, used)).toBeGreaterThanOrEqual(severityAfter(health, used))
        },
      ),
    )
  })

  it('never tells of a state that the subscription is in already', () => {
    assert(
      property(anyPolicy, anyState, anyInput, (used, state, input) => {
        const health = inState(state, input)
        const visible = health.state === 'active' && health.isDegraded ? 'degraded' : health.state
        expect(nextTransition(health, used)?.to).not.toBe(visible)
      }),
    )
  })

  it('disables once on any way through the thresholds, and warns at most once before', () => {
    const steps = array(tuple(integer({ min: 1, max: 15 }), integer({ min: 0, max: 400 })), {
      minLength: 1,
      maxLength: 40,
    })
    assert(
      property(anyPolicy, steps, (used, counted) => {
        const told = walk(used, counted)
        const failures = counted.reduce((sum, [step]) => sum + step, 0)
        const ms = counted.reduce((sum, [, step]) => sum + step, 0)
        const isOver = failures >= used.disableAfterFailures && ms >= used.disableAfterMs
        expect(told.filter((to) => to === 'disabled')).toHaveLength(isOver ? 1 : 0)
        expect(told.filter((to) => to === 'degraded').length).toBeLessThanOrEqual(1)
        expect(told.lastIndexOf('degraded')).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('is asked about every subscription that it would change', () => {
    assert(
      property(anyPolicy, anyState, anyInput, (used, state, input) => {
        const health = inState(state, input)
        const row = { subscriptionId: 's', accountId: 'a', generation: 0, isProbing: false }
        const seen: SubscriptionHealth = { ...row, ...health }
        expect(nextTransition(health, used) === undefined || mayTransition(seen, used)).toBe(true)
      }),
    )
  })
})

/** What is told while failures and time add up in steps of any size. */
function walk(used: HealthPolicy, steps: readonly (readonly [number, number])[]): readonly string[] {
  const told: string[] = []
  let state: State = 'active'
  let failures = 0
  let failingForMs = 0
  for (const [count, ms] of steps) {
    failures += count
    failingForMs += ms
    const next = nextTransition(inState(state, reading(failures, failingForMs)), used)
    if (next === undefined) continue
    told.push(next.to)
    state = next.to
  }
  return told
}
