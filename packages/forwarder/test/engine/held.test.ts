import { describe, expect, it } from 'vitest'
import type { Route, Settings } from '../../src/config/settings.ts'
import type { StormMember } from '../../src/domain/alert.ts'
import { DestinationError } from '../../src/engine/destination-error.ts'
import { clockAt, controlEvent, scanCompleted, testEvent } from '../../src/testing/test-events.ts'
import { createFixture, failOnce, type Fixture } from './fixture.ts'

const hour = 3600
// The tests begin at noon.
const quietHours = { from: '11:00', to: '15:00', timeZone: 'UTC', except: ['critical'] } as const
const route: Route = { match: {}, to: ['alerts'], quietHours }
const quiet: Partial<Settings> = {
  routes: [{ match: { control: ['CC9.9'] }, to: ['alerts'], quietHours, severity: 'critical' }, route],
}
const muted: Partial<Settings> = {
  mutes: [
    {
      match: { control: ['CC6.1'] },
      until: clockAt(24 * hour),
      reason: 'Accepted by the board',
      approvedBy: 'ciso@acme.example',
    },
  ],
}

function runDue({ engine }: Fixture): Promise<void> {
  return engine.runDue(AbortSignal.timeout(10_000))
}

function historyOf({ destination }: Fixture): readonly string[] {
  return destination.objects().flatMap(({ history }) => history.map(({ action }) => action))
}

