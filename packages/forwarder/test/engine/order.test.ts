import { describe, expect, it, vi } from 'vitest'
import { DestinationError } from '../../src/engine/destination-error.ts'
import type { Forwarded } from '../../src/engine/engine.ts'
import { controlEvent, scanCompleted, testEvent } from '../../src/testing/test-events.ts'
import { callsOf, createFixture, failOnce, type Fixture } from './fixture.ts'

const soc2 = (control: string): string => `cw:acme:control:soc 2:${control}`

function historyOf({ destination }: Fixture): readonly string[] {
  return destination.objects().flatMap(({ history }) => history.map(({ action }) => action))
}

describe('the order of what a target is told', () => {
  it('finishes what failed before, and then tells what is new', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'retry')
    await fixture.forward(controlEvent('CC6.1', 0))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    expect(steps).toMatchObject([{ action: 'resolve', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
  })

  it('does not decide what comes after a step that fails again', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'retry', { times: 2 })
    const failure = controlEvent('CC6.1', 0)
    const recovery = controlEvent('CC6.1', 5, 'passed')
    await fixture.forward(failure)
    expect(await fixture.forward(recovery)).toMatchObject({
      retryAfterMs: 5000,
      steps: [{ key: soc2('cc6.1'), action: undefined, result: 'retry', reason: 'recording_retry' }],
    })
    expect(fixture.ledger.decisionsOf(recovery.event_id)).toEqual([])
    await fixture.forward(recovery)
    expect((await fixture.forward(failure)).steps).toMatchObject([{ action: 'open', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
  })

  it('is done with an event whose steps another one has carried out, though that one fails behind them', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'retry')
    const failure = controlEvent('CC6.1', 0)
    await fixture.forward(failure)
    const { ledger } = fixture
    const pendingFor = ledger.pendingFor.bind(ledger)
    const { promise: isWaiting, resolve: wait } = Promise.withResolvers<void>()
    Object.assign(ledger, {
      pendingFor(eventId) {
        // It looks for its steps, sees that there is one to carry out, and waits for the key.
        if (eventId === failure.event_id) setImmediate(wait)
        return pendingFor(eventId)
      },
    } satisfies Partial<typeof ledger>)
    const error = new DestinationError('retry', 'recording_down', 'Down.')
    fixture.destination.fault = ({ action }, point) => {
      if (point !== 'before') return undefined
      return action === 'resolve' ? { kind: 'throw', error } : { kind: 'run', run: () => isWaiting }
    }
    const recovery = fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    await vi.waitFor(() => expect(callsOf(fixture)).toHaveLength(2))
    const again = fixture.forward(failure)
    expect(await recovery).toMatchObject({ steps: [{ action: 'resolve', result: 'retry' }] })
    expect(await again).toEqual({ steps: [expect.objectContaining({ action: 'open', result: 'delivered' })] })
    expect(fixture.ledger.findEvent(failure.event_id)?.finishedAt).toBeDefined()
    expect(fixture.ledger.counts().unfinishedEvents).toBe(1)
  })

  it('tells other targets and keys while one fails', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    fixture.destination.fault = ({ target }, point) =>
      target === 'alerts' && point === 'before'
        ? { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') }
        : undefined
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([
      { target: 'alerts', result: 'retry', reason: 'recording_down' },
      { target: 'audit', result: 'delivered' },
    ])
  })

  it.each([
    { order: [0, 1, 2, 3], state: 'open' },
    { order: [3, 2, 1, 0], state: 'open' },
    { order: [1, 0, 3, 2], state: 'open' },
    { order: [2, 3, 0, 1], state: 'open' },
  ])('ends as the newest event says when they come as $order', async ({ order, state }) => {
    const fixture = createFixture()
    const events = [
      controlEvent('CC6.1', 0),
      controlEvent('CC6.1', 1, 'passed'),
      controlEvent('CC6.1', 2, 'passed'),
      controlEvent('CC6.1', 3),
    ]
    for (const index of order) await fixture.forward(events[index] ?? controlEvent('CC6.1', 0))
    expect(fixture.ledger.alertsOf(soc2('cc6.1'))).toMatchObject([{ state }])
    expect(fixture.destination.objects().filter((each) => each.state === 'open')).toHaveLength(1)
  })

  it('opens one alert for eight events of one key at the same time', async () => {
    const fixture = createFixture()
    const events = Array.from({ length: 8 }, (_, index) => controlEvent('CC6.1', index))
    const all = await Promise.all(events.map((event) => fixture.forward(event)))
    expect(all.flatMap(({ steps }) => steps).every(({ result }) => result !== 'retry')).toBe(true)
    expect(fixture.destination.objects()).toHaveLength(1)
    expect(fixture.ledger.openAlerts()).toMatchObject([{ count: 8 }])
  })

  it('forwards one event once that comes eight times at the same time', async () => {
    const fixture = createFixture()
    const event = controlEvent('CC6.1', 0)
    const all = await Promise.all(Array.from({ length: 8 }, () => fixture.forward(event)))
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(callsOf(fixture)).toEqual(['perform create'])
  })
})

