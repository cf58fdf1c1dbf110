import { receivedEventSchemas, type WebhookEvent } from '@complywise/webhooks'
import { eventFixture } from '@complywise/webhooks/testing'
import { eventArbitrary, unknownEventArbitrary } from '@complywise/webhooks/testing/fast-check'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Settings } from '../../src/config/settings.ts'
import type { Alert } from '../../src/domain/alert.ts'
import { interpret } from '../../src/domain/interpret.ts'
import { emptyMemory, type Memory } from '../../src/domain/memory.ts'
import {
  controlFailed,
  controlSubject,
  minute,
  openAlert,
  scanCompleted,
  scanFailed,
  scoreChanged,
  settings,
  settingsWith,
  unknownEvent,
} from './support.ts'

const unguarded = settingsWith({ recovery: { scopeGuard: false } })

/** What the events mean, one after the other, while some controls are open. */
function interpretAll(
  events: readonly WebhookEvent[],
  given: Settings = settings,
  open: readonly Alert[] = [],
) {
  let memory: Memory = emptyMemory
  return events.map((event) => {
    const interpretation = interpret(event, memory, given, () => open)
    memory = interpretation.memory
    return interpretation
  })
}

function readingsOfLast(events: readonly WebhookEvent[], given?: Settings) {
  return interpretAll(events, given).at(-1)?.readings ?? []
}

function kindsOfLast(events: readonly WebhookEvent[], given?: Settings): string[] {
  return readingsOfLast(events, given).map((reading) =>
    'subject' in reading
      ? `${reading.kind} ${reading.subject.kind}`
      : `${reading.kind} ${reading.facts.kind}`,
  )
}

describe('compliance.control_failed', () => {
  it.each([
    ['failed', 'problem', false],
    ['FAILING', 'problem', false],
    ['Non-Compliant', 'problem', false],
    ['non compliant', 'problem', false],
    ['exploded', 'problem', true],
    ['', 'problem', true],
    ['\ud800', 'problem', true],
  ])('to status %j is a %s', (status, kind, isUnknownStatus) => {
    expect(readingsOfLast([controlFailed(minute(0), 'CC6.1', status)])).toMatchObject([
      { kind, subject: controlSubject(), severity: 'warning', facts: { isUnknownStatus } },
    ])
  })

  it.each(['passed', 'Pass', ' COMPLIANT '])(
    'to status %j is a recovery, whatever it is called',
    (status) => {
      expect(readingsOfLast([controlFailed(minute(0), 'CC6.1', status)])).toEqual([
        {
          kind: 'recovery',
          subject: controlSubject(),
          facts: { kind: 'recovered', proof: 'status', newStatus: status.trim() },
        },
      ])
    },
  )

  it('to a status that is in both lists is a problem', () => {
    const both = settingsWith({ statuses: { failing: ['unknown'], passing: ['unknown'] } })
    expect(kindsOfLast([controlFailed(minute(0), 'CC6.1', 'unknown')], both)).toEqual(['problem control'])
  })

  it('has clean and bounded labels, and a key of the whole', () => {
    const [reading] = readingsOfLast([controlFailed(minute(0), `CC\u202e6\n${'x'.repeat(500)}`)])
    expect(reading).toMatchObject({ subject: { labels: { controlId: `CC6 ${'x'.repeat(195)}…` } } })
  })
})

