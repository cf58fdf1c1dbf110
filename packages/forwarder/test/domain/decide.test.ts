import { eventFixture } from '@complywise/webhooks/testing'
import { describe, expect, it } from 'vitest'
import { decide, sweepRecovery } from '../../src/domain/decide.ts'
import type { Deciding } from '../../src/domain/decision.ts'
import {
  controlFailed,
  controlSubject,
  createTarget,
  DAY_MS,
  deciding,
  failedFacts,
  minute,
  openAlert,
  problem,
  recovery,
  resolvedAlert,
  scanCompleted,
  scanFailed,
  scoreChanged,
  settings,
  settingsWith,
} from './support.ts'

const DAY = 24 * 60

/** Which action is told, and the result and its reason. */
function outcome(given: Deciding) {
  const { result, reason, steps } = decide(given)
  return [result, reason, ...steps.map(({ action }) => action)]
}

describe('a problem', () => {
  it.each([
    ['nothing is known', {}, ['step', undefined, 'open']],
    ['it is open', { alert: openAlert(minute(-5)) }, ['step', undefined, 'repeat']],
    ['it is open since the same instant', { alert: openAlert(minute(0)) }, ['step', undefined, 'repeat']],
    [
      'it is open since a newer event',
      { alert: openAlert(minute(5)) },
      ['stale', 'newer_event_known', 'late'],
    ],
    [
      'it was resolved a minute ago',
      { alert: resolvedAlert(minute(-9), minute(-1)) },
      ['step', undefined, 'reopen'],
    ],
    [
      'it was resolved at the same instant: failure beats recovery',
      { alert: resolvedAlert(minute(-9), minute(0)) },
      ['step', undefined, 'reopen'],
    ],
    [
      'it was resolved at the end of the reopen window',
      { alert: resolvedAlert(minute(-9 * DAY), minute(-7 * DAY)) },
      ['step', undefined, 'reopen'],
    ],
    [
      'it was resolved before the reopen window',
      { alert: resolvedAlert(minute(-9 * DAY), minute(-7 * DAY - 1)) },
      ['step', undefined, 'open'],
    ],
    [
      'the destination has nothing of it that could be reopened',
      { alert: resolvedAlert(minute(-9), minute(-1), { remote: undefined }) },
      ['step', undefined, 'open'],
    ],
    [
      'it was resolved by a newer event',
      { alert: resolvedAlert(minute(-9), minute(1)) },
      ['stale', 'newer_event_known', 'late'],
    ],
    [
      'a newer recovery is known, but nothing was ever open',
      { alert: resolvedAlert(minute(1), minute(1), { count: 0 }) },
      ['stale', 'newer_event_known'],
    ],
    ['a newer clean scan is known', { cleanScanAt: minute(1) }, ['stale', 'newer_clean_scan']],
    [
      'it is resolved, and a newer clean scan is known',
      { alert: resolvedAlert(minute(-9), minute(-5)), cleanScanAt: minute(1) },
      ['stale', 'newer_clean_scan', 'late'],
    ],
    [
      'a clean scan of the same instant is known: failure beats recovery',
      { cleanScanAt: minute(0) },
      ['step', undefined, 'open'],
    ],
    ['an older clean scan is known', { cleanScanAt: minute(-1) }, ['step', undefined, 'open']],
    [
      'a storm stands for it, and a newer event is known',
      { alert: openAlert(minute(5), { carrier: 'cw:acme:storm:soc 2' }) },
      ['stale', 'newer_event_known'],
    ],
  ] as const)('when %s', (_, known, expected) => {
    expect(outcome(deciding(problem(), minute(0), known))).toEqual(expected)
  })

  it('of anything but a control is not ended by a clean scan', () => {
    const reading = {
      ...problem(),
      subject: { kind: 'score', key: 'cw:acme:score:soc 2', labels: {} },
    } as const
    expect(outcome(deciding(reading, minute(0), { cleanScanAt: minute(1) }))).toEqual([
      'step',
      undefined,
      'open',
    ])
  })

  it('opens an alert with owner and due date, in UTC', () => {
    const given = deciding(problem(), '2026-03-01T13:00:00.1239+01:00', {
      severity: 'critical',
      owner: 'iam',
      dueMs: 7 * DAY_MS,
    })
    const { alerts, steps } = decide(given)
    expect(alerts).toEqual([
      {
        ...controlSubject(),
        target: 'alerts',
        state: 'open',
        severity: 'critical',
        openedAt: '2026-03-01T12:00:00.123Z',
        lastAt: '2026-03-01T12:00:00.123Z',
        lastEventId: given.event.event_id,
        count: 1,
        owner: 'iam',
        dueAt: '2026-03-08T12:00:00.123Z',
      },
    ])
    expect(steps).toEqual([
      { key: controlSubject().key, action: 'open', alert: alerts[0], before: undefined, facts: failedFacts },
    ])
  })

  it('that repeats is counted, moves the fence, and keeps when it opened, was due, and what was made of it', () => {
    const before = openAlert(minute(-5), { owner: 'iam', dueAt: minute(DAY), severity: 'warning' })
    const { alerts, steps } = decide(
      deciding(problem(), minute(0), { alert: before, severity: 'error', dueMs: 1 }),
    )
    const { remote: _, ...told } = { ...before, count: 2, lastAt: minute(0), severity: 'error' }
    expect(alerts).toMatchObject([{ ...told, remote: before.remote, lastEventId: expect.any(String) }])
    expect(steps[0]?.alert).toEqual({ ...told, lastEventId: alerts[0]?.lastEventId })
    expect(steps[0]?.before).toBe(before)
  })

  it('that reopens starts to count anew and keeps what the destination made', () => {
    const before = resolvedAlert(minute(-9), minute(-1), { count: 4, dueAt: minute(-2), owner: 'old' })
    const { alerts } = decide(deciding(problem(), minute(0), { alert: before }))
    expect(alerts).toMatchObject([{ state: 'open', openedAt: minute(0), count: 1, remote: before.remote }])
    expect(alerts[0]).not.toHaveProperty('resolvedAt')
    expect(alerts[0]).not.toHaveProperty('dueAt')
    expect(alerts[0]).not.toHaveProperty('owner')
  })

  it('that opens a new alert has nothing of the old one, except in what was before', () => {
    const before = resolvedAlert(minute(-9 * DAY), minute(-8 * DAY))
    const { alerts, steps } = decide(deciding(problem(), minute(0), { alert: before }))
    expect(alerts[0]).not.toHaveProperty('remote')
    expect(steps[0]?.before).toHaveProperty('remote', before.remote)
  })
})

