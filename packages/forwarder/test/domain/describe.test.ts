import type { WebhookEvent } from '@complywise/webhooks'
import { eventFixture } from '@complywise/webhooks/testing'
import { eventArbitrary, unknownEventArbitrary } from '@complywise/webhooks/testing/fast-check'
import * as fc from 'fast-check'
import { describe as suite, expect, it } from 'vitest'
import type { Settings } from '../../src/config/settings.ts'
import { decide } from '../../src/domain/decide.ts'
import { describe } from '../../src/domain/describe.ts'
import type { Description } from '../../src/domain/description.ts'
import {
  controlFailed,
  createTarget,
  DAY_MS,
  deciding,
  minute,
  openAlert,
  problem,
  recovery,
  scanCompleted,
  scanFailed,
  scoreChanged,
  settings,
  settingsWith,
  stepOf,
  unknownEvent,
} from './support.ts'

const HOUR = 60
const DAY = 24 * HOUR

/** What the target was told last of these events. */
function lastOf(events: readonly WebhookEvent[], given: Settings = settings): Description {
  const target = createTarget(given)
  for (const event of events) target.take(event)
  const step = target.steps.at(-1)
  if (step === undefined) throw new Error('Nobody was told anything.')
  return describe(step, given)
}

function fieldsOf({ fields }: Description): Record<string, string> {
  return Object.fromEntries(fields.map(({ label, value }) => [label, value]))
}

const disconnected = eventFixture('integration.disconnected', { timestamp: minute(0) })

const page = (control: string): Settings => settingsWith({ links: { control } })