describe('scan.completed', () => {
  it('ends a failed scan, and every control when it is clean', () => {
    expect(kindsOfLast([scanCompleted(minute(0), 0)])).toEqual([
      'recovery scan',
      'sweep recovered',
      'announcement scan_completed',
    ])
  })

  it.each([
    ['something failed', scanCompleted(minute(0), 1)],
    ['nothing was evaluated', scanCompleted(minute(0), 0, 0)],
    [
      'not everything passed',
      eventFixture('scan.completed', { data: { total_controls: 150, passed: 149, failed: 0, score: 95 } }),
    ],
  ])('proves nothing about controls when %s', (_, event) => {
    expect(kindsOfLast([event])).toEqual(['recovery scan', 'announcement scan_completed'])
  })

  it('proves nothing about controls when an earlier scan evaluated more, and says so', () => {
    const readings = readingsOfLast([scanCompleted(minute(0), 2, 150), scanCompleted(minute(1), 0, 149)])
    expect(readings).toMatchObject([
      { kind: 'recovery' },
      { kind: 'announcement', facts: { isPartial: true, largestTotal: 150 } },
    ])
  })

  it('of fewer controls is believed once eight scans in a row have evaluated fewer', () => {
    const scans = [150, ...Array.from({ length: 9 }, () => 40)]
    const events = scans.map((total, index) => scanCompleted(minute(index), 0, total))
    const isSwept = interpretAll(events).map(({ readings }) => readings.some(({ kind }) => kind === 'sweep'))
    expect(isSwept).toEqual([true, ...Array.from({ length: 8 }, () => false), true])
  })

  it('is judged by the largest scan that an earlier version remembered, once', () => {
    const old = { ...emptyMemory, largestTotal: 500 }
    const first = interpret(scanCompleted(minute(0), 0, 40), old, settings)
    expect(first.readings).toMatchObject([{}, { facts: { isPartial: true, largestTotal: 500 } }])
    expect(first.memory.largestTotal).toBe(40)
  })

  describe('while three controls are open at two targets', () => {
    const open = ['CC1', 'CC2', 'CC3'].flatMap((id) =>
      ['alerts', 'audit'].map((target) => openAlert(minute(0), { ...controlSubject(id), target })),
    )

    it.each([
      ['fewer, as the first scan known, is no proof', 2, minute(1), settings, false],
      ['fewer is no proof without the scope guard', 2, minute(1), unguarded, false],
      ['as many, as the first scan known, is a proof', 3, minute(1), settings, true],
      ['more is a proof', 4, minute(1), settings, true],
      ['fewer is a proof about controls before all of these', 2, minute(-1), settings, true],
    ])('a clean scan of %s', (_, total, at, given, isProof) => {
      const [interpretation] = interpretAll([scanCompleted(at, 0, total)], given, open)
      expect(interpretation?.readings.some(({ kind }) => kind === 'sweep')).toBe(isProof)
      expect(interpretation?.memory.cleanScanAt).toBe(isProof ? at : undefined)
      const partial = { isPartial: true, openCount: 3 }
      expect(interpretation?.readings.at(-1)).toMatchObject({
        facts: isProof ? { isPartial: false } : partial,
      })
    })
  })

  it('tells as proof how many controls it evaluated, and how many scans are known that evaluated no more', () => {
    const events = [scanCompleted(minute(0), 2), scanCompleted(minute(1), 0)]
    const proof = (given: Settings) => interpretAll(events, given).at(-1)?.readings[1]?.facts
    expect(proof(settings)).toEqual({
      kind: 'recovered',
      proof: 'clean_scan',
      scan: { at: minute(1), total: 150, scansBefore: 1 },
    })
    expect(proof(unguarded)).toMatchObject({ scan: { at: minute(1), total: 150 } })
    expect(proof(unguarded)).not.toHaveProperty('scan.scansBefore')
  })

  it('of fewer controls is a proof without the scope guard', () => {
    const events = [scanCompleted(minute(0), 2, 150), scanCompleted(minute(1), 0, 149)]
    expect(kindsOfLast(events, unguarded)).toContain('sweep recovered')
    expect(interpretAll(events, unguarded).at(-1)?.memory.cleanScanAt).toBe(minute(1))
  })

  it('sweeps nothing where that is off', () => {
    const off = settingsWith({ recovery: { sweepOnCleanScan: false } })
    const [interpretation] = interpretAll([scanCompleted(minute(0), 0)], off)
    expect(interpretation?.readings.map(({ kind }) => kind)).toEqual(['recovery', 'announcement'])
    expect(interpretation?.memory.cleanScanAt).toBeUndefined()
  })

  it('sweeps what is older than it, however late it comes, but tells no score and no news', () => {
    const events = [scanCompleted(minute(5), 3), scanCompleted(minute(2), 0, 150, 50)]
    expect(kindsOfLast(events)).toEqual(['recovery scan', 'sweep recovered'])
    const { memory } = interpretAll(events).at(-1) ?? { memory: emptyMemory }
    expect(memory).toMatchObject({
      cleanScanAt: minute(2),
      scores: { overall: { score: 95, at: minute(5) } },
    })
    expect(memory.scans.map(({ at }) => at)).toEqual([minute(2), minute(5)])
  })

  it.each([
    ['changes', [[3, 150, 95]], true],
    [
      'changes',
      [
        [3, 150, 95],
        [3, 150, 95],
      ],
      false,
    ],
    [
      'changes',
      [
        [3, 150, 95],
        [2, 150, 95],
      ],
      true,
    ],
    [
      'changes',
      [
        [3, 150, 95],
        [3, 150, 95.1],
      ],
      true,
    ],
    [
      'always',
      [
        [3, 150, 95],
        [3, 150, 95],
      ],
      true,
    ],
    [
      'never',
      [
        [3, 150, 95],
        [2, 150, 95],
      ],
      false,
    ],
  ] as const)('announced as %s after %j: %s', (announce, scans, expected) => {
    const events = scans.map(([failed, total, score], index) =>
      scanCompleted(minute(index), failed, total, score),
    )
    const kinds = kindsOfLast(events, settingsWith({ scans: { announce } }))
    expect(kinds.includes('announcement scan_completed')).toBe(expected)
  })

  it('tells the seven scans before it and remembers eight', () => {
    const events = Array.from({ length: 12 }, (_, index) => scanCompleted(minute(index), index + 1))
    const last = interpretAll(events).at(-1)
    expect(last?.memory.scans.map(({ failed }) => failed)).toEqual([5, 6, 7, 8, 9, 10, 11, 12])
    expect(last?.readings.at(-1)).toMatchObject({
      facts: {
        scan: { failed: 12 },
        history: [5, 6, 7, 8, 9, 10, 11].map((failed) => ({ failed })),
      },
    })
  })

  it('raises and ends the alert of the overall score', () => {
    expect(kindsOfLast([scanCompleted(minute(0), 3, 150, 80)])).toContain('problem score')
    const events = [scanCompleted(minute(0), 3, 150, 80), scanCompleted(minute(1), 2, 150, 93)]
    expect(kindsOfLast(events)).toEqual(['recovery scan', 'recovery score', 'announcement scan_completed'])
  })

  it('says nothing of a score that stays in its band, because the scan itself tells it', () => {
    const events = [scanCompleted(minute(0), 3, 150, 80), scanCompleted(minute(1), 3, 150, 85)]
    expect(kindsOfLast(events)).toEqual(['recovery scan', 'announcement scan_completed'])
  })
})