describe('a recovery', () => {
  it.each([
    ['nothing is known', {}, ['unchanged', 'nothing_open']],
    ['it is open', { alert: openAlert(minute(-5)) }, ['step', undefined, 'resolve']],
    [
      'it failed at the same instant: failure beats recovery',
      { alert: openAlert(minute(0)) },
      ['stale', 'newer_event_known', 'late'],
    ],
    ['it failed later', { alert: openAlert(minute(5)) }, ['stale', 'newer_event_known', 'late']],
    [
      'it is resolved already',
      { alert: resolvedAlert(minute(-9), minute(-5)) },
      ['unchanged', 'already_resolved'],
    ],
    [
      'it was resolved later',
      { alert: resolvedAlert(minute(-9), minute(5)) },
      ['stale', 'newer_event_known'],
    ],
    [
      'its storm is over already',
      { alert: openAlert(minute(-5), { carrier: 'cw:acme:storm:soc 2' }) },
      ['unchanged', 'told_with_storm'],
    ],
  ] as const)('when %s', (_, known, expected) => {
    expect(outcome(deciding(recovery(), minute(0), known))).toEqual(expected)
  })

  it.each(['operator', 'expired'] as const)('by %s counts whatever the timestamps say', (proof) => {
    const given = deciding(recovery('CC6.1', { kind: 'recovered', proof }), minute(0), {
      alert: openAlert(minute(5)),
    })
    expect(outcome(given)).toEqual(['step', undefined, 'resolve'])
    expect(decide(given).alerts).toMatchObject([{ resolvedAt: minute(5), lastAt: minute(5) }])
  })

  it('of what nobody knows is kept as a fence that nobody is told of', () => {
    const { alerts, steps } = decide(deciding(recovery(), minute(0), { owner: 'iam', dueMs: 1 }))
    expect(steps).toEqual([])
    expect(alerts).toMatchObject([
      { state: 'resolved', count: 0, openedAt: minute(0), resolvedAt: minute(0), lastAt: minute(0) },
    ])
    expect(alerts[0]).not.toHaveProperty('dueAt')
    expect(outcome(deciding(problem(), minute(-1), { alert: alerts[0] }))).toEqual([
      'stale',
      'newer_event_known',
    ])
    expect(outcome(deciding(problem(), minute(1), { alert: alerts[0] }))).toEqual(['step', undefined, 'open'])
  })

  it('of what is resolved moves the fence only', () => {
    const alert = resolvedAlert(minute(-9), minute(-5))
    const { alerts } = decide(deciding(recovery(), minute(0), { alert }))
    expect(alerts).toMatchObject([{ resolvedAt: minute(-5), lastAt: minute(0), remote: alert.remote }])
  })

  it('by a sweep is that of the control', () => {
    const sweep = { kind: 'sweep', facts: { kind: 'recovered', proof: 'clean_scan' } } as const
    const alert = openAlert(minute(-5))
    const { alerts, steps } = decide(deciding(sweepRecovery(sweep, alert), minute(0), { alert }))
    expect(alerts).toMatchObject([{ state: 'resolved', severity: 'warning', remote: alert.remote }])
    expect(steps).toMatchObject([{ action: 'resolve', facts: sweep.facts }])
  })
})