describe('a clock that is set back', () => {
  const year = 365 * 86_400

  it('does not keep what failed before from being tried again', async () => {
    const fixture = createFixture()
    fixture.pass(year)
    failOnce(fixture, 'create', 'before', 'retry')
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.pass(-year)
    await fixture.engine.runDue(AbortSignal.timeout(10_000))
    expect(historyOf(fixture)).toEqual(['open'])
    expect(fixture.ledger.counts()).toMatchObject({ pending: 0, unfinishedEvents: 0 })
  })

  it('does not keep what failed after it was held from being tried again, once the process starts anew', async () => {
    const quietHours = { from: '11:00', to: '15:00', timeZone: 'UTC', except: [] }
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts'], quietHours }] } })
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.pass(year + 4 * 3600)
    failOnce(fixture, 'create', 'before', 'retry')
    const signal = AbortSignal.timeout(10_000)
    await fixture.engine.runDue(signal)
    fixture.pass(-year)
    fixture.restart()
    await fixture.engine.runDue(signal)
    expect(historyOf(fixture)).toEqual(['open'])
  })
})

describe('two processes on one ledger', () => {
  it('tell people once of what both are given at the same time', async () => {
    const fixture = createFixture()
    const other = fixture.another('owner two')
    const events = Array.from({ length: 5 }, (_, index) => controlEvent('CC6.1', index))
    const signal = AbortSignal.timeout(30_000)
    await Promise.all(
      events.flatMap((event) => [fixture.engine.forward(event, signal), other.engine.forward(event, signal)]),
    )
    expect(fixture.destination.objects()).toHaveLength(1)
    expect(fixture.ledger.openAlerts()).toMatchObject([{ count: 5 }])
    expect(fixture.ledger.verifyEntries().kind).toBe('intact')
  })

  it('wait for each other', async () => {
    const fixture = createFixture()
    const other = fixture.another('owner two')
    const lock = { target: 'alerts', key: soc2('cc6.1'), owner: 'owner two', token: 'held' }
    await other.ledger.acquireLock(lock, fixture.clock, 10_000)
    const asks = vi.spyOn(fixture.ledger, 'acquireLock')
    const controller = new AbortController()
    const waiting = fixture.engine.forward(controlEvent('CC6.1', 0), controller.signal)
    await vi.waitFor(() => expect(asks.mock.calls.length).toBeGreaterThan(2))
    controller.abort()
    expect(await waiting).toMatchObject({ retryAfterMs: 2000, steps: [{ result: 'retry' }] })
    expect(fixture.destination.calls).toEqual([])
  })

  it('begin nothing after the other has taken the key over', async () => {
    const fixture = createFixture()
    const other = fixture.another('owner two')
    const operations = fixture.destination.operations.bind(fixture.destination)
    const taken: Promise<boolean>[] = []
    fixture.destination.operations = (step, target) => {
      // This process stands still for longer than its lease, between a decision and what it takes.
      fixture.pass(11)
      const lock = { target: 'alerts', key: soc2('cc6.1'), owner: 'owner two', token: 'taken' }
      taken.push(other.ledger.acquireLock(lock, fixture.clock, 10_000))
      return operations(step, target)
    }
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(await Promise.all(taken)).toEqual([true])
    expect(steps).toMatchObject([{ action: 'open', result: 'retry', reason: 'lock_lost' }])
    expect(fixture.destination.calls).toEqual([])
  })

  it('take a key over once the lease of a process that was killed has ended', async () => {
    const fixture = createFixture()
    const other = fixture.another('owner two')
    const lock = { target: 'alerts', key: soc2('cc6.1'), owner: 'owner two', token: 'held' }
    await other.ledger.acquireLock(lock, fixture.clock, 10_000)
    fixture.pass(11)
    expect((await fixture.forward(controlEvent('CC6.1', 0))).steps).toMatchObject([{ result: 'delivered' }])
    expect(await other.ledger.renewLock(lock, fixture.clock, 10_000)).toBe(false)
  })

  it('say so when one did what the other had taken over', async () => {
    const ambiguous: unknown[] = []
    const fixture = createFixture({ observer: { ambiguous: (facts) => ambiguous.push(facts) } })
    const other = fixture.another('owner two')
    const event = controlEvent('CC6.1', 0)
    let isFirst = true
    fixture.destination.fault = (_, point) => {
      if (!isFirst || point !== 'before') return undefined
      isFirst = false
      return {
        kind: 'run',
        async run() {
          // This process stands still for longer than its lease.
          fixture.pass(11)
          await other.engine.forward(event, AbortSignal.timeout(10_000))
        },
      }
    }
    const { steps } = await fixture.forward(event)
    expect(steps).toMatchObject([{ result: 'delivered' }])
    expect(ambiguous).toMatchObject([{ reason: 'lock_lost' }])
  })
})

