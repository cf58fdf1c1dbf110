import { describe, expect, it } from 'vitest'
import { DestinationError } from '../../src/engine/destination-error.ts'
import { clockAt, controlEvent, scanCompleted, testEvent } from '../../src/testing/test-events.ts'
import { callsOf, createFixture, failOnce } from './fixture.ts'

const signal = (): AbortSignal => AbortSignal.timeout(10_000)
const unknownId = '00000000-0000-4000-8000-000000000000'

describe('explaining', () => {
  it('says what would be sent, and stores and sends nothing', async () => {
    const fixture = createFixture()
    const event = controlEvent('CC6.1', 0)
    const { steps } = fixture.engine.explain(event)
    expect(steps).toMatchObject([
      {
        target: 'alerts',
        route: 0,
        result: 'delivered',
        step: { action: 'open', alert: { key: 'cw:acme:control:soc 2:cc6.1' } },
        operations: [{ name: 'create', preview: { action: 'open' } }],
      },
    ])
    expect(fixture.ledger.findEvent(event.event_id)).toBeUndefined()
    expect([...fixture.ledger.entries()]).toEqual([])
    expect(fixture.destination.calls).toEqual([])
    expect((await fixture.forward(event)).steps).toMatchObject([{ action: 'open', result: 'delivered' }])
  })

  it('says what it would mean by what is open now', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    expect(fixture.engine.explain(controlEvent('CC6.1', 1)).steps).toMatchObject([
      { step: { action: 'repeat' }, operations: [{ name: 'update' }, { name: 'comment' }] },
    ])
    expect(fixture.engine.explain(controlEvent('CC6.1', -1)).steps).toMatchObject([
      { result: 'stale', reason: 'newer_event_known', step: { action: 'late' }, operations: [] },
    ])
    expect(fixture.engine.explain(controlEvent('CC6.1', 2, 'passed')).steps).toMatchObject([
      { result: 'delivered', step: { action: 'resolve' } },
    ])
  })

  it.each([
    ['no route', { routes: [] }, controlEvent('CC6.1', 0), { result: 'ignored', reason: 'no_route' }],
    [
      'an unknown type',
      {},
      testEvent('policy.approved', 0),
      { target: undefined, result: 'ignored', reason: 'no_route' },
    ],
    [
      'a recovery of nothing',
      {},
      controlEvent('CC6.1', 0, 'passed'),
      { result: 'unchanged', reason: 'nothing_open' },
    ],
    [
      'a mute',
      {
        mutes: [{ match: {}, until: clockAt(60), reason: 'Accepted', approvedBy: 'ana' }],
      },
      controlEvent('CC6.1', 0),
      {
        result: 'held',
        reason: `mutes[0] until ${clockAt(60)}: Accepted (ana).`,
      },
    ],
  ] as const)('says why nobody is told: %s', (_, settings, event, expected) => {
    const fixture = createFixture({ settings })
    expect(fixture.engine.explain(event).steps).toMatchObject([expected])
  })
})

describe('replaying', () => {
  it('tries again what is dead', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'payload')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    expect((await fixture.engine.replay(event.event_id, signal()))?.steps).toMatchObject([
      { action: 'open', result: 'delivered' },
    ])
    expect(fixture.ledger.deadSteps()).toEqual([])
  })

  it('does not tell what is dead after something newer was told', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'payload')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    fixture.destination.calls.length = 0
    expect((await fixture.engine.replay(event.event_id, signal()))?.steps).toMatchObject([
      { result: 'stale', reason: 'newer_event_told' },
    ])
    expect(fixture.destination.calls).toEqual([])
  })

  it('tells a target that was added since', async () => {
    const fixture = createFixture({ settings: { routes: [] } })
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    fixture.settings = { ...fixture.settings, routes: [{ match: {}, to: ['alerts'] }] }
    fixture.restart()
    expect((await fixture.engine.replay(event.event_id, signal()))?.steps).toMatchObject([
      { target: 'alerts', action: 'open', result: 'delivered' },
    ])
  })

  it('repeats nothing that is done, and knows nothing of what never came', async () => {
    const fixture = createFixture()
    const event = controlEvent('CC6.1', 0)
    const first = await fixture.forward(event)
    expect(await fixture.engine.replay(event.event_id, signal())).toEqual(first)
    expect(await fixture.engine.replay(unknownId, signal())).toBeUndefined()
    expect(callsOf(fixture)).toEqual(['perform create'])
  })

  it('says what became of an event whose body was pruned', async () => {
    const fixture = createFixture({ retentionMs: 1000 })
    const event = controlEvent('CC6.1', 0)
    const first = await fixture.forward(event)
    fixture.pass(3600)
    await fixture.engine.runDue(signal())
    expect(fixture.ledger.findEvent(event.event_id)?.event).toBeUndefined()
    expect(await fixture.engine.replay(event.event_id, signal())).toEqual(first)
    expect(await fixture.forward(event)).toEqual(first)
    await fixture.engine.runDue(signal())
    expect(callsOf(fixture)).toEqual(['perform create'])
  })
})

