import type { WebhookEvent } from '@complywise/webhooks'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { controlKey } from '../../src/domain/correlation-key.ts'
import { DestinationError } from '../../src/engine/destination-error.ts'
import type { Fault, FaultPoint } from '../../src/testing/recording-destination.ts'
import { clockAt, controlEvent, scanCompleted } from '../../src/testing/test-events.ts'
import { createFixture, dieAtWrite, type Fixture } from './fixture.ts'

interface Said {
  readonly control: string | undefined
  readonly seconds: number
  readonly fails: boolean
}

/** Events of a few keys, many of them at the same instants, and clean scans. */
const said: fc.Arbitrary<readonly Said[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        control: fc.constantFrom('CC1.1', 'CC1.2', 'CC1.3'),
        seconds: fc.integer({ min: 0, max: 8 }),
        fails: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        control: fc.constant(undefined),
        seconds: fc.integer({ min: 0, max: 8 }),
        fails: fc.constant(false),
      }),
    },
  ),
  { minLength: 1, maxLength: 10 },
)

/** What goes wrong, call by call; when it is used up, nothing does. */
const faults = fc.array(
  fc.constantFrom('none', 'none', 'retry', 'ambiguous before', 'ambiguous after', 'bug', 'unsettled'),
  { maxLength: 25 },
)

/** Which event comes next, and what happens between. */
const deliveries = fc.array(
  fc.record({
    pick: fc.nat(),
    by: fc.constantFrom('one', 'two', 'both'),
    afterwards: fc.constantFrom('nothing', 'restart', 'clock'),
    /** At which write it dies; above those that there are, it does not. */
    diesAt: fc.oneof(
      { weight: 2, arbitrary: fc.constant(99) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
    ),
    dies: fc.constantFrom('before', 'after'),
  }),
  { maxLength: 25 },
)

interface Delivered {
  readonly pick: number
  readonly by: string
  readonly afterwards: string
  readonly diesAt: number
  readonly dies: 'before' | 'after'
}

// Each takes 150 ms: raise it after a change of the engine.
const runs = 40

describe('events in any order, any number of times, with failures and restarts', () => {
  it('end in the state of the newest for each key, told once each and in order', async () => {
    const property = fc.asyncProperty(said, faults, deliveries, fc.constantFrom(2, 100), checkAll)
    await expect(fc.check(property, { numRuns: runs })).resolves.toMatchObject({
      failed: false,
      numRuns: runs,
      errorInstance: null,
    })
  }, 120_000)
})

async function checkAll(
  all: readonly Said[],
  wrong: readonly string[],
  order: readonly Delivered[],
  stormControls: number,
): Promise<void> {
  const fixture = createFixture({ settings: { storm: { controls: stormControls, windowMs: 60_000 } } })
  const other = fixture.another('owner two')
  const events = all.map(({ control, seconds, fails }) =>
    control === undefined
      ? scanCompleted(seconds, 0)
      : controlEvent(control, seconds, fails ? 'failed' : 'passed'),
  )
  const signal = AbortSignal.timeout(60_000)
  fixture.destination.fault = faultsOf(wrong)
  for (const { pick, by, afterwards, diesAt, dies } of order) {
    const event = events[pick % events.length]
    if (event === undefined) continue
    dieAtWrite(fixture, diesAt, dies)
    await Promise.all([
      by === 'two' ? undefined : fixture.engine.forward(event, signal),
      by === 'one' ? undefined : other.engine.forward(event, signal),
    ])
    if (afterwards === 'restart' || diesAt !== 99) fixture.restart()
    // Longer than the lease of what was killed.
    fixture.pass(11)
    if (afterwards === 'clock') await fixture.engine.runDue(signal)
  }
  fixture.destination.fault = undefined
  for (const event of events) await settle(fixture, event)
  // What a storm was not told at once.
  fixture.pass(11)
  await fixture.engine.runDue(signal)
  expectTold(fixture, all)
}

/** What the sender does: again, until it is answered 200. */
async function settle(fixture: Fixture, event: WebhookEvent): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { retryAfterMs } = await fixture.forward(event)
    if (retryAfterMs === undefined) return
    fixture.pass(60)
  }
  throw new Error('It is still not done.')
}

function expectTold({ ledger, destination }: Fixture, all: readonly Said[]): void {
  expect(ledger.pendingSteps()).toEqual([])
  expect(ledger.counts()).toMatchObject({ pending: 0, held: 0, dead: 0 })
  expect(ledger.verifyEntries().kind).toBe('intact')
  const expected = ['CC1.1', 'CC1.2', 'CC1.3'].map((control) => isFailing(all, control))
  const actual = ['CC1.1', 'CC1.2', 'CC1.3'].map(
    (control) => ledger.alert('alerts', controlKey({ instance: 'acme' }, 'SOC 2', control))?.state === 'open',
  )
  expect(actual).toEqual(expected)
  const told = destination.objects().filter(({ key }) => key !== undefined)
  expect(new Set(told.map(({ key }) => key)).size).toBe(told.length)
  for (const { key, state, target } of told) {
    const alert = ledger.alert(target, key ?? '')
    // What it was told of by itself before a storm stood for it has ended.
    expect([key, alert?.carrier === undefined ? alert?.state : 'resolved']).toEqual([key, state])
  }
  const open = ledger.openAlerts().filter(({ carrier }) => carrier === undefined)
  const shown = told.filter(({ state }) => state === 'open').map(({ key }) => key)
  expect(new Set(shown)).toEqual(new Set(open.map(({ key }) => key)))
  expect(shown).toHaveLength(open.length)
  for (const { history, key } of told.filter((object) => !object.key?.includes(':storm:'))) {
    const times = history.map(({ eventId }) => ledger.findEvent(eventId)?.timestamp ?? clockAt(0))
    expect([key, times]).toEqual([key, times.toSorted()])
  }
}

/** Whether the newest that is known of a control is a failure, which beats a recovery at the same instant. */
function isFailing(all: readonly Said[], control: string): boolean {
  const failedAt = latest(all.filter((each) => each.fails && each.control === control))
  const passedAt = latest(
    all.filter((each) => !each.fails && (each.control === control || each.control === undefined)),
  )
  return failedAt > -Infinity && failedAt >= passedAt
}

function latest(all: readonly Said[]): number {
  return Math.max(-Infinity, ...all.map(({ seconds }) => seconds))
}

function faultsOf(wrong: readonly string[]): (call: unknown, point: FaultPoint) => Fault | undefined {
  const left = [...wrong]
  let next = 'none'
  return (_, point) => {
    // Each call is asked about before its effect or while it looks; what is to come after it is kept.
    if (point !== 'after') next = left.shift() ?? 'none'
    if (point === 'reconcile') {
      if (next === 'unsettled') {
        const reconciliation = { kind: 'unsettled', retryAfterMs: 1000, reason: 'index_behind' } as const
        return { kind: 'answer', reconciliation }
      }
      return next === 'none' ? undefined : thrown('retry')
    }
    const isAfter = next === 'ambiguous after' || next === 'bug'
    if ((point === 'after') !== isAfter || next === 'none') return undefined
    if (next === 'bug') return { kind: 'throw', error: new TypeError('a bug') }
    return thrown(next === 'retry' || next === 'unsettled' ? 'retry' : 'ambiguous')
  }
}

function thrown(kind: 'retry' | 'ambiguous'): Fault {
  return { kind: 'throw', error: new DestinationError(kind, `recording_${kind}`, 'The test wants it.') }
}