suite('the words of a step', () => {
  it.each([
    [
      'a control that fails',
      [controlFailed(minute(0))],
      'CC6.1 failing · SOC 2',
      'CC6.1 of SOC 2 went from passed to failed.',
      'failing',
    ],
    [
      'a control that fails still',
      [controlFailed(minute(0)), controlFailed(minute(90))],
      'CC6.1 still failing · SOC 2',
      'CC6.1 of SOC 2 went from passed to failed; reported for the 2nd time in 1 h 30 min.',
      'failing',
    ],
    [
      'a control that fails again soon',
      [controlFailed(minute(0)), controlFailed(minute(5), 'CC6.1', 'passed'), controlFailed(minute(25))],
      'CC6.1 failing again · SOC 2',
      'CC6.1 of SOC 2 went from passed to failed, 20 min after it had recovered.',
      'failing',
    ],
    [
      'a control that fails again much later',
      [
        controlFailed(minute(0)),
        controlFailed(minute(5), 'CC6.1', 'passed'),
        controlFailed(minute(9 * DAY + 5)),
      ],
      'CC6.1 failing · SOC 2',
      'CC6.1 of SOC 2 went from passed to failed, 9 d after it had recovered.',
      'failing',
    ],
    [
      'a control that recovered by its status',
      [controlFailed(minute(0)), controlFailed(minute(3 * DAY + 4 * HOUR), 'CC6.1', 'passed')],
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 3 d 4 h. Proof: ComplyWise reports it as passed.',
      'recovered',
    ],
    [
      'a late failure of what has recovered',
      [controlFailed(minute(0)), controlFailed(minute(9), 'CC6.1', 'passed'), controlFailed(minute(5))],
      'Late event: CC6.1 of SOC 2',
      'At 2026-03-01 12:05 UTC, CC6.1 of SOC 2 went from passed to failed. That arrived late and changes nothing: resolved at 2026-03-01 12:09 UTC.',
      'info',
    ],
    [
      'a late recovery of what is open',
      [controlFailed(minute(9)), controlFailed(minute(5), 'CC6.1', 'passed')],
      'Late event: CC6.1 of SOC 2',
      'At 2026-03-01 12:05 UTC, CC6.1 of SOC 2 recovered. That arrived late and changes nothing: open since 2026-03-01 12:09 UTC.',
      'info',
    ],
    [
      'the first scan',
      [scanCompleted(minute(0), 8, 150, 94.64)],
      'Scan: 142 of 150 controls pass, 94.6 %',
      'A scan evaluated 150 controls: 142 passed, 8 failed.',
      'warning',
    ],
    [
      'a scan with fewer failures',
      [scanCompleted(minute(0), 8), scanCompleted(minute(1), 5)],
      'Scan: 145 of 150 controls pass, 95 %',
      'A scan evaluated 150 controls: 145 passed, 5 failed. 3 fewer failed than in the scan before.',
      'warning',
    ],
    [
      'a scan that failed',
      [scanFailed(minute(0))],
      'Scan failed',
      'A scan stopped before it was complete: AWS refused the credentials of the integration "AWS production".',
      'warning',
    ],
    [
      'a scan that says nothing about why it failed',
      [{ ...scanFailed(minute(0)), data: {} }],
      'Scan failed',
      'A scan stopped before it was complete.',
      'warning',
    ],
    [
      'the third scan that failed in a row',
      [
        scanFailed(minute(0)),
        scanFailed(minute(60)),
        { ...scanFailed(minute(120)), data: { error: { code: 'x' } } },
      ],
      'Scan failed, the 3rd in a row',
      'A scan stopped before it was complete: x. None has completed for 2 h.',
      'failing',
    ],
    [
      'a score below the line',
      [scoreChanged(minute(0), 88, 95)],
      'SOC 2 score fell below 90 %: ▼ 88 %',
      'SOC 2 score went from 95 % to 88 % (−7). It is below target now.',
      'warning',
    ],
    [
      'a score below the critical line',
      [scoreChanged(minute(0), 70.04, 95, null)],
      'Overall score fell below 75 %: ▼ 70 %',
      'Overall score went from 95 % to 70 % (−25). It is in the critical band now.',
      'failing',
    ],
    [
      'a score that rises out of the critical band',
      [scoreChanged(minute(0), 70, 95), scoreChanged(minute(1), 80, 70)],
      'SOC 2 score was below 90 %: ▲ 80 %',
      'SOC 2 score went from 70 % to 80 % (+10). It is out of the critical band, but still below target.',
      'warning',
    ],
    [
      'a score that rises to just above the line',
      [scoreChanged(minute(0), 70, 95), scoreChanged(minute(1), 91, 70)],
      'SOC 2 score not yet clear of 90 %: ▲ 91 %',
      'SOC 2 score went from 70 % to 91 % (+21). It is out of the critical band, but still below target.',
      'warning',
    ],
    [
      'a score that recovered',
      [scoreChanged(minute(0), 88, 95), scoreChanged(minute(4), 95, 88)],
      'SOC 2 score recovered',
      'SOC 2 score recovered after 4 min. It is at 95 %.',
      'recovered',
    ],
    [
      'a drop of a good score',
      [scoreChanged(minute(0), 92, 99)],
      'SOC 2 score ▼ 92 %',
      'SOC 2 score went from 99 % to 92 % (−7). That is a drop of at least 5 points.',
      'warning',
    ],
    [
      'a score that is not told',
      [{ ...scoreChanged(minute(0), 1), data: {} }],
      'Overall score changed',
      'Overall score changed.',
      'info',
    ],
    [
      'an integration',
      [disconnected],
      'AWS production disconnected',
      'The integration AWS production lost its connection: The access key expired at 11:50 UTC. 1 control is not monitored until it is connected again.',
      'warning',
    ],
    [
      'an integration of which little is known',
      [{ ...disconnected, data: { provider: 'okta' } }],
      'okta disconnected',
      'The integration okta lost its connection.',
      'warning',
    ],
    [
      'evidence for a control',
      [eventFixture('evidence.uploaded')],
      'Evidence for CC6.1: access-review-2026-q1.pdf · SOC 2',
      'Dana Whitfield uploaded access-review-2026-q1.pdf for CC6.1 of SOC 2.',
      'info',
    ],
    [
      'evidence of which nothing is known',
      [{ ...eventFixture('evidence.uploaded'), data: {} }],
      'Evidence: uploaded',
      'Somebody uploaded evidence.',
      'info',
    ],
    [
      'an event of an unknown type',
      [unknownEvent(minute(0), 'policy.expired', {})],
      'Event policy.expired',
      'ComplyWise sent an event of a type that this version of the forwarder does not know.',
      'info',
    ],
    [
      'a control without an id',
      [controlFailed(minute(0), '', 'failed', '')],
      'A control without an id failing',
      'A control without an id went from passed to failed.',
      'failing',
    ],
  ] as const)('say of %s', (_, events, headline, summary, tone) => {
    expect(lastOf(events)).toMatchObject({ headline, summary, tone })
  })

  it('say when and how scans complete again', () => {
    const target = createTarget(settingsWith({ scans: { announce: 'never' } }))
    for (const event of [scanFailed(minute(0)), scanCompleted(minute(125), 3)]) target.take(event)
    const step = target.steps.find(({ action }) => action === 'resolve')
    expect(step && describe(step, settings)).toMatchObject({
      headline: 'Scans complete again',
      summary: 'Scans complete again after 2 h 5 min.',
    })
  })

  it.each([
    [
      { proof: 'clean_scan' },
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 1 h. Proof: a scan within scope found no control that fails.',
    ],
    [
      { proof: 'clean_scan', scan: { at: minute(60), total: 150 } },
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 1 h. Proof: the scan of 2026-03-01 13:00 UTC evaluated 150 controls and none failed.',
    ],
    [
      { proof: 'clean_scan', scan: { at: minute(60), total: 150, scansBefore: 0 } },
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 1 h. Proof: the scan of 2026-03-01 13:00 UTC evaluated 150 controls and none failed; no scan before it is known.',
    ],
    [
      { proof: 'clean_scan', scan: { at: minute(60), total: 150, scansBefore: 8 } },
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 1 h. Proof: the scan of 2026-03-01 13:00 UTC evaluated 150 controls and none failed; the 8 scans before it evaluated no more.',
    ],
    [
      { proof: 'operator', by: 'dana\u202e' },
      'CC6.1 closed by hand by dana · SOC 2',
      'CC6.1 of SOC 2: closed by hand by dana after 1 h. Nothing shows that it has recovered.',
    ],
    [
      { proof: 'operator' },
      'CC6.1 closed by hand · SOC 2',
      'CC6.1 of SOC 2: closed by hand after 1 h. Nothing shows that it has recovered.',
    ],
    [
      { proof: 'evidence_of_life' },
      'CC6.1 recovered · SOC 2',
      'CC6.1 of SOC 2 recovered after 1 h. Proof: a later event names it.',
    ],
    [
      { proof: 'expired' },
      'Closed, not confirmed: CC6.1 of SOC 2',
      'CC6.1 of SOC 2: closed without a proof after 1 h. Nothing was heard of it for the configured time.',
    ],
  ] as const)('say how a recovery is known: %j', (facts, headline, summary) => {
    const given = deciding(recovery('CC6.1', { kind: 'recovered', ...facts }), minute(60), {
      alert: openAlert(minute(0)),
    })
    const [step] = decide(given).steps
    const description = step && describe(stepOf(controlFailed(minute(60)), step), settings)
    expect(description?.headline).toBe(headline)
    expect(description?.summary).toBe(summary)
    const isProven = facts.proof !== 'operator' && facts.proof !== 'expired'
    expect(description?.tone).toBe(isProven ? 'recovered' : 'info')
  })
})

