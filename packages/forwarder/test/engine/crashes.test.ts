import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { controlEvent, scanCompleted } from '../../src/testing/test-events.ts'
import { callsOf, createFixture, dieAtWrite, failOnce } from './fixture.ts'

describe('a crash', () => {
  const boundaries = [1, 2, 3, 4, 5].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ])

  it.each(boundaries)('$when write $nth of an opening loses and repeats nothing', async ({ nth, when }) => {
    const fixture = createFixture()
    dieAtWrite(fixture, nth, when)
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    fixture.restart()
    const { steps } = await fixture.forward(event)
    expect(steps).toMatchObject([{ target: 'alerts', action: 'open', result: 'delivered' }])
    expect(fixture.destination.objects()).toMatchObject([{ state: 'open', history: [{ action: 'open' }] }])
    expect(fixture.ledger.verifyEntries().kind).toBe('intact')
    expect(fixture.ledger.pendingSteps()).toEqual([])
  })

  const further = [1, 2, 3, 4, 5, 6, 7].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ])

  it.each(further)('$when write $nth of a recovery resumes at the operation', async ({ nth, when }) => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    dieAtWrite(fixture, nth, when)
    const event = controlEvent('CC6.1', 5, 'passed')
    await fixture.forward(event)
    fixture.restart()
    expect((await fixture.forward(event)).steps).toMatchObject([{ action: 'resolve', result: 'delivered' }])
    const [object, ...others] = fixture.destination.objects()
    expect(others).toEqual([])
    expect(object).toMatchObject({ state: 'resolved' })
    expect(callsOf(fixture).filter((call) => call === 'perform comment')).toHaveLength(1)
  })

  it('is survived without the sender, by the clock', async () => {
    const fixture = createFixture()
    dieAtWrite(fixture, 3, 'after')
    await fixture.forward(controlEvent('CC6.1', 0))
    fixture.restart()
    fixture.pass(61)
    await fixture.engine.runDue(AbortSignal.timeout(10_000))
    expect(fixture.destination.objects()).toMatchObject([{ state: 'open' }])
    expect(fixture.ledger.counts()).toMatchObject({ pending: 0, unfinishedEvents: 0 })
  })

  it.each(['before', 'after'] as const)('%s any write of a sweep loses and repeats nothing', async (when) => {
    const controls = ['CC1.1', 'CC1.2', 'CC1.3', 'CC1.4', 'CC1.5']
    for (let nth = 1; nth <= 41; nth += 4) {
      const fixture = createFixture({ settings: { storm: { controls: 3, windowMs: 60_000 } } })
      await fixture.forward(scanCompleted(-10, 3))
      for (const control of controls) await fixture.forward(controlEvent(control, 0))
      fixture.destination.calls.length = 0
      dieAtWrite(fixture, nth, when)
      const scan = scanCompleted(30, 0)
      await fixture.forward(scan)
      fixture.restart()
      expect((await fixture.forward(scan)).retryAfterMs).toBeUndefined()
      expect(fixture.ledger.openAlerts()).toEqual([])
      const objects = fixture.destination.objects().filter(({ key }) => key !== undefined)
      expect(objects.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved', 'resolved'])
      // One for each of the three that were told alone, and one for the storm.
      expect(callsOf(fixture).filter((call) => call === 'perform comment').length).toBeLessThanOrEqual(5)
    }
  })

  it('of a replay leaves what is revived to the clock', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'payload')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    dieAtWrite(fixture, 1, 'after')
    await fixture.engine.replay(event.event_id, AbortSignal.timeout(10_000)).catch(() => undefined)
    fixture.restart()
    fixture.pass(121)
    await fixture.engine.runDue(AbortSignal.timeout(10_000))
    expect(fixture.destination.objects()).toMatchObject([{ state: 'open' }])
  })

  it('resumes at the operation that is not done', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    failOnce(fixture, 'comment', 'before', 'retry')
    const event = controlEvent('CC6.1', 5, 'passed')
    expect(await fixture.forward(event)).toMatchObject({ steps: [{ result: 'retry' }] })
    fixture.restart()
    await fixture.forward(event)
    expect(callsOf(fixture)).toEqual([
      'perform create',
      'perform update',
      'perform comment',
      'perform comment',
    ])
  })
})

describe('a disk that is full', () => {
  it('loses and repeats nothing', async () => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
    const fixture = createFixture({ settings: { storm: { controls: 100, windowMs: 60_000 } } })
    const [database] = exec.mock.contexts
    exec.mockRestore()
    const events = Array.from({ length: 40 }, (_, index) => controlEvent(`CC6.${index}`, 0))
    limitPages(database, 50)
    const results: (string | undefined)[] = []
    for (const event of events) results.push((await fixture.forward(event)).steps[0]?.reason)
    expect(results).toContain('ledger_unavailable')
    const before = fixture.destination.objects().length
    expect(before).toBeLessThan(events.length)
    limitPages(database, 100_000)
    for (const event of events)
      expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'delivered' }])
    expect(fixture.destination.objects()).toHaveLength(events.length)
    expect(fixture.ledger.verifyEntries().kind).toBe('intact')
  })
})