describe('a note', () => {
  const facts = { kind: 'evidence_uploaded', fileName: 'a.pdf' } as const
  const reading = { kind: 'note', subject: controlSubject(), facts } as const

  it('goes to the open alert, however late, and changes nothing', () => {
    const alert = openAlert(minute(5))
    const { result, alerts, steps } = decide(deciding(reading, minute(0), { alert }))
    expect([result, alerts]).toEqual(['step', []])
    expect(steps).toMatchObject([{ action: 'note', key: alert.key, facts }])
    expect(steps[0]?.alert).not.toHaveProperty('remote')
  })

  it.each([undefined, resolvedAlert(minute(-9), minute(-5))])('is news when nothing is open', (alert) => {
    const { steps } = decide(deciding(reading, minute(0), { alert }))
    expect(steps).toEqual([
      { key: undefined, action: 'announce', alert: undefined, before: undefined, facts },
    ])
  })

  it('goes to the storm that stands for the control', () => {
    const storm = openAlert(minute(-5), { kind: 'storm', key: 'cw:acme:storm:soc 2' })
    const alert = openAlert(minute(-5), { carrier: storm.key, remote: undefined })
    const { steps } = decide(deciding(reading, minute(0), { alert, storm }))
    expect(steps).toMatchObject([{ action: 'note', key: storm.key, before: { remote: storm.remote } }])
  })
})

describe('an announcement', () => {
  it('is told, and changes nothing', () => {
    const facts = { kind: 'unknown', data: '{}' } as const
    const reading = { kind: 'announcement', labels: {}, severity: 'info', facts } as const
    expect(decide(deciding(reading, minute(0)))).toEqual({
      result: 'step',
      alerts: [],
      steps: [{ key: undefined, action: 'announce', alert: undefined, before: undefined, facts }],
    })
  })
})