suite('the fields', () => {
  it('tell severity, since when, how often, whose, and when it is due', () => {
    const known = { alert: openAlert(minute(-90), { count: 2 }), owner: 'iam', dueMs: 7 * DAY_MS }
    const [step] = decide(deciding(problem(), minute(0), { ...known, severity: 'critical' })).steps
    const description = step && describe(stepOf(controlFailed(minute(0)), step), settings)
    expect(description && fieldsOf(description)).toEqual({
      Control: 'CC6.1',
      Framework: 'SOC 2',
      Status: 'passed → failed',
      Severity: 'critical',
      Since: '2026-03-01 10:30 UTC',
      Reported: '3 times',
      Owner: 'iam',
      Due: '2026-03-08 10:30 UTC',
    })
  })

  it.each([
    [minute(30), '2026-03-01 12:30 UTC, missed by 30 min'],
    [minute(90), '2026-03-01 13:30 UTC, met'],
  ])('tell whether it was fixed in time: due at %s', (dueAt, expected) => {
    const alert = openAlert(minute(0), { dueAt, count: 3 })
    const [step] = decide(deciding(recovery(), minute(60), { alert })).steps
    const description = step && describe(stepOf(controlFailed(minute(60)), step), settings)
    expect(description && fieldsOf(description)).toMatchObject({
      'Open from': '2026-03-01 12:00 UTC',
      Until: '2026-03-01 13:00 UTC',
      'Open for': '1 h',
      Reported: '3 times',
      Due: expected,
    })
  })

  it('tell what a scan changed, and the course of the last eight', () => {
    const scores = [90, 90, 91, 92, 93, 94, 95, 96, 90]
    const events = scores.map((score, index) => scanCompleted(minute(index), 10 - index, 150, score))
    expect(
      fieldsOf(lastOf(events, settingsWith({ score: { warnBelow: 0, criticalBelow: 0 } }))),
    ).toMatchObject({
      Passed: '148 of 150 (+1)',
      Failed: '2 (−1)',
      Score: '90 % (−6)',
      'Last 8 scans': '▁▂▃▅▆▇█▁',
    })
  })

  it('tell where a score recovers', () => {
    expect(fieldsOf(lastOf([scoreChanged(minute(0), 70, 95)]))).toMatchObject({
      Target: 'at least 75 %',
      'Recovers at': '92 %',
    })
  })
})