describe('scan.failed', () => {
  it('is worse when it happens several times in a row', () => {
    const interpretations = interpretAll([0, 1, 2, 3].map((at) => scanFailed(minute(at))))
    expect(interpretations.map(({ readings }) => readings[0])).toMatchObject([
      { kind: 'problem', subject: { key: 'cw:acme:scan' }, severity: 'warning', facts: { consecutive: 1 } },
      { severity: 'warning', facts: { consecutive: 2 } },
      { severity: 'error', facts: { consecutive: 3 } },
      { severity: 'error', facts: { consecutive: 4 } },
    ])
  })

  it('starts to count again after a scan that completed', () => {
    const events = [scanFailed(minute(0)), scanCompleted(minute(1)), scanFailed(minute(2))]
    expect(readingsOfLast(events)).toMatchObject([{ facts: { consecutive: 1 } }])
  })

  it('counts on after a completed scan that is older', () => {
    const events = [scanFailed(minute(3)), scanCompleted(minute(1)), scanFailed(minute(4))]
    expect(readingsOfLast(events)).toMatchObject([{ facts: { consecutive: 2 } }])
  })

  it('means nothing any more when a newer scan has completed', () => {
    expect(interpretAll([scanCompleted(minute(1)), scanFailed(minute(0))]).at(-1)).toMatchObject({
      readings: [],
      reason: 'newer_event_known',
      memory: { failedScans: 0, lastScanAt: minute(1) },
    })
  })

  it('beats a scan that completed at the same instant, in either order', () => {
    expect(kindsOfLast([scanCompleted(minute(1)), scanFailed(minute(1))])).toEqual(['problem scan'])
    const events = [scanFailed(minute(1)), scanCompleted(minute(1))]
    expect(interpretAll(events).at(-1)?.memory.failedScans).toBe(1)
  })

  it.each([
    {},
    { error: {} },
    { error: { code: 'x' } },
    { scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11' },
  ])('may say %j only', (data) => {
    const event = { ...scanFailed(minute(0)), data }
    expect(kindsOfLast([event])).toEqual(['problem scan'])
  })
})

describe('compliance.score_changed', () => {
  it.each([
    ['falls below the warning line', [[88, 95]], 'problem score', { severity: 'warning' }],
    ['falls below the critical line', [[70, 95]], 'problem score', { severity: 'error' }],
    [
      'falls further, into the critical band',
      [
        [88, 95],
        [70, 88],
      ],
      'problem score',
      { severity: 'error' },
    ],
    [
      'rises out of the critical band',
      [
        [70, 95],
        [80, 70],
      ],
      'problem score',
      { severity: 'warning' },
    ],
    [
      'rises above the line and the hysteresis',
      [
        [88, 95],
        [92, 88],
      ],
      'recovery score',
      {},
    ],
    [
      'rises above the line only',
      [
        [88, 95],
        [91, 88],
      ],
      'note score',
      {},
    ],
    [
      'changes within a bad band',
      [
        [88, 95],
        [85, 88],
      ],
      'note score',
      {},
    ],
    ['changes within the good band', [[93, 95]], 'announcement score_changed', { severity: 'info' }],
    ['drops within the good band', [[95, 100]], 'announcement score_changed', { severity: 'warning' }],
    ['is not known before', [[93, undefined]], 'announcement score_changed', { severity: 'info' }],
  ] as const)('that %s', (_, scores, kind, parts) => {
    const events = scores.map(([now, before], index) => {
      const event = scoreChanged(minute(index), now)
      return { ...event, data: { ...event.data, previous_score: before } }
    })
    expect(kindsOfLast(events)).toEqual([kind])
    expect(readingsOfLast(events)[0]).toMatchObject(parts)
  })

  it.each([
    ['by less than is news', [scoreChanged(minute(0), 94.5, 95)], 'unchanged'],
    [
      'as the scan said already',
      [scanCompleted(minute(0), 3, 150, 85), scoreChanged(minute(1), 85, 95, null)],
      'unchanged',
    ],
    ['before a newer one', [scoreChanged(minute(1), 94), scoreChanged(minute(0), 50)], 'newer_event_known'],
  ])('%s means nothing', (_, events, reason) => {
    expect(interpretAll(events).at(-1)).toMatchObject({ readings: [], reason })
  })

  it('adds up what was too little to be told', () => {
    const events = [95, 94.4, 93.8].map((score, index) => scoreChanged(minute(index), score, 95))
    expect(interpretAll(events).map(({ readings }) => readings.length)).toEqual([0, 0, 1])
  })

  it('has the lower score of two at the same instant, in either order', () => {
    const scores = [scoreChanged(minute(0), 80), scoreChanged(minute(0), 95)]
    const ends = [scores, scores.toReversed()].map((events) => interpretAll(events).at(-1)?.memory.scores)
    expect(ends[0]).toEqual(ends[1])
    expect(ends[0]).toMatchObject({ 'soc 2': { band: 'warning', score: 80 } })
  })

  it('keeps each framework and the overall score apart, whatever they are called', () => {
    const names = ['SOC 2', 'ISO 27001', null, 'constructor', '__proto__', 'x'.repeat(5000)]
    const events = names.flatMap((name, index) => [scoreChanged(minute(index), 80, 95, name)])
    expect(interpretAll(events).flatMap(({ readings }) => readings.map(({ kind }) => kind))).toEqual(
      names.map(() => 'problem'),
    )
    const stored = JSON.stringify(interpretAll(events).at(-1)?.memory.scores)
    expect(Object.keys(JSON.parse(stored))).toHaveLength(names.length)
    expect(stored.length).toBeLessThan(1000)
  })

  it('without a score is news and changes nothing', () => {
    const event = { ...scoreChanged(minute(1), 0), data: { framework: 'SOC 2' } }
    const [before, after] = interpretAll([scoreChanged(minute(0), 70), event])
    expect(after?.memory).toEqual(before?.memory)
    expect(after?.readings).toMatchObject([{ kind: 'announcement', facts: { band: 'critical' } }])
  })
})

describe('evidence.uploaded', () => {
  it('belongs to its control', () => {
    expect(readingsOfLast([eventFixture('evidence.uploaded')])).toMatchObject([
      {
        kind: 'note',
        subject: controlSubject(),
        facts: { fileName: 'access-review-2026-q1.pdf', sizeBytes: 482_113 },
      },
    ])
  })

  it.each([
    ['no control', { control_id: null, framework: null }],
    ['no framework', { control_id: 'CC6.1' }],
    ['an empty control', { control_id: ' ', framework: 'SOC 2' }],
    ['nothing', {}],
  ])('is news when it names %s', (_, data) => {
    expect(kindsOfLast([{ ...eventFixture('evidence.uploaded'), data }])).toEqual([
      'announcement evidence_uploaded',
    ])
  })
})

describe('evidence.uploaded without a framework', () => {
  const event = { ...eventFixture('evidence.uploaded'), data: { control_id: 'cc6.1' } }
  const soc = openAlert(minute(0), controlSubject('CC6.1', 'SOC 2'))
  const iso = openAlert(minute(0), controlSubject('CC6.1', 'ISO 27001'))

  it.each([
    [
      'belongs to the only open control of that id, at however many targets',
      [soc, { ...soc, target: 'audit' }],
      'note',
    ],
    ['is news when controls of two frameworks have that id', [soc, iso], 'announcement'],
    ['is news when none of that id is open', [openAlert(minute(0), controlSubject('CC7.1'))], 'announcement'],
  ])('%s', (_, open, kind) => {
    const [interpretation] = interpretAll([event], settings, open)
    expect(interpretation?.readings).toMatchObject([{ kind, facts: { controlId: 'cc6.1' } }])
  })

  it('goes by the key of that control', () => {
    const [interpretation] = interpretAll([event], settings, [iso])
    expect(interpretation?.readings).toMatchObject([{ subject: controlSubject('CC6.1', 'ISO 27001') }])
  })
})

describe('integration.disconnected', () => {
  it.each([
    ['its id', {}, 'cw:acme:integration:2d6f0a54-7b0e-4a27-8a39-4f1f1e3c5b60'],
    ['its provider', { integration_id: undefined }, 'cw:acme:integration:aws'],
    ['its name', { integration_id: ' ', provider: undefined }, 'cw:acme:integration:aws production'],
  ])('is known by %s', (_, data, key) => {
    const event = eventFixture('integration.disconnected')
    expect(readingsOfLast([{ ...event, data: { ...event.data, ...data } }])).toMatchObject([
      { kind: 'problem', severity: 'warning', subject: { key } },
    ])
  })

  it('is news when it does not say which', () => {
    const event = { ...eventFixture('integration.disconnected'), data: { reason: { code: 'x' } } }
    expect(kindsOfLast([event])).toEqual(['announcement integration_disconnected'])
  })

  it('names a hundred affected controls and counts the rest', () => {
    const affected = Array.from({ length: 250 }, (_, index) => ({
      control_id: `CC${index}`,
      framework: 'SOC 2',
    }))
    const event = eventFixture('integration.disconnected', { data: { affected_controls: affected } })
    const facts = readingsOfLast([event])[0]?.facts
    expect(facts).toMatchObject({ affectedCount: 250, lastConnectedAt: '2026-03-01T11:50:00.000Z' })
    expect(facts).toHaveProperty('affectedControls.length', 100)
  })
})

describe('an event that names an integration', () => {
  const events = [
    unknownEvent(minute(0), 'integration.connected', { integration_id: 'AWS-1' }),
    {
      ...scanCompleted(minute(0), 3),
      data: { ...scanCompleted(minute(0), 3).data, integration_id: 'AWS-1' },
    },
  ]

  it.each(events)('is proof that it works only where configured: $event', (event) => {
    const opted = settingsWith({ recovery: { integrationEvidenceOfLife: true } })
    expect(kindsOfLast([event], opted)[0]).toBe('recovery integration')
    expect(readingsOfLast([event], opted)[0]).toMatchObject({ subject: { key: 'cw:acme:integration:aws-1' } })
    expect(kindsOfLast([event])).not.toContain('recovery integration')
  })

  it('may name it by a number', () => {
    const opted = settingsWith({ recovery: { integrationEvidenceOfLife: true } })
    const [life] = readingsOfLast([unknownEvent(minute(0), 'x', { integration_id: 7 })], opted)
    expect(life).toMatchObject({ kind: 'recovery', subject: { key: 'cw:acme:integration:7' } })
  })

  it.each([true, null, '', {}, undefined])('is no proof when it names %j', (id) => {
    const opted = settingsWith({ recovery: { integrationEvidenceOfLife: true } })
    expect(kindsOfLast([unknownEvent(minute(0), 'x', { integration_id: id })], opted)).toEqual([
      'announcement unknown',
    ])
  })

  it('is no proof when it says that the integration is disconnected', () => {
    const opted = settingsWith({ recovery: { integrationEvidenceOfLife: true } })
    expect(kindsOfLast([eventFixture('integration.disconnected')], opted)).toEqual(['problem integration'])
  })
})

describe('an event of an unknown type', () => {
  it('is news with the labels that it has by their usual names', () => {
    const data = { control_id: 'CC6.1', framework: 'SOC 2', provider: 7, more: { deep: ['x'] } }
    expect(readingsOfLast([unknownEvent(minute(0), 'compliance.control_waived', data)])).toEqual([
      {
        kind: 'announcement',
        labels: { framework: 'SOC 2', controlId: 'CC6.1', provider: '7' },
        severity: 'info',
        facts: { kind: 'unknown', data: JSON.stringify(data) },
      },
    ])
  })

  it('is cut', () => {
    const [reading] = readingsOfLast([unknownEvent(minute(0), 'x', { text: '👍'.repeat(10_000) })])
    expect(reading?.facts).toHaveProperty('data.length', 2000)
  })

  it('may nest deeper than the stack', () => {
    const data: Record<string, unknown> = JSON.parse(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
    expect(readingsOfLast([unknownEvent(minute(0), 'x', data)])).toMatchObject([
      { facts: { data: '(nested too deeply to be shown)' } },
    ])
  })
})

describe('data that is not what its type promises', () => {
  const control = { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }

  it.each<[type: string, data: Record<string, unknown>, reading: object]>([
    ['scan.failed', { error: 'timeout' }, { kind: 'problem', facts: { message: 'timeout' } }],
    ['scan.failed', { scan_job_id: 'job-17' }, { kind: 'problem', facts: { kind: 'scan_failed' } }],
    [
      'scan.failed',
      { error: { code: 504, message: ['x'] } },
      { kind: 'problem', facts: { kind: 'scan_failed', code: '504', consecutive: 1 } },
    ],
    [
      'integration.disconnected',
      { integration_id: 42, reason: 'token expired', last_connected_at: 'yesterday' },
      {
        kind: 'problem',
        subject: { key: 'cw:acme:integration:42', labels: { integrationId: '42' } },
        facts: { kind: 'integration_disconnected', message: 'token expired' },
      },
    ],
    [
      'integration.disconnected',
      { provider: 'okta', name: {}, affected_controls: ['CC1', { control_id: 2, framework: 3 }, null] },
      {
        kind: 'problem',
        subject: { key: 'cw:acme:integration:okta' },
        facts: {
          affectedCount: 3,
          affectedControls: [
            { controlId: 'CC1' },
            { controlId: '2', framework: '3' },
            { controlId: 'A control without an id' },
          ],
        },
      },
    ],
    [
      'integration.disconnected',
      { reason: 'token expired', provider: false },
      { kind: 'announcement', severity: 'warning', facts: { message: 'token expired' } },
    ],
    [
      'compliance.score_changed',
      { framework: 'SOC 2', previous_score: '94.2', new_score: '61.0' },
      { kind: 'problem', severity: 'error', facts: { previousScore: 94.2, newScore: 61, band: 'critical' } },
    ],
    [
      'compliance.score_changed',
      { framework: 'SOC 2', new_score: 'bad' },
      { kind: 'announcement', facts: { kind: 'score_changed', framework: 'SOC 2' } },
    ],
    [
      'evidence.uploaded',
      { control_id: 'CC6.1', framework: 'SOC 2', size_bytes: '12', uploaded_by: { id: 1 }, sha256: 7 },
      { kind: 'note', subject: controlSubject(), facts: { sizeBytes: 12 } },
    ],
    [
      'compliance.control_failed',
      { ...control, previous_status: null },
      {
        kind: 'problem',
        subject: controlSubject(),
        facts: { previousStatus: 'unknown', newStatus: 'failed' },
      },
    ],
    [
      'compliance.control_failed',
      { ...control, control_id: 6.1, new_status: true },
      {
        kind: 'problem',
        subject: controlSubject('6.1'),
        facts: { newStatus: 'no status', isUnknownStatus: true },
      },
    ],
    [
      'compliance.control_failed',
      { ...control, previous_status: 0, new_status: 'passed' },
      { kind: 'recovery', subject: controlSubject() },
    ],
    [
      'scan.completed',
      { scan_job_id: 17, total_controls: '10', passed: 10, failed: 0, score: '100 %' },
      { kind: 'recovery', subject: { kind: 'scan' } },
    ],
  ])('is read as far as it can be: %s %j', (type, data, reading) => {
    expect(readingsOfLast([unknownEvent(minute(0), type, data)])[0]).toMatchObject(reading)
  })

  it('never takes a field for what it does not say', () => {
    const data = { framework: 'SOC 2', previous_score: '', new_score: '61 of 100', uploaded_by: null }
    const [reading] = readingsOfLast([unknownEvent(minute(0), 'compliance.score_changed', data)])
    expect(reading?.facts).toEqual({
      kind: 'score_changed',
      framework: 'SOC 2',
      band: 'ok',
      previousBand: 'ok',
      isDrop: false,
    })
  })

  it('is a proof when the counts of a scan are numbers in texts', () => {
    const data = { total_controls: '10', passed: '10', failed: '0', score: 100 }
    expect(kindsOfLast([unknownEvent(minute(0), 'scan.completed', data)])).toContain('sweep recovered')
  })

  it.each<[type: string, data: Record<string, unknown>, labels: object, lacks: string]>([
    ['compliance.control_failed', { framework: 'SOC 2' }, { framework: 'SOC 2' }, 'data.control_id'],
    ['compliance.control_failed', { ...control, framework: null }, { controlId: 'CC6.1' }, 'data.framework'],
    ['compliance.score_changed', { framework: ['SOC 2'], new_score: 10 }, {}, 'data.framework'],
    ['compliance.control_failed', {}, {}, 'data.control_id'],
  ])('is told as it came when it does not say what it is about: %s %j', (type, data, labels, lacks) => {
    const [interpretation] = interpretAll([unknownEvent(minute(0), type, data)])
    const facts = { kind: 'unknown', data: JSON.stringify(data), lacks }
    expect(interpretation).toEqual({
      readings: [{ kind: 'announcement', labels, severity: 'warning', facts }],
      memory: emptyMemory,
    })
  })

  it.each([
    { total_controls: 10, passed: 10, failed: 0 },
    { total_controls: -1, passed: 10, failed: 0, score: 100 },
    { total_controls: 10.5, passed: 10, failed: 0, score: 100 },
  ])('ends a failed scan when a scan has completed, and proves nothing else: %j', (data) => {
    const events = [scanFailed(minute(0)), unknownEvent(minute(1), 'scan.completed', data)]
    expect(kindsOfLast(events)).toEqual(['recovery scan', 'announcement unknown'])
    expect(interpretAll(events).at(-1)?.memory).toEqual({ ...emptyMemory, lastScanAt: minute(1) })
  })
})

describe('interpret', () => {
  const every = settingsWith({ recovery: { integrationEvidenceOfLife: true }, scans: { announce: 'always' } })
  const junk = fc.dictionary(
    fc.oneof(
      fc.string(),
      fc.constantFrom('integration_id', 'control_id', 'framework', '__proto__', 'toJSON'),
    ),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 4 },
  )
  // Known events that lack any undocumented field, with unknown fields of any kind.
  const received = fc
    .tuple(eventArbitrary(), junk, fc.func(fc.boolean()))
    .map(([event, more, isKept]) => {
      const kept = Object.fromEntries(Object.entries(event.data).filter(([name]) => isKept(name)))
      return { event, data: { ...more, ...event.data }, thin: { ...more, ...kept } }
    })
    .map(({ event, data, thin }): WebhookEvent => {
      const schema = receivedEventSchemas[event.event]
      const parsed = schema.safeParse(thin)
      return { ...event, data: parsed.success ? parsed.data : data }
    })

  // Known events, any field of which may hold anything.
  const wrong = fc
    .tuple(eventArbitrary(), fc.func(fc.option(fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('7')))))
    .map(([event, wrongFor]): WebhookEvent => {
      const fields = Object.entries(event.data).map(([name, value]) => [name, wrongFor(name) ?? value])
      return { ...event, data: Object.fromEntries(fields) }
    })

  it('reads whatever a receiver lets through, and its memory can be stored', () => {
    const unknown = fc.tuple(unknownEventArbitrary(), junk).map(([event, data]) => ({ ...event, data }))
    fc.assert(
      fc.property(fc.array(fc.oneof(received, wrong, unknown), { maxLength: 6 }), (events) => {
        const interpretations = interpretAll(events, every)
        expect(JSON.parse(JSON.stringify(interpretations))).toEqual(interpretations)
      }),
    )
  })

  it('says why, whenever it reads nothing', () => {
    fc.assert(
      fc.property(fc.array(received, { maxLength: 6 }), (events) => {
        for (const { readings, reason } of interpretAll(events, every)) {
          expect(reason === undefined || readings.length === 0).toBe(true)
          expect(readings.length > 0 || reason !== undefined).toBe(true)
        }
      }),
    )
  })

  it('does not change the memory it is given', () => {
    const before: Memory = Object.freeze({
      ...emptyMemory,
      scans: Object.freeze([]),
      scores: Object.freeze({}),
    })
    interpret(scanCompleted(minute(0), 0, 150, 50), before, settings)
    expect(before).toEqual(emptyMemory)
  })
})
