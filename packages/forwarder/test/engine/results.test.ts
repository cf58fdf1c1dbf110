import { describe, expect, it } from 'vitest'
import { controlEvent, scanCompleted, testEvent } from '../../src/testing/test-events.ts'
import { callsOf, createFixture, failOnce } from './fixture.ts'

const critical = { from: '00:00', to: '00:00', timeZone: 'UTC', except: ['critical'] } as const

describe('what becomes of a step', () => {
  it('is delivered once the destination has it, with its proof', async () => {
    const fixture = createFixture()
    const forwarded = await fixture.forward(controlEvent('CC6.1', 0))
    expect(forwarded).toEqual({
      steps: [
        {
          target: 'alerts',
          key: 'cw:acme:control:soc 2:cc6.1',
          action: 'open',
          result: 'delivered',
          proof: 'proof of alerts-1',
        },
      ],
    })
    expect(fixture.ledger.openAlerts()).toMatchObject([{ state: 'open', remote: { id: 'alerts-1' } }])
  })

  it('is what it was when the event comes again, and nothing is sent', async () => {
    const fixture = createFixture()
    const event = controlEvent('CC6.1', 0)
    const first = await fixture.forward(event)
    expect(await fixture.forward(event)).toEqual(first)
    expect(callsOf(fixture)).toEqual(['perform create'])
  })

  it('is stale when something newer is known', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 10, 'passed'))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ target: 'alerts', result: 'stale', reason: 'newer_event_known' }])
    expect(fixture.destination.calls).toEqual([])
  })

  it('is stale when people are told that it came late', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 10))
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ action: 'late', result: 'stale', reason: 'newer_event_known' }])
  })

  it('is unchanged when nobody was told of what it ends', async () => {
    const fixture = createFixture()
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0, 'passed'))
    expect(steps).toMatchObject([{ target: 'alerts', result: 'unchanged', reason: 'nothing_open' }])
  })

  it('is ignored without a route', async () => {
    const fixture = createFixture({ settings: { routes: [] } })
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ target: undefined, result: 'ignored', reason: 'no_route' }])
    expect([...fixture.ledger.entries()]).toMatchObject([
      { target: null, result: 'ignored', reason: 'no_route' },
    ])
  })

  it('is ignored when it is routed to nobody', async () => {
    const fixture = createFixture({ settings: { routes: [{ match: {}, to: [] }] } })
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ result: 'ignored', reason: 'routed_to_nobody' }])
  })

  it('is ignored when an unknown type has no route of its own', async () => {
    const fixture = createFixture()
    const { steps } = await fixture.forward(testEvent('policy.approved', 0))
    expect(steps).toMatchObject([{ key: undefined, result: 'ignored', reason: 'no_route' }])
  })

  it('is announced when an unknown type has a route of its own', async () => {
    const fixture = createFixture({
      settings: { routes: [{ match: { event: ['policy.*'] }, to: ['alerts'] }] },
    })
    const { steps } = await fixture.forward(testEvent('policy.approved', 0))
    expect(steps).toMatchObject([{ key: undefined, action: 'announce', result: 'delivered' }])
  })

  it('is ignored when the destination has nothing to say to it', async () => {
    const fixture = createFixture()
    fixture.destination.operations = () => []
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ action: 'open', result: 'ignored', reason: 'nothing_to_say' }])
  })

  it('is held in quiet hours', async () => {
    const fixture = createFixture({
      settings: { routes: [{ match: {}, to: ['alerts'], quietHours: critical }] },
    })
    const { steps, retryAfterMs } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ action: 'open', result: 'held', reason: 'quiet_hours' }])
    expect(retryAfterMs).toBeUndefined()
    expect(fixture.destination.calls).toEqual([])
  })

  it('is dead when it can never succeed, and is in the dead-letter file', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'payload')
    const event = controlEvent('CC6.1', 0)
    const { steps, retryAfterMs } = await fixture.forward(event)
    expect(steps).toMatchObject([{ action: 'open', result: 'dead', reason: 'recording_payload' }])
    expect(retryAfterMs).toBeUndefined()
    expect(fixture.deadLetters).toMatchObject([{ event, operation: 'create', code: 'recording_payload' }])
    expect(fixture.ledger.deadSteps()).toHaveLength(1)
  })

  it('is to be retried when the dead-letter file cannot be written', async () => {
    let isFull = true
    const fixture = createFixture({
      deadLetters: { append: () => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()) },
    })
    failOnce(fixture, 'create', 'before', 'payload', { times: 2 })
    const event = controlEvent('CC6.1', 0)
    const { steps } = await fixture.forward(event)
    expect(steps).toMatchObject([{ result: 'retry', reason: 'dead_letters_unavailable' }])
    isFull = false
    expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'dead' }])
  })

  it('is dead when it cannot be rendered', async () => {
    const fixture = createFixture()
    fixture.destination.operations = () => {
      throw new TypeError('a bug')
    }
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ result: 'dead', reason: 'recording_render_failed' }])
  })

  it('would have been sent in a dry run', async () => {
    const fixture = createFixture({ dryRun: true })
    const { steps } = await fixture.forward(controlEvent('CC6.1', 0))
    expect(steps).toMatchObject([{ action: 'open', result: 'dry_run' }])
    expect(fixture.destination.calls).toEqual([])
    expect((await fixture.forward(controlEvent('CC6.1', 1))).steps).toMatchObject([
      { action: 'repeat', result: 'dry_run' },
    ])
  })

  it.each([
    ['retry', {}, 5000],
    ['retry', { retryAfterMs: 17_000 }, 17_000],
    ['retry', { retryAfterMs: 86_400_000 }, 3_600_000],
    ['ambiguous', {}, 5000],
    ['operator', { fix: 'Invite the app.' }, 60_000],
  ] as const)('is to be retried after %s %o', async (kind, options, retryAfterMs) => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', kind, options)
    const event = controlEvent('CC6.1', 0)
    expect(await fixture.forward(event)).toMatchObject({
      retryAfterMs,
      steps: [{ action: 'open', result: 'retry', reason: `recording_${kind}` }],
    })
    expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'delivered' }])
    expect(fixture.destination.objects()).toHaveLength(1)
  })

  it('asks the operator to act until the target works again', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'operator', { fix: 'Invite the app.' })
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    expect(fixture.engine.operatorActions()).toMatchObject([
      { target: 'alerts', code: 'recording_operator', fix: 'Invite the app.' },
    ])
    await fixture.forward(event)
    expect(fixture.engine.operatorActions()).toEqual([])
  })

  it('tells the reason when an event is older than a newer scan', async () => {
    const fixture = createFixture()
    await fixture.forward(scanCompleted(10, 3))
    const { steps } = await fixture.forward(scanCompleted(0, 5))
    expect(steps).toMatchObject([{ result: 'stale', reason: 'newer_event_known' }])
  })
})