suite('the hints', () => {
  const failing = ['CC1', 'CC2', 'CC3', 'CC4', 'CC5', 'CC6'].map((id) => controlFailed(minute(0), id))

  it.each([
    [
      'part of what is open has recovered',
      [scanCompleted(minute(9), 4)],
      'At least 2 of 6 open controls have recovered; ComplyWise does not say which.',
    ],
    [
      'all but one has stayed',
      [scanCompleted(minute(9), 5)],
      'At least 1 of 6 open controls has recovered; ComplyWise does not say which.',
    ],
  ])('say that %s', (_, events, hint) => {
    expect(lastOf([...failing, ...events]).hints).toEqual([hint])
  })

  it.each([
    ['as many fail as are open', [...failing, scanCompleted(minute(9), 6)]],
    [
      'fewer controls were evaluated than before',
      [scanCompleted(minute(-1), 9), ...failing, scanCompleted(minute(9), 4, 100)],
    ],
    ['the open controls failed after the scan', [...failing, scanCompleted(minute(-1), 4)]],
    ['nothing is open', [scanCompleted(minute(9), 4)]],
  ])('say nothing of recoveries when %s', (_, events) => {
    expect(lastOf(events).hints).toEqual([])
  })

  it('list what is open', () => {
    expect(lastOf([...failing.slice(0, 2), scanCompleted(minute(90), 1)]).lines).toEqual([
      'CC1 of SOC 2, open for 1 h 30 min',
      'CC2 of SOC 2, open for 1 h 30 min',
    ])
  })

  it('say that a clean scan is no proof when it evaluated fewer controls', () => {
    const events = [scanCompleted(minute(0), 3), ...failing, scanCompleted(minute(9), 0, 140)]
    expect(lastOf(events).hints).toEqual([
      'Nothing failed, but a recent scan evaluated more controls (150): open controls stay open.',
    ])
  })

  it('say that a clean scan is no proof when more controls are open than it evaluated', () => {
    expect(lastOf([...failing, scanCompleted(minute(9), 0, 5)]).hints).toEqual([
      'Nothing failed, but more controls are open (6) than it evaluated: they stay open.',
    ])
  })

  it('say that a clean scan changes nothing where that is off', () => {
    const off = settingsWith({ recovery: { sweepOnCleanScan: false } })
    expect(lastOf([...failing, scanCompleted(minute(9), 0)], off).hints).toEqual([
      'All 6 open controls passed in this scan, but stay open: recovery.sweep_on_clean_scan is off.',
    ])
  })

  it.each([
    [1, '1 integration is disconnected (I0): the result may be incomplete.'],
    [2, '2 integrations are disconnected (I0 and I1): the result may be incomplete.'],
    [5, '5 integrations are disconnected (I0, I1, I2 and 2 others): the result may be incomplete.'],
  ])('say that the result may be incomplete: %i disconnected', (count, hint) => {
    const events = Array.from({ length: count }, (_, index) => ({
      ...disconnected,
      data: { integration_id: `${index}`, name: `I${index}` },
    }))
    expect(lastOf([...events, scanCompleted(minute(9), 1)]).hints).toEqual([hint])
  })

  it.each([
    [{}, 'this stays open until somebody runs: resolve "cw:acme:integration:okta".'],
    [
      { integrationEvidenceOfLife: true, integrationTtlMs: DAY_MS },
      'this stays open until a later event names it, or nothing is heard of it for 1 d, or somebody runs: resolve "cw:acme:integration:okta".',
    ],
  ])('say what ends the alert of an integration: %j', (recovery, hint) => {
    const events = [{ ...disconnected, data: { provider: 'Okta' } }]
    expect(lastOf(events, settingsWith({ recovery })).hints).toEqual([
      `ComplyWise sends no event when it is connected again: ${hint}`,
    ])
  })

  it('say that a status is unknown', () => {
    expect(lastOf([controlFailed(minute(0), 'CC6.1', 'odd')]).hints[0]).toContain('“odd” is in neither list')
  })

  it('say what of an event cannot be read, and that somebody has to look', () => {
    const data = { framework: 'SOC 2' }
    expect(lastOf([unknownEvent(minute(0), 'compliance.control_failed', data)])).toMatchObject({
      headline: 'compliance.control_failed with unexpected data',
      summary:
        'ComplyWise sent compliance.control_failed, but data.control_id cannot be read. It is told here as it came.',
      tone: 'warning',
      lines: ['{"framework":"SOC 2"}'],
      hints: ['Look it up in ComplyWise: it may be about something that fails.'],
    })
  })

  it('say that evidence resolves nothing', () => {
    const events = [controlFailed(minute(0)), eventFixture('evidence.uploaded', { timestamp: minute(100) })]
    expect(lastOf(events).hints[0]).toContain('has been open for 1 h 40 min; evidence does not resolve it')
  })

  it('say nothing of how long a control has been open to evidence that is older', () => {
    const events = [controlFailed(minute(0)), eventFixture('evidence.uploaded', { timestamp: minute(-1) })]
    expect(lastOf(events).hints).toEqual([])
  })
})