describe('an operation whose outcome is unknown', () => {
  it('is not repeated when it is found', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'after', 'ambiguous')
    const event = controlEvent('CC6.1', 0)
    expect(await fixture.forward(event)).toMatchObject({ steps: [{ result: 'retry' }] })
    expect((await fixture.forward(event)).steps).toMatchObject([
      { result: 'delivered', proof: 'proof of alerts-1' },
    ])
    expect(callsOf(fixture)).toEqual(['perform create', 'reconcile create'])
    expect(fixture.ledger.openAlerts()).toMatchObject([{ remote: { id: 'alerts-1' } }])
  })

  it('is done when it is absent', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'ambiguous')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    await fixture.forward(event)
    expect(callsOf(fixture)).toEqual(['perform create', 'reconcile create', 'perform create'])
    expect(fixture.destination.objects()).toHaveLength(1)
  })

  it('waits while it is unsettled', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'after', 'ambiguous')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    const reconciliation = { kind: 'unsettled', retryAfterMs: 60_000, reason: 'index_behind' } as const
    fixture.destination.fault = (_, point) =>
      point === 'reconcile' ? { kind: 'answer', reconciliation } : undefined
    expect(await fixture.forward(event)).toMatchObject({
      retryAfterMs: 60_000,
      steps: [{ result: 'retry', reason: 'index_behind' }],
    })
    fixture.destination.fault = undefined
    expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'delivered' }])
    expect(fixture.destination.objects()).toHaveLength(1)
  })

  it('is done again when nobody can know, and the ledger says so', async () => {
    const ambiguous: unknown[] = []
    const fixture = createFixture({ observer: { ambiguous: (facts) => ambiguous.push(facts) } })
    failOnce(fixture, 'create', 'after', 'ambiguous')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    const reconciliation = { kind: 'unknowable', reason: 'no_history_scope' } as const
    fixture.destination.fault = (_, point) =>
      point === 'reconcile' ? { kind: 'answer', reconciliation } : undefined
    expect((await fixture.forward(event)).steps).toMatchObject([{ result: 'delivered' }])
    expect(fixture.destination.objects()).toHaveLength(2)
    expect([...fixture.ledger.entries()].at(-1)).toMatchObject({
      operation: 'create',
      result: 'ambiguous',
      reason: 'no_history_scope',
    })
    expect(ambiguous).toEqual([{ target: 'alerts', operation: 'create', reason: 'no_history_scope' }])
  })

  it.each(['retry', 'operator', 'ambiguous'] as const)(
    'keeps its intent when looking for it fails (%s)',
    async (kind) => {
      const fixture = createFixture()
      failOnce(fixture, 'create', 'after', 'ambiguous')
      const event = controlEvent('CC6.1', 0)
      await fixture.forward(event)
      failOnce(fixture, 'create', 'reconcile', kind)
      expect(await fixture.forward(event)).toMatchObject({ steps: [{ result: 'retry' }] })
      await fixture.forward(event)
      expect(fixture.destination.objects()).toHaveLength(1)
    },
  )

  it('is simply repeated when that is safe', async () => {
    const fixture = createFixture()
    await fixture.forward(controlEvent('CC6.1', 0))
    failOnce(fixture, 'update', 'after', 'ambiguous')
    const event = controlEvent('CC6.1', 5, 'passed')
    await fixture.forward(event)
    await fixture.forward(event)
    expect(callsOf(fixture).slice(1)).toEqual(['perform update', 'perform update', 'perform comment'])
  })

  it('is not looked for when it is known to have failed', async () => {
    const fixture = createFixture()
    failOnce(fixture, 'create', 'before', 'retry')
    const event = controlEvent('CC6.1', 0)
    await fixture.forward(event)
    await fixture.forward(event)
    expect(callsOf(fixture)).toEqual(['perform create', 'perform create'])
  })

  it('is looked for when it has failed with an error that no destination should throw', async () => {
    const fixture = createFixture()
    let isFirst = true
    fixture.destination.fault = (_, point) => {
      if (!isFirst || point !== 'after') return undefined
      isFirst = false
      return { kind: 'throw', error: new TypeError('a bug') }
    }
    const event = controlEvent('CC6.1', 0)
    expect((await fixture.forward(event)).steps).toMatchObject([
      { result: 'retry', reason: 'recording_unexpected_error' },
    ])
    await fixture.forward(event)
    expect(fixture.destination.objects()).toHaveLength(1)
  })
})

/** As if the disk had no room for more. */
function limitPages(database: unknown, pages: number): void {
  if (!(database instanceof DatabaseSync)) throw new Error('There is no database.')
  database.prepare(`PRAGMA max_page_count = ${pages}`).get()
}