describe('events, one after the other, at one target', () => {
  const evidence = eventFixture('evidence.uploaded', { timestamp: minute(1) })
  const disconnected = eventFixture('integration.disconnected', { timestamp: minute(0) })
  const alive = { recovery: { integrationEvidenceOfLife: true } }
  const connected = {
    ...disconnected,
    event: 'integration.connected',
    timestamp: minute(3),
    data: { integration_id: disconnected.data.integration_id },
  }

  it.each([
    ['a control fails', [controlFailed(minute(0))], ['open']],
    [
      'it fails again while it is open',
      [controlFailed(minute(0)), controlFailed(minute(1))],
      ['open', 'repeat'],
    ],
    [
      'it recovers by its status',
      [controlFailed(minute(0)), controlFailed(minute(1), 'CC6.1', 'passed')],
      ['open', 'resolve'],
    ],
    [
      'it recovers by a clean scan',
      [controlFailed(minute(0)), scanCompleted(minute(1), 0)],
      ['open', 'resolve', 'announce'],
    ],
    ['a scan finds failures', [controlFailed(minute(0)), scanCompleted(minute(1), 1)], ['open', 'announce']],
    [
      'it fails within the window after its recovery',
      [controlFailed(minute(0)), controlFailed(minute(1), 'CC6.1', 'passed'), controlFailed(minute(2))],
      ['open', 'resolve', 'reopen'],
    ],
    [
      'it fails long after its recovery',
      [controlFailed(minute(0)), controlFailed(minute(1), 'CC6.1', 'passed'), controlFailed(minute(9 * DAY))],
      ['open', 'resolve', 'open'],
    ],
    [
      'it recovers before it fails',
      [controlFailed(minute(1), 'CC6.1', 'passed'), controlFailed(minute(0))],
      [],
    ],
    [
      'a clean scan comes before its older failure',
      [scanCompleted(minute(1), 0), controlFailed(minute(0))],
      ['announce'],
    ],
    ['a failure comes late', [controlFailed(minute(1)), controlFailed(minute(0))], ['open', 'late']],
    [
      'a failure comes later than the recovery from it',
      [controlFailed(minute(0)), controlFailed(minute(2), 'CC6.1', 'passed'), controlFailed(minute(1))],
      ['open', 'resolve', 'late'],
    ],
    ['two controls fail', [controlFailed(minute(0)), controlFailed(minute(0), 'CC7.2')], ['open', 'open']],
    [
      'controls of the same name fail in two frameworks',
      [controlFailed(minute(0)), controlFailed(minute(0), 'CC6.1', 'failed', 'HIPAA')],
      ['open', 'open'],
    ],
    ['evidence comes for an open control', [controlFailed(minute(0)), evidence], ['open', 'note']],
    ['evidence comes for none', [evidence], ['announce']],
    [
      'scans fail',
      [scanFailed(minute(0)), scanFailed(minute(1)), scanFailed(minute(2))],
      ['open', 'repeat', 'repeat'],
    ],
    [
      'a scan completes after that',
      [scanFailed(minute(0)), scanCompleted(minute(1), 3)],
      ['open', 'resolve', 'announce'],
    ],
    [
      'a score falls, falls on and recovers',
      [
        scoreChanged(minute(0), 88, 95),
        scoreChanged(minute(1), 70, 88),
        scoreChanged(minute(2), 80, 70),
        scoreChanged(minute(3), 91, 80),
        scoreChanged(minute(4), 95, 91),
      ],
      ['open', 'repeat', 'repeat', 'note', 'resolve'],
    ],
    ['an integration is disconnected', [disconnected, scanCompleted(minute(1), 3)], ['open', 'announce']],
    ['it is named, by default', [disconnected, connected], ['open', 'announce']],
  ] as const)('%s', (_, events, expected) => {
    const target = createTarget(settings)
    for (const event of events) target.take(event)
    expect(target.steps.map(({ action }) => action)).toEqual(expected)
  })

  it('an integration is named, where that is taken for a proof', () => {
    const target = createTarget(settingsWith(alive))
    for (const event of [disconnected, connected]) target.take(event)
    expect(target.steps.map(({ action }) => action)).toEqual(['open', 'resolve', 'announce'])
  })

  it('a scan that fails again and again raises the severity of its alert', () => {
    const target = createTarget(settings)
    for (const at of [0, 1, 2]) target.take(scanFailed(minute(at)))
    expect(target.steps.map(({ alert, before }) => [before?.severity, alert?.severity])).toEqual([
      [undefined, 'warning'],
      ['warning', 'warning'],
      ['warning', 'error'],
    ])
  })
})

describe('the labels of an alert', () => {
  const respelled = {
    ...problem(),
    subject: { ...controlSubject(), labels: { framework: 'soc 2', controlId: 'cc6.1', name: 'MFA' } },
  }

  it.each([
    ['is open', openAlert(minute(0)), 'repeat'],
    ['is reopened', resolvedAlert(minute(0), minute(1)), 'reopen'],
  ])('stay as they were spelled first while it %s', (_, alert, action) => {
    const { steps } = decide(deciding(respelled, minute(5), { alert }))
    expect(steps).toMatchObject([
      { action, alert: { labels: { framework: 'SOC 2', controlId: 'CC6.1', name: 'MFA' } } },
    ])
  })
})