suite('a storm', () => {
  const given = settingsWith({ storm: { controls: 2 } })
  const failed = ['A', 'B', 'C', 'D', 'E'].map((id) => controlFailed(minute(0), id))

  it('says how many and which', () => {
    expect(lastOf(failed, given)).toMatchObject({
      headline: '3 more controls failing · SOC 2',
      summary:
        'More than 2 controls failed within 1 min, so the others are told together here: 3 controls of SOC 2 still fail.',
      lines: ['C failing', 'D failing', 'E failing'],
    })
  })

  it('says which have recovered', () => {
    expect(lastOf([...failed, controlFailed(minute(1), 'D', 'passed')], given)).toMatchObject({
      headline: '2 of 3 more controls still failing · SOC 2',
      lines: ['C failing', 'E failing', 'D recovered'],
    })
  })

  it('says that all have recovered', () => {
    const events = ['C', 'D', 'E'].map((id, index) => controlFailed(minute(10 + index), id, 'passed'))
    expect(lastOf([...failed, ...events], given)).toMatchObject({
      headline: 'All controls recovered · SOC 2',
      tone: 'recovered',
      summary:
        'All controls of SOC 2 that had failed at once recovered after 12 min. Proof: ComplyWise reports the last one as passed.',
    })
  })

  const closed = { kind: 'recovered', proof: 'operator', by: 'ann' } as const

  it('tells apart what has recovered and what was closed by hand', () => {
    const target = createTarget(given)
    for (const event of failed) target.take(event)
    target.say(recovery('C', closed), minute(1))
    target.take(controlFailed(minute(2), 'D', 'passed'))
    const [progress] = target.steps.slice(-1).map((step) => describe(step, given))
    expect(progress).toMatchObject({ lines: ['E failing', 'C closed by hand', 'D recovered'] })
    expect(progress && fieldsOf(progress)).toMatchObject({ Recovered: '1', 'Closed by hand': '1' })
    target.take(controlFailed(minute(3), 'E', 'passed'))
    const [over] = target.steps.slice(-1).map((step) => describe(step, given))
    expect(over).toMatchObject({
      headline: 'No control open any more, 1 of 3 closed by hand · SOC 2',
      tone: 'info',
      summary:
        'The failing controls of SOC 2: 1 of 3 closed by hand, and none is open after 3 min. Proof: ComplyWise reports the last one as passed.',
    })
  })

  it('says who has closed the last of it', () => {
    const target = createTarget(given)
    for (const event of failed) target.take(event)
    for (const id of ['C', 'D', 'E']) target.say(recovery(id, closed), minute(5))
    const [over] = target.steps.slice(-1).map((step) => describe(step, given))
    expect(over).toMatchObject({
      headline: 'No control open any more, 3 of 3 closed by hand · SOC 2',
      summary:
        'The failing controls of SOC 2: 3 of 3 closed by hand, and none is open after 5 min. The last one was closed by ann. Nothing shows that what was closed by hand has recovered.',
      lines: ['C closed by hand', 'D closed by hand', 'E closed by hand'],
    })
  })

  it('forgets that a control was closed by hand when it fails again', () => {
    const target = createTarget(given)
    for (const event of failed) target.take(event)
    target.say(recovery('C', closed), minute(1))
    target.take(controlFailed(minute(2), 'C'))
    expect(target.steps.slice(-1).map((step) => describe(step, given).lines)).toEqual([
      ['C failing', 'D failing', 'E failing'],
    ])
  })
})