describe('the clock', () => {
  it('goes on with what the sender has given up, less and less often', async () => {
    const fixture = createFixture()
    fixture.destination.fault = (_, point) =>
      point === 'before'
        ? { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') }
        : undefined
    await fixture.forward(controlEvent('CC6.1', 0))
    for (let second = 0; second < 3600; second += 5) {
      fixture.pass(5)
      await fixture.engine.runDue(signal())
    }
    // In minutes: 0, 1, 3, 7, 15, 30, 45, 60.
    expect(fixture.destination.calls).toHaveLength(8)
    fixture.destination.fault = undefined
    fixture.pass(900)
    await fixture.engine.runDue(signal())
    expect(fixture.destination.objects()).toHaveLength(1)
    expect(fixture.ledger.counts().unfinishedEvents).toBe(0)
  })

  it('goes on with what another process was killed over, of which nothing was decided', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'retry', { times: 2 })
    await fixture.forward(controlEvent('CC6.1', 0))
    await fixture.forward(controlEvent('CC6.1', 5, 'passed'))
    fixture.pass(61)
    await fixture.engine.runDue(signal())
    expect(fixture.destination.objects()).toMatchObject([{ state: 'resolved' }])
  })
})

describe('resolving by hand', () => {
  it('is recorded with who said so, and as nothing else', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    await fixture.forward(controlEvent('CC6.1', 0))
    const { steps } = await fixture.engine.resolve('cw:acme:control:soc 2:cc6.1', 'ann', signal())
    expect(steps).toMatchObject([{ result: 'delivered' }, { result: 'delivered' }])
    const entries = [...fixture.ledger.entries()].filter(({ event }) => event === 'forwarder.resolve')
    expect(entries.filter(({ operation }) => operation === null)).toMatchObject([
      { target: 'alerts', action: 'resolve', result: 'decided', proof: 'Resolved by ann.' },
      { target: 'audit', action: 'resolve', result: 'decided', proof: 'Resolved by ann.' },
    ])
    expect(fixture.ledger.verifyEntries().kind).toBe('intact')
  })

  it('is recorded with who said so for each control of a storm, though a storm is told of them', async () => {
    const fixture = createFixture({ settings: { storm: { controls: 0, windowMs: 60_000 } } })
    for (const control of ['CC6.1', 'CC6.2']) await fixture.forward(controlEvent(control, 0))
    await fixture.engine.resolve('cw:acme:storm:soc 2', 'ann', signal())
    const entries = [...fixture.ledger.entries()].filter(({ event }) => event === 'forwarder.resolve')
    const decisions = entries.filter(({ operation, result }) => operation === null && result !== 'canceled')
    expect(decisions.map(({ control, proof }) => [control, proof])).toEqual([
      ['CC6.1', 'Resolved by ann.'],
      ['CC6.2', 'Resolved by ann.'],
    ])
  })
})

describe('what is told to an observer', () => {
  it('is every operation, step and event', async () => {
    const told: unknown[] = []
    const fixture = createFixture({
      observer: {
        event: ({ event, result }) => told.push(['event', event, result]),
        step: ({ action, result, reason }) => told.push(['step', action, result, reason]),
        operation: ({ operation, result, code }) => told.push(['operation', operation, result, code]),
        dead: ({ code }) => told.push(['dead', code]),
        degraded: ({ part }) => told.push(['degraded', part]),
      },
    })
    const event = controlEvent('CC6.1', 0)
    failOnce(fixture, 'create', 'before', 'retry')
    await fixture.forward(event)
    failOnce(fixture, 'create', 'before', 'payload')
    await fixture.forward(event)
    expect(told).toEqual([
      ['operation', 'create', 'retry', 'recording_retry'],
      ['step', 'open', 'retry', 'recording_retry'],
      ['event', 'compliance.control_failed', 'retry'],
      ['operation', 'create', 'payload', 'recording_payload'],
      ['dead', 'recording_payload'],
      ['step', 'open', 'dead', 'recording_payload'],
      ['event', 'compliance.control_failed', 'dead'],
    ])
  })

  it('is what was left out, and what it throws changes nothing', async () => {
    const parts: string[] = []
    const fixture = createFixture({
      observer: {
        degraded({ part }) {
          parts.push(part)
          throw new Error('a bug')
        },
      },
    })
    fixture.destination.operations = () => [
      {
        name: 'create',
        repeat: 'safe',
        preview: {},
        perform: () => Promise.resolve({ remote: { id: 'x' }, degraded: ['customfield_10010'] }),
      },
    ]
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ result: 'delivered' }])
    expect(parts).toEqual(['customfield_10010'])
    expect([...fixture.ledger.entries()].at(-1)).toMatchObject({ reason: 'degraded: customfield_10010' })
  })
})