describe('quiet hours', () => {
  it('hold what happens until they end', async () => {
    const fixture = createFixture({ settings: quiet })
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    fixture.pass(2 * hour)
    await runDue(fixture)
    expect(fixture.destination.calls).toEqual([])
    expect(fixture.ledger.counts()).toMatchObject({ held: 1, pending: 0, unfinishedEvents: 0 })
    fixture.restart()
    fixture.pass(2 * hour)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
    expect((await fixture.forward(event)).steps).toMatchObject([{ action: 'open', result: 'delivered' }])
  })

  it('do not hold what is bad enough', async () => {
    const fixture = createFixture({ settings: quiet })
    const { steps } = await fixture.forward(controlEvent('CC9.9', 0))
    expect(steps).toMatchObject([{ result: 'delivered' }])
  })

  it('tell what happened again together with what waits', async () => {
    const fixture = createFixture({ settings: quiet })
    await fixture.forward(controlEvent('CC6.1', 0))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 1))
    expect(steps).toMatchObject([{ action: 'repeat', result: 'held', reason: 'quiet_hours' }])
    fixture.pass(4 * hour)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
    expect(fixture.ledger.openAlerts()).toMatchObject([{ count: 2 }])
  })

  it('are forgotten when it has ended before anybody was told', async () => {
    const fixture = createFixture({ settings: quiet })
    const failure = controlEvent('CC6.1', 0)
    await fixture.forward(failure)
    const { steps } = await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    expect(steps).toMatchObject([{ result: 'unchanged', reason: 'nobody_was_told' }])
    fixture.pass(4 * hour)
    await runDue(fixture)
    expect(fixture.destination.calls).toEqual([])
    expect(fixture.ledger.openAlerts()).toEqual([])
    expect((await fixture.forward(failure)).steps).toMatchObject([
      { result: 'unchanged', reason: 'resolved_meanwhile' },
    ])
    expect([...fixture.ledger.entries()].map(({ result }) => result)).toEqual([
      'held',
      'canceled',
      'unchanged',
    ])
  })

  it('do not make a later failure of it late', async () => {
    const fixture = createFixture({ settings: quiet })
    await fixture.forward(controlEvent('CC6.1', 0))
    await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    fixture.pass(5 * hour)
    const { steps } = await fixture.forward(controlEvent('CC6.1', 5 * hour))
    expect(steps).toMatchObject([{ action: 'open', result: 'delivered' }])
  })

  it('do not hold the end of what people know', async () => {
    const fixture = createFixture({ settings: quiet })
    fixture.pass(-2 * hour)
    await fixture.forward(controlEvent('CC6.1', -2 * hour))
    fixture.pass(2 * hour)
    await fixture.forward(controlEvent('CC6.1', 0))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    expect(steps).toMatchObject([{ action: 'resolve', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
    expect(fixture.ledger.pendingSteps()).toEqual([])
  })

  it('keep what the target has of an earlier failure, to be reopened', async () => {
    const fixture = createFixture({ settings: quiet })
    fixture.pass(-2 * hour)
    await fixture.forward(controlEvent('CC6.1', -2 * hour))
    await fixture.forward(controlEvent('CC6.1', -2 * hour + 10, 'passed'))
    fixture.pass(2 * hour)
    expect((await fixture.forward(controlEvent('CC6.1', 0))).steps).toMatchObject([
      { action: 'reopen', result: 'held' },
    ])
    await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    fixture.pass(4 * hour)
    const { steps } = await fixture.forward(controlEvent('CC6.1', 4 * hour))
    expect(steps).toMatchObject([{ action: 'reopen', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open', 'resolve', 'reopen'])
  })

  it('let go of what waits once it is bad enough', async () => {
    const fixture = createFixture({
      settings: {
        routes: [route],
        severities: [{ match: { event: ['scan.failed'], severity: ['error'] }, severity: 'critical' }],
      },
    })
    for (const second of [0, 1]) await fixture.forward(testEvent('scan.failed', second))
    expect(fixture.destination.calls).toEqual([])
    await fixture.forward(testEvent('scan.failed', 2))
    expect(historyOf(fixture)).toEqual(['open'])
    expect(fixture.ledger.openAlerts()).toMatchObject([{ severity: 'critical', count: 3 }])
  })

  it('are tried again with the event that let go of what waits, when that fails', async () => {
    const fixture = createFixture({
      settings: {
        routes: [route],
        severities: [{ match: { event: ['scan.failed'], severity: ['error'] }, severity: 'critical' }],
      },
    })
    for (const second of [0, 1]) await fixture.forward(testEvent('scan.failed', second))
    failOnce(fixture, 'create', 'before', 'retry')
    const worst = testEvent('scan.failed', 2)
    expect((await fixture.forward(worst)).retryAfterMs).toBe(5000)
    expect((await fixture.forward(worst)).steps).toMatchObject([{ action: 'repeat', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open'])
    expect(fixture.ledger.counts()).toMatchObject({ pending: 0, held: 0, unfinishedEvents: 0 })
  })

  it('do not let the end of it be forgotten when it opens anew while an earlier step is still in doubt', async () => {
    const recovery = {
      sweepOnCleanScan: true,
      scopeGuard: true,
      reopenWindowMs: 0,
      integrationEvidenceOfLife: false,
    }
    const fixture = createFixture({ settings: { ...quiet, recovery } })
    fixture.pass(-2 * hour)
    await fixture.forward(controlEvent('CC6.1', -2 * hour))
    fixture.pass(2 * hour)
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.pass(4 * hour)
    failOnce(fixture, 'update', 'after', 'ambiguous', { retryAfterMs: 600_000 })
    await runDue(fixture)
    await fixture.forward(controlEvent('CC6.1', 4 * hour, 'passed'))
    const anew = controlEvent('CC6.1', 4 * hour + 5)
    expect(await fixture.forward(anew)).toMatchObject({
      steps: [{ result: 'retry', reason: 'recording_ambiguous' }],
      retryAfterMs: 600_000,
    })
    fixture.pass(601)
    expect((await fixture.forward(anew)).steps).toMatchObject([{ action: 'open', result: 'delivered' }])
    expect(fixture.destination.objects().map(({ state }) => state)).toEqual(['resolved', 'open'])
  })

  it.each([
    { what: 'events', settings: {} },
    { what: 'a storm', settings: { storm: { controls: 0, windowMs: 60_000 } } },
  ])('tell $what to the target that the configuration names at their end', async ({ settings }) => {
    const fixture = createFixture({ settings: { ...settings, routes: [route] } })
    const operations = fixture.destination.operations.bind(fixture.destination)
    // As every destination: there is no place to open anything in.
    fixture.destination.operations = (step, target) => (target === undefined ? [] : operations(step, target))
    await fixture.forward(controlEvent('CC6.1', 0))
    await fixture.forward(controlEvent('CC6.2', 0))
    fixture.settings = { ...fixture.settings, routes: [{ ...route, to: ['soc'] }] }
    fixture.targets = { soc: {} }
    fixture.restart()
    fixture.pass(4 * hour)
    await runDue(fixture)
    fixture.pass(121)
    await runDue(fixture)
    fixture.pass(10)
    await runDue(fixture)
    const told = fixture.ledger.openAlerts({ kind: 'control', target: 'soc' })
    expect(told.map(({ labels }) => labels.controlId)).toEqual(['CC6.1', 'CC6.2'])
    expect(
      fixture.destination.objects().every(({ target, state }) => target === 'soc' && state === 'open'),
    ).toBe(true)
    expect(fixture.ledger.counts()).toMatchObject({ pending: 0, held: 0, unfinishedEvents: 0 })
  })

  it('are over at once for what fails at their end, and it is tried again later', async () => {
    const fixture = createFixture({ settings: quiet })
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    fixture.pass(4 * hour)
    failOnce(fixture, 'create', 'after', 'ambiguous', { retryAfterMs: 30_000 })
    await runDue(fixture)
    await runDue(fixture)
    expect(fixture.destination.calls).toHaveLength(1)
    expect((await fixture.forward(event)).steps).toMatchObject([
      { result: 'held', reason: 'recording_ambiguous' },
    ])
    const recovery = controlEvent('CC6.1', 5, 'passed')
    expect((await fixture.forward(recovery)).steps).toMatchObject([{ action: 'resolve', result: 'held' }])
    fixture.pass(31)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
  })
})

describe('the end of quiet hours for many keys', () => {
  it('keeps no other target waiting for one that is down', async () => {
    const fixture = createFixture({ settings: { ...quiet, storm: { controls: 100, windowMs: 60_000 } } })
    const controls = Array.from({ length: 60 }, (_, index) => `CC${index}`)
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    fixture.settings = { ...fixture.settings, routes: [{ match: {}, to: ['audit'], quietHours }] }
    fixture.restart()
    await fixture.forward(controlEvent('CC99', 1))
    fixture.destination.fault = ({ target }, point) =>
      target === 'alerts' && point === 'before'
        ? { kind: 'throw', error: new DestinationError('operator', 'recording_revoked', 'Revoked.') }
        : undefined
    fixture.pass(4 * hour)
    await runDue(fixture)
    expect(fixture.destination.calls.map(({ target }) => target).toSorted()).toEqual([
      ...Array<string>(fixture.destination.concurrency).fill('alerts'),
      'audit',
    ])
  })
})

describe('a mute', () => {
  it('tells at its end what still holds, and the ledger says who approved it', async () => {
    const fixture = createFixture({ settings: muted })
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ result: 'held', reason: 'muted' }])
    const [entry] = fixture.ledger.entries()
    expect(entry).toMatchObject({ result: 'held', reason: 'muted' })
    expect(entry?.proof).toContain('Accepted by the board (ciso@acme.example)')
    fixture.pass(24 * hour)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
  })

  it('that is taken back lets go of what waits', async () => {
    const fixture = createFixture({ settings: muted })
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.settings = { ...fixture.settings, mutes: [] }
    fixture.restart()
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
  })

  it('keeps news back for good', async () => {
    const fixture = createFixture({
      settings: {
        scans: { announce: 'always', errorAfter: 3 },
        mutes: [
          { match: { event: ['scan.completed'] }, until: clockAt(hour), reason: 'Noise', approvedBy: 'ana' },
        ],
      },
    })
    const { steps } = await fixture.forward(scanCompleted(0, 3, 100))
    expect(steps).toContainEqual({
      target: 'alerts',
      key: undefined,
      action: undefined,
      result: 'ignored',
      reason: 'muted',
    })
    fixture.pass(2 * hour)
    await runDue(fixture)
    expect(fixture.destination.objects().filter(({ key }) => key === undefined)).toEqual([])
  })
})

describe('a storm', () => {
  const storm = { controls: 3, windowMs: 60_000 }
  const controls = Array.from({ length: 12 }, (_, index) => `CC1.${index}`)

  it('is told as one, and ends with its last control', async () => {
    const fixture = createFixture({ settings: { storm } })
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    expect(fixture.destination.objects()).toHaveLength(4)
    const [alert] = fixture.ledger.openAlerts({ kind: 'storm' })
    expect(alert?.members).toHaveLength(9)
    for (const control of controls) await fixture.forward(controlEvent(control, 5, 'passed'))
    expect(fixture.destination.objects().map(({ state }) => state)).toEqual(Array(4).fill('resolved'))
    expect(fixture.ledger.openAlerts()).toEqual([])
  })

  it('is told as one when all fail at the same time, with few updates', async () => {
    const fixture = createFixture({ settings: { storm } })
    const all = await Promise.all(controls.map((control) => fixture.forward(controlEvent(control, 0))))
    expect(all.flatMap(({ steps }) => steps).every(({ result }) => result !== 'retry')).toBe(true)
    expect(fixture.destination.objects()).toHaveLength(4)
    expect(fixture.ledger.openAlerts({ kind: 'storm' })[0]?.members).toHaveLength(9)
  })

  it('tells several changes at once when an earlier one had failed', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
    await fixture.forward(controlEvent('CC1.0', 0))
    fixture.pass(10)
    fixture.destination.fault = (_, point) =>
      point === 'before'
        ? { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') }
        : undefined
    const events = ['CC1.1', 'CC1.2', 'CC1.3'].map((control) => controlEvent(control, 1))
    for (const event of events) expect((await fixture.forward(event)).retryAfterMs).toBe(5000)
    fixture.destination.fault = undefined
    for (const event of events) expect((await fixture.forward(event)).retryAfterMs).toBeUndefined()
    expect(historyOf(fixture)).toEqual(['open', 'progress'])
    const [told] = fixture.ledger.stepsOf(events[2]?.event_id ?? '')
    const { before, alert } = fixture.ledger.readStep(told?.id ?? '')
    expect([before?.members?.length, alert?.members?.length]).toEqual([1, 4])
  })

  it('waits for the end of quiet hours though one of its controls recovers', async () => {
    const fixture = createFixture({ settings: { ...quiet, storm: { controls: 0, windowMs: 60_000 } } })
    for (const control of ['CC1.1', 'CC1.2', 'CC1.3']) await fixture.forward(controlEvent(control, 0))
    const { steps, retryAfterMs } = await fixture.forward(controlEvent('CC1.1', 1, 'passed'))
    expect(steps).toMatchObject([{ action: 'progress', result: 'held', reason: 'quiet_hours' }])
    expect(retryAfterMs).toBeUndefined()
    expect(fixture.destination.calls).toEqual([])
    fixture.pass(4 * hour)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
    for (const control of ['CC1.2', 'CC1.3']) await fixture.forward(controlEvent(control, 2, 'passed'))
    expect(fixture.destination.objects()).toMatchObject([{ state: 'resolved' }])
  })

  it.each([
    { kind: 'payload', ends: ['progress', 'progress', 'resolve'] },
    { kind: 'retry', ends: ['open', 'resolve'] },
  ] as const)(
    'ends though its opening has failed ($kind) when its controls recover',
    async ({ kind, ends }) => {
      const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
      failOnce(fixture, 'create', 'before', kind, { times: 2 })
      const events = [
        controlEvent('CC1.1', 0),
        controlEvent('CC1.2', 0),
        controlEvent('CC1.1', 1, 'passed'),
        controlEvent('CC1.2', 1, 'passed'),
      ]
      for (const event of [...events, ...events]) {
        await fixture.forward(event)
        fixture.pass(10)
      }
      expect(historyOf(fixture)).toEqual(ends)
      expect(fixture.destination.objects()).toMatchObject([{ state: 'resolved' }])
      expect(fixture.ledger.openAlerts()).toEqual([])
      expect(fixture.ledger.pendingSteps()).toEqual([])
    },
  )

  it('is told of 120 controls that fail at once, and recover, in a few updates', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 10, windowMs: 60_000 } } })
    const told: (readonly StormMember[])[] = []
    const operations = fixture.destination.operations.bind(fixture.destination)
    fixture.destination.operations = (step, target) => {
      if (step.alert?.kind === 'storm') told.push(step.alert.members ?? [])
      return operations(step, target)
    }
    const progress = (): number =>
      fixture.destination.calls.filter(({ action }) => action === 'progress').length
    const many = Array.from({ length: 120 }, (_, index) => `CC${index}`)
    const answers = await Promise.all(many.map((control) => fixture.forward(controlEvent(control, 0))))
    expect(answers.every(({ retryAfterMs }) => retryAfterMs === undefined)).toBe(true)
    for (let second = 0; second < 9; second++) {
      fixture.pass(1)
      await runDue(fixture)
    }
    expect(progress()).toBeLessThanOrEqual(3)
    fixture.pass(1)
    await runDue(fixture)
    expect(told.at(-1)).toHaveLength(110)
    expect(fixture.ledger.counts()).toMatchObject({ pending: 0, held: 0, unfinishedEvents: 0 })

    const before = progress()
    for (const control of many.slice(0, -1)) await fixture.forward(controlEvent(control, 5, 'passed'))
    expect(progress()).toBe(before)
    fixture.pass(10)
    await runDue(fixture)
    expect(told.at(-1)?.filter(({ state }) => state === 'open')).toHaveLength(1)
    expect(progress()).toBe(before + 2)
  }, 60_000)

  it('is told that it goes on some time after it was told last, and that it is over at once', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
    await fixture.forward(controlEvent('CC1.0', 0))
    const later = controlEvent('CC1.1', 1)
    for (const event of [later, controlEvent('CC1.2', 2), later]) {
      expect(await fixture.forward(event)).toEqual({
        steps: [expect.objectContaining({ action: 'progress', result: 'held', reason: 'storm_progress' })],
      })
    }
    expect([...fixture.ledger.entries()].at(-1)).toMatchObject({ result: 'held', reason: 'storm_progress' })
    for (const control of ['CC1.0', 'CC1.1', 'CC1.2'])
      await fixture.forward(controlEvent(control, 3, 'passed'))
    expect(historyOf(fixture)).toEqual(['open', 'resolve'])
    expect(fixture.ledger.pendingSteps()).toEqual([])
  })

  it('is told at once that it gets worse, with what waits', async () => {
    const routes: readonly Route[] = [
      { match: { control: ['CC9.9'] }, to: ['alerts'], severity: 'critical' },
      { match: {}, to: ['alerts'] },
    ]
    const fixture = createFixture({ settings: { routes, storm: { controls: 0, windowMs: 60_000 } } })
    await fixture.forward(controlEvent('CC1.0', 0))
    await fixture.forward(controlEvent('CC1.1', 0))
    const { steps } = await fixture.forward(controlEvent('CC9.9', 0))
    expect(steps).toMatchObject([{ action: 'progress', result: 'delivered' }])
    expect(historyOf(fixture)).toEqual(['open', 'progress'])
    expect((await fixture.forward(controlEvent('CC1.2', 0))).steps).toMatchObject([{ result: 'held' }])
    expect(fixture.ledger.counts().held).toBe(1)
  })

  it('is left alone by what comes while its update waits to be tried again', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
    await fixture.forward(controlEvent('CC1.0', 0))
    await fixture.forward(controlEvent('CC1.1', 0))
    failOnce(fixture, 'update', 'before', 'retry', { retryAfterMs: 30_000 })
    fixture.pass(10)
    await runDue(fixture)
    fixture.pass(10)
    const { steps } = await fixture.forward(controlEvent('CC1.2', 0))
    expect(steps).toMatchObject([{ result: 'held', reason: 'recording_retry' }])
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open'])
    fixture.pass(20)
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open', 'progress'])
  })

  it('is told what waits though the clock was set back meanwhile', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
    for (const control of ['CC1.0', 'CC1.1']) await fixture.forward(controlEvent(control, 0))
    fixture.pass(-hour)
    fixture.restart()
    await runDue(fixture)
    expect(historyOf(fixture)).toEqual(['open', 'progress'])
  })

  it('is ended by a clean scan', async () => {
    const fixture = createFixture({ settings: { storm } })
    await fixture.forward(scanCompleted(-10, 12))
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    fixture.pass(10)
    await runDue(fixture)
    await fixture.forward(scanCompleted(30, 0))
    expect(fixture.ledger.openAlerts({ kind: 'control' })).toEqual([])
    expect(fixture.ledger.openAlerts({ kind: 'storm' })).toEqual([])
    const object = fixture.destination.objects().find(({ key }) => key === 'cw:acme:storm:soc 2')
    expect(object?.state).toBe('resolved')
    // Told once that it is over, not once for each control.
    expect(object?.history.map(({ action }) => action)).toEqual(['open', 'progress', 'resolve'])
  })

  it('is ended by a person with all of its controls', async () => {
    const fixture = createFixture({ settings: { storm } })
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    await fixture.engine.resolve('cw:acme:storm:soc 2', 'ana', AbortSignal.timeout(10_000))
    expect(fixture.ledger.openAlerts({ kind: 'storm' })).toEqual([])
    expect(fixture.ledger.openAlerts({ kind: 'control' })).toHaveLength(3)
  })

  it('does not tell of a control that is muted', async () => {
    const fixture = createFixture({ settings: { storm, ...muted } })
    for (const control of controls) await fixture.forward(controlEvent(control, 0))
    expect((await fixture.forward(controlEvent('CC6.1', 0))).steps).toMatchObject([{ result: 'held' }])
    expect(fixture.ledger.openAlerts({ kind: 'storm' })[0]?.members).toHaveLength(9)
  })
})