suite('the link', () => {
  it.each([
    ['CC6.1', 'SOC 2', 'https://a.example/SOC%202/CC6.1'],
    ['a/b?c#d&e', "x'y(z)*!", 'https://a.example/x%27y%28z%29%2A%21/a%2Fb%3Fc%23d%26e'],
    ['👍\ud800', '<@U1>|x', 'https://a.example/%3C%40U1%3E%7Cx/%F0%9F%91%8D%EF%BF%BD'],
  ])('is filled with what is encoded: %j of %j', (controlId, framework, url) => {
    const given = page('https://a.example/{framework}/{control_id}')
    expect(lastOf([controlFailed(minute(0), controlId, 'failed', framework)], given).link?.url).toBe(url)
  })

  it.each([
    ['no page is configured', settings, 'CC6.1'],
    ['a value is absent', page('https://a.example/{scan_job_id}'), 'CC6.1'],
    ['a placeholder is no value of ours', page('https://a.example/{constructor}'), 'CC6.1'],
    ['a value would climb up', page('https://a.example/{control_id}'), '..'],
    ['a value is empty', page('https://a.example/{control_id}'), ' '],
    ['the page is no web page', page('javascript:alert({control_id})'), 'CC6.1'],
  ])('is absent when %s', (_, given, controlId) => {
    expect(lastOf([controlFailed(minute(0), controlId)], given)).not.toHaveProperty('link')
  })

  it.each([
    ['scan', scanCompleted(minute(0), 3), '{scan_job_id}', scanCompleted(minute(0)).data.scan_job_id],
    ['score', scoreChanged(minute(0), 50), '{framework}', 'SOC%202'],
    ['integration', disconnected, '{integration_id}', disconnected.data.integration_id],
    [
      'evidence',
      eventFixture('evidence.uploaded'),
      '{evidence_id}',
      eventFixture('evidence.uploaded').data.evidence_id,
    ],
  ])('of a %s leads to its page', (kind, event, placeholder, value) => {
    const given = settingsWith({
      links: { [kind]: `https://a.example/${placeholder}` },
      score: { warnBelow: 90 },
    })
    expect(lastOf([event], given).link?.url).toBe(`https://a.example/${value}`)
  })
})

suite('every description', () => {
  it('is of clean single lines, whatever the events hold', () => {
    const event = fc.oneof(eventArbitrary(), unknownEventArbitrary())
    const odd = fc.array(fc.constantFrom('\u202e', '\ud800', '\n', '\u0000', '<!channel>', 'é', '👨‍👩‍👧'))
    const given = settingsWith({
      storm: { controls: 1 },
      links: { control: 'https://a.example/{framework}/{control_id}' },
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), odd, (events, parts) => {
        const text = parts.join('')
        const target = createTarget(given)
        const hostile = [
          controlFailed(minute(0), text, text, text),
          controlFailed(minute(1), `${text}2`, text, text),
          unknownEvent(minute(2), text, { [text]: text, control_id: text }),
          scoreChanged(minute(3), 10, 95, text),
        ]
        for (const each of [...events, ...hostile]) target.take(each)
        for (const step of target.steps) {
          const { headline, summary, fields, lines, hints, link } = describe(step, given)
          const texts = [
            headline,
            summary,
            ...fields.flatMap(({ label, value }) => [label, value]),
            ...lines,
            ...hints,
            ...(link === undefined ? [] : [link.label, link.url]),
          ]
          for (const line of texts) {
            expect(line).not.toMatch(
              /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]|undefined|NaN|\[object/u,
            )
            expect(line.trim()).toBe(line)
            expect(line).not.toBe('')
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