describe('what an operation is given', () => {
  it('is what earlier ones have left, of announcements too, and the alerts that share a reference', async () => {
    const seen: unknown[] = []
    const fixture = createFixture({ settings: { scans: { announce: 'always', errorAfter: 3 } } })
    fixture.destination.operations = (step) =>
      ['first', 'second'].map((name) => ({
        name,
        repeat: 'safe',
        preview: {},
        perform(call) {
          const { remote, alert } = call
          seen.push([step.action, name, remote?.id, alert?.key, call.sharing('shared').map(({ key }) => key)])
          return Promise.resolve({ remote: { id: `by ${name}` }, ref: 'shared' })
        },
      }))
    await fixture.forward(controlEvent('CC6.1', 0))
    await fixture.forward(scanCompleted(1, 5))
    const key = 'cw:acme:control:soc 2:cc6.1'
    expect(seen).toEqual([
      ['open', 'first', undefined, key, []],
      ['open', 'second', 'by first', key, [key]],
      ['announce', 'first', undefined, undefined, [key]],
      ['announce', 'second', 'by first', undefined, [key]],
    ])
  })
})

describe('a target that fails', () => {
  it.each([
    { kind: 'retry', concurrency: 1, asked: 3 },
    { kind: 'retry', concurrency: 4, asked: 4 },
    { kind: 'operator', concurrency: 1, asked: 1 },
    { kind: 'operator', concurrency: 4, asked: 4 },
    { kind: 'operator', concurrency: 20, asked: 6 },
  ] as const)('is left alone ($kind, $concurrency at once) and keeps no other waiting', async (variant) => {
    const { kind, concurrency, asked } = variant
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    fixture.destination.concurrency = concurrency
    await fixture.forward(scanCompleted(-10, 3))
    for (let index = 0; index < 6; index++) await fixture.forward(controlEvent(`CC${index}`, 0))
    fixture.destination.calls.length = 0
    fixture.destination.fault = ({ target }, point) =>
      target === 'alerts' && point === 'before'
        ? { kind: 'throw', error: new DestinationError(kind, 'recording_down', 'Down.') }
        : undefined
    const scan = scanCompleted(30, 0)
    const { steps } = await fixture.forward(scan)
    // What was begun is ended; nothing more is begun.
    expect(fixture.destination.calls.filter(({ target }) => target === 'alerts')).toHaveLength(asked)
    const resolved = steps.filter(({ target, action }) => target === 'audit' && action === 'resolve')
    expect(resolved).toHaveLength(6)
    // Its six controls, and the news of the scan.
    expect(steps.filter(({ result }) => result === 'retry')).toHaveLength(7)
    fixture.destination.fault = undefined
    await fixture.forward(scan)
    expect(fixture.ledger.openAlerts({ kind: 'control' })).toEqual([])
  })

  it('does not keep the other from being told when the first attempt did not get to it', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: ['alerts', 'audit'] }] } })
    const key = 'cw:acme:control:soc 2:cc6.1'
    const lock = { target: 'audit', key, owner: 'owner two', token: 'held' }
    await fixture.ledger.acquireLock(lock, fixture.clock, 10_000)
    fixture.destination.fault = ({ target }, point) =>
      target === 'alerts' && point === 'before'
        ? { kind: 'throw', error: new DestinationError('retry', 'recording_down', 'Down.') }
        : undefined
    const event = controlEvent('CC6.1', 0)
    await fixture.engine.forward(event, AbortSignal.timeout(200))
    await fixture.ledger.releaseLock(lock)
    const { steps } = await fixture.forward(event)
    expect(steps).toMatchObject([
      { target: 'alerts', result: 'retry' },
      { target: 'audit', result: 'delivered' },
    ])
  })
})