/** 100 controls have failed; the time of each attempt at their recovery is over at its 41st call. */
async function createSweep(
  firstFailure?: Error,
): Promise<{ readonly fixture: Fixture; readonly attempt: () => Promise<Forwarded> }> {
  const fixture = createFixture({ settings: { storm: { controls: 1000, windowMs: 60_000 } } })
  const controls = Array.from({ length: 100 }, (_, index) => `CC${index}`)
  await Promise.all(controls.map((control) => fixture.forward(controlEvent(control, 0))))
  const scan = scanCompleted(30, 0)
  return { fixture, attempt }

  function attempt(): Promise<Forwarded> {
    const deadline = new AbortController()
    let calls = 0
    fixture.destination.fault = (_, point) => {
      if (point !== 'before') return undefined
      calls++
      if (calls === 1 && firstFailure !== undefined) return { kind: 'throw', error: firstFailure }
      if (calls <= 40) return undefined
      setImmediate(() => deadline.abort())
      return { kind: 'hang' }
    }
    return fixture.engine.forward(scan, deadline.signal)
  }
}

/** How many controls the clock closes at once, and how many when the time of the event has come. */
async function whenGoneOn(fixture: Fixture): Promise<{ readonly atOnce: number; readonly later: number }> {
  await fixture.engine.idle()
  fixture.destination.fault = undefined
  const before = stillOpen(fixture)
  await fixture.engine.runDue(AbortSignal.timeout(30_000))
  const afterwards = stillOpen(fixture)
  fixture.pass(121)
  await fixture.engine.runDue(AbortSignal.timeout(30_000))
  return { atOnce: before - afterwards, later: afterwards - stillOpen(fixture) }
}

describe('a deadline that passes while a call ignores its signal', () => {
  it('is answered at once, and the key stays locked until the call has ended', async () => {
    const fixture = createFixture()
    const { promise: called, resolve: isCalled } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    fixture.destination.fault = (_, point) =>
      point === 'before'
        ? {
            kind: 'run',
            run: () => {
              isCalled()
              return released
            },
          }
        : undefined
    const deadline = new AbortController()
    const event = controlEvent('CC6.1', 0)
    const answer = fixture.engine.forward(event, deadline.signal)
    await called
    deadline.abort()
    expect(await answer).toMatchObject({ retryAfterMs: 2000, steps: [{ action: 'open', result: 'retry' }] })

    const second = new AbortController()
    const waiting = fixture.engine.forward(event, second.signal)
    second.abort()
    expect(await waiting).toMatchObject({ steps: [{ result: 'retry' }] })
    expect(fixture.destination.calls).toHaveLength(1)

    release()
    await fixture.engine.idle()
    expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'delivered' }])
    expect(fixture.destination.calls).toHaveLength(1)
  })

  it('is told once of a key that failed before it passed', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    const earlier = controlEvent('CC6.1', 0)
    const fail = { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') } as const
    fixture.destination.fault = (_, point) => (point === 'before' ? fail : undefined)
    await fixture.forward(earlier)
    fixture.destination.fault = ({ target }, point) =>
      point === 'before' ? (target === 'alerts' ? fail : { kind: 'hang' }) : undefined
    const deadline = new AbortController()
    const answer = fixture.engine.forward(controlEvent('CC6.1', 5), deadline.signal)
    const entries = (): readonly unknown[] => [...fixture.ledger.entries()]
    await vi.waitFor(() =>
      expect(entries()).toContainEqual(expect.objectContaining({ target: 'alerts', seq: 5 })),
    )
    deadline.abort()
    expect((await answer).steps).toMatchObject([
      { target: 'alerts', reason: 'recording_down' },
      { target: 'audit', reason: 'deadline_exceeded' },
    ])
  })

  describe('of a clean scan over 100 controls', () => {
    it('lets the clock go on at once, so that the next attempt finds it done', async () => {
      const { fixture, attempt } = await createSweep()
      const { steps, retryAfterMs } = await attempt()
      expect(retryAfterMs).toBe(2000)
      expect(steps).toContainEqual(expect.objectContaining({ result: 'retry', reason: 'deadline_exceeded' }))
      await fixture.engine.idle()
      expect(stillOpen(fixture)).toBeGreaterThan(0)
      fixture.destination.fault = undefined
      await fixture.engine.runDue(AbortSignal.timeout(30_000))
      expect(stillOpen(fixture)).toBe(0)
      expect(fixture.ledger.counts()).toMatchObject({ pending: 0, unfinishedEvents: 0 })
      expect((await attempt()).retryAfterMs).toBeUndefined()
    }, 60_000)

    it('waits for its time when something had failed before', async () => {
      const failure = new DestinationError('retry', 'recording_down', 'Down.')
      const { fixture, attempt } = await createSweep(failure)
      expect((await attempt()).retryAfterMs).toBe(5000)
      await fixture.engine.idle()
      const left = stillOpen(fixture)
      expect(left).toBeGreaterThan(0)
      expect(await whenGoneOn(fixture)).toEqual({ atOnce: 0, later: left })
    }, 60_000)

    it('waits for its time when nothing more was done than before', async () => {
      const { fixture, attempt } = await createSweep()
      await attempt()
      await fixture.engine.idle()
      const deadline = new AbortController()
      fixture.destination.fault = () => {
        setImmediate(() => deadline.abort())
        return { kind: 'hang' }
      }
      await fixture.engine.runDue(deadline.signal)
      await fixture.engine.idle()
      const left = stillOpen(fixture)
      expect(left).toBeGreaterThan(0)
      expect(await whenGoneOn(fixture)).toEqual({ atOnce: 0, later: left })
    }, 60_000)
  })

  it('is a retry when it has passed before anything was done', async () => {
    const fixture = createFixture()
    const { steps } = await fixture.engine.forward(controlEvent('CC6.1', 0), AbortSignal.abort())
    expect(steps).toMatchObject([{ result: 'retry', reason: 'deadline_exceeded' }])
  })

  it('is the reason of what was decided and not carried out, whatever the reason of the decision', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 5))
    const late = controlEvent('CC6.1', 0)
    const { ledger } = fixture
    const write = ledger.write.bind(ledger)
    const deadline = new AbortController()
    Object.assign(ledger, {
      async write(work, options) {
        const written = await write(work, options)
        if (ledger.hasDecision(late.event_id, 'alerts', soc2('cc6.1'))) deadline.abort()
        return written
      },
    } satisfies Partial<typeof ledger>)
    const { steps } = await fixture.engine.forward(late, deadline.signal)
    expect(steps).toMatchObject([{ action: 'late', result: 'retry', reason: 'deadline_exceeded' }])
  })
})

describe('who is told', () => {
  it('stays told when the routes change', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.settings = { ...fixture.settings, routes: [{ match: {}, to: ['audit'] }] }
    fixture.restart()
    const repeated = await fixture.forward(controlEvent('CC6.1', 1))
    expect(repeated.steps).toMatchObject([
      { target: 'alerts', action: 'repeat' },
      { target: 'audit', action: 'open' },
    ])
    const recovered = await fixture.forward(controlEvent('CC6.1', 2, 'passed'))
    expect(recovered.steps).toMatchObject([
      { target: 'alerts', action: 'resolve' },
      { target: 'audit', action: 'resolve' },
    ])
  })

  it('is told of the end at a target that the configuration does not name any more', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.settings = { ...fixture.settings, routes: [] }
    fixture.targets = {}
    fixture.restart()
    const { steps } = await fixture.forward(controlEvent('CC6.1', 2, 'passed'))
    expect(steps).toMatchObject([{ target: 'alerts', action: 'resolve', result: 'delivered' }])
    expect(fixture.destination.objects()).toMatchObject([{ state: 'resolved' }])
  })

  it('is not told of a failure that ended before it was to be told', async () => {
    const fixture = createFixture({ settings: { routes: [] } })
    await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    fixture.settings = { ...fixture.settings, routes: [{ match: {}, to: ['alerts'] }] }
    fixture.restart()
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ target: 'alerts', result: 'stale', reason: 'newer_event_known' }])
    expect(fixture.destination.calls).toEqual([])
  })
})

function stillOpen({ ledger }: Fixture): number {
  return ledger.openAlerts({ kind: 'control' }).length
}

describe('a clean scan', () => {
  const controls = ['CC1.1', 'CC2.1', 'CC3.1', 'CC4.1', 'CC5.1', 'CC6.1']

  async function failing(fixture: Fixture): Promise<void> {
    await fixture.forward(scanCompleted(-10, 3))
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    fixture.destination.calls.length = 0
  }

  it('ends every control that failed before it', async () => {
    const fixture = createFixture()
    await failing(fixture)
    await fixture.forward(controlEvent('CC9.9', 60))
    await fixture.forward(scanCompleted(30, 0))
    expect(fixture.ledger.openAlerts({ kind: 'control' })).toMatchObject([{ labels: { controlId: 'CC9.9' } }])
  })

  it('goes on in the middle after a crash', async () => {
    const fixture = createFixture()
    fixture.destination.concurrency = 1
    await failing(fixture)
    let calls = 0
    fixture.destination.fault = (call, point) =>
      call.operation === 'update' && point === 'before' && ++calls >= 3
        ? { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') }
        : undefined
    const scan = scanCompleted(30, 0)
    const first = await fixture.forward(scan)
    expect(first.retryAfterMs).toBe(5000)
    expect(stillOpen(fixture)).toBe(controls.length - 5)
    fixture.destination.fault = undefined
    fixture.restart()
    const second = await fixture.forward(scan)
    expect(second.steps.filter(({ action }) => action === 'resolve')).toHaveLength(controls.length)
    expect(stillOpen(fixture)).toBe(0)
    expect(callsOf(fixture).filter((call) => call === 'perform comment')).toHaveLength(controls.length)
  })

  it.each([1, 4, 20])('ends %i at a time, each once and in order', async (concurrency) => {
    const fixture = createFixture()
    await failing(fixture)
    fixture.destination.concurrency = concurrency
    const begun: string[] = []
    let underWay = 0
    let most = 0
    const { promise: met, resolve: meet } = Promise.withResolvers<void>()
    const expected = Math.min(concurrency, controls.length)
    fixture.destination.fault = ({ key, operation }, point) => {
      if (point === 'before') begun.push(`${key} ${operation}`)
      if (point !== 'before' || operation !== 'update') return undefined
      most = Math.max(most, ++underWay)
      // Nobody goes on before as many as may be are under way.
      if (underWay === expected) meet()
      return { kind: 'run', run: () => met.finally(() => underWay--) }
    }
    expect((await fixture.forward(scanCompleted(30, 0))).retryAfterMs).toBeUndefined()
    expect(most).toBe(expected)
    const keys = controls.map((control) => soc2(control.toLowerCase()))
    for (const key of keys) {
      expect(begun.filter((call) => call.startsWith(key))).toEqual([`${key} update`, `${key} comment`])
    }
    expect(begun.filter((call) => call.endsWith('update'))).toEqual(keys.map((key) => `${key} update`))
    expect(stillOpen(fixture)).toBe(0)
  })

  it('is told of once all that it ends is decided', async () => {
    const fixture = createFixture({ settings: { scans: { announce: 'always', errorAfter: 3 } } })
    await failing(fixture)
    const lock = { target: 'alerts', key: soc2('cc1.1'), owner: 'owner two', token: 'held' }
    await fixture.ledger.acquireLock(lock, fixture.clock, 10_000)
    const scan = scanCompleted(30, 0)
    const answer = fixture.forward(scan)
    await vi.waitFor(() => expect(stillOpen(fixture)).toBe(1))
    expect(fixture.destination.calls.map(({ action }) => action)).not.toContain('announce')
    await fixture.ledger.releaseLock(lock)
    await answer
    const news = fixture.ledger.stepsOf(scan.event_id).filter(({ action }) => action === 'announce')
    expect(news.map(({ id }) => fixture.ledger.readStep(id).open)).toEqual([[]])
    expect(fixture.destination.calls.at(-1)).toMatchObject({ action: 'announce' })
  })

  it('makes a failure stale that happened before it and comes after it', async () => {
    const fixture = createFixture()
    await fixture.forward(scanCompleted(30, 0))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ result: 'stale', reason: 'newer_clean_scan' }])
  })
})

describe('an unknown end', () => {
  it('of a person ends the alerts of a key at every target', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    await fixture.forward(controlEvent('CC6.1', 0))
    const { steps } = await fixture.engine.resolve(
      soc2('cc6.1'),
      'ana@acme.example',
      AbortSignal.timeout(10_000),
    )
    expect(steps).toMatchObject([
      { target: 'alerts', action: 'resolve', result: 'delivered' },
      { target: 'audit', action: 'resolve', result: 'delivered' },
    ])
    expect(fixture.ledger.openAlerts()).toEqual([])
  })

  it('of a person does nothing when nothing is open', async () => {
    const fixture = createFixture()
    expect(await fixture.engine.resolve(soc2('cc6.1'), 'ana', AbortSignal.timeout(10_000))).toEqual({
      steps: [],
    })
    expect([...fixture.ledger.entries()]).toEqual([])
  })

  it('of the clock closes an integration that nothing was heard of, once', async () => {
    const fixture = createFixture({
      settings: {
        recovery: {
          sweepOnCleanScan: true,
          scopeGuard: true,
          reopenWindowMs: 0,
          integrationEvidenceOfLife: false,
          integrationTtlMs: 3_600_000,
        },
      },
    })
    const disconnected = testEvent('integration.disconnected', 0, {
      integration_id: 'okta',
      provider: 'Okta',
    })
    await fixture.forward(disconnected)
    const other = fixture.another('owner two')
    const signal = AbortSignal.timeout(10_000)
    fixture.pass(3000)
    await fixture.engine.runDue(signal)
    expect(fixture.ledger.openAlerts()).toHaveLength(1)
    fixture.pass(700)
    await Promise.all([fixture.engine.runDue(signal), other.engine.runDue(signal)])
    expect(fixture.ledger.openAlerts()).toEqual([])
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
  })
})
