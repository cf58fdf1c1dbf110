import { describe, expect, it } from 'vitest'
import type { Mute, Route, Settings } from '../../src/config/settings.ts'
import { holdFor } from '../../src/routing/hold.ts'
import { muteFor } from '../../src/routing/mute.ts'
import { type Routable, routableOf } from '../../src/routing/routable.ts'
import { recoveryTargets, route } from '../../src/routing/route.ts'

const control: Routable = {
  event: 'compliance.control_failed',
  labels: { framework: 'SOC 2', controlId: 'CC6.1' },
  severity: 'warning',
}

function settings(
  routes: readonly Route[],
  more: Partial<Pick<Settings, 'routing' | 'severities'>> = {},
): Pick<Settings, 'routes' | 'routing' | 'severities'> {
  return { routes, routing: 'first', severities: [], ...more }
}

function targets(routable: Routable, ...routes: readonly Route[]): readonly string[] {
  return route(routable, settings(routes)).assignments.map(({ target }) => target)
}

describe('route', () => {
  it.each<readonly [name: string, match: Route['match'], matches: boolean]>([
    ['nothing asked for', {}, true],
    ['the event', { event: ['compliance.*'] }, true],
    ['another event', { event: ['scan.*'] }, false],
    ['all of several', { event: ['*'], framework: ['soc 2'], control: ['cc6.*'] }, true],
    ['all but one of several', { framework: ['soc 2'], control: ['cc7.*'] }, false],
    ['one of several patterns', { control: ['cc7.*', 'cc6.1'] }, true],
    ['a label that it does not have', { provider: ['*'] }, false],
    ['the severity', { severity: ['error', 'warning'] }, true],
    ['another severity', { severity: ['critical'] }, false],
  ])('matches %s', (_, match, matches) => {
    expect(targets(control, { match, to: ['a'] })).toStrictEqual(matches ? ['a'] : [])
  })

  it('takes the first route that matches, also one to nobody', () => {
    expect(
      targets(
        control,
        { match: { control: ['x'] }, to: ['a'] },
        { match: {}, to: ['b', 'c'] },
        { match: {}, to: ['d'] },
      ),
    ).toStrictEqual(['b', 'c'])
    const routing = route(
      control,
      settings([
        { match: {}, to: [] },
        { match: {}, to: ['d'] },
      ]),
    )
    expect(routing).toMatchObject({ assignments: [], matched: [0], verdicts: ['routes[0] matches: nobody.'] })
  })

  it('takes all that match if asked to, and the first of several to the same target', () => {
    const routes = [
      { match: {}, to: ['a'], owner: 'first' },
      { match: {}, to: ['a', 'b'], owner: 'second' },
    ]
    const { assignments, matched } = route(control, settings(routes, { routing: 'all' }))
    expect(assignments).toMatchObject([
      { target: 'a', route: 0, owner: 'first' },
      { target: 'b', route: 1, owner: 'second' },
    ])
    expect(matched).toStrictEqual([0, 1])
  })

  it('needs an event to match a type that is unknown', () => {
    const unknown = { event: 'policy.expired', labels: {}, severity: 'info' } as const
    expect(targets(unknown, { match: {}, to: ['a'] })).toStrictEqual([])
    expect(targets(unknown, { match: { event: ['*'] }, to: ['a'] })).toStrictEqual(['a'])
  })

  it('asks severity rules first, then the route, and says so', () => {
    const severities = [
      { match: { control: ['CC7.*'] }, severity: 'info' },
      { match: { control: ['CC6.*'] }, severity: 'error' },
      { match: {}, severity: 'info' },
    ] as const
    const routes = [
      { match: { severity: ['warning'] }, to: ['a'] },
      { match: { severity: ['error'], control: ['CC6.*'] }, to: ['b'], dueMs: 5 },
    ] as const
    expect(route(control, settings(routes, { severities }))).toStrictEqual({
      assignments: [
        {
          target: 'b',
          route: 1,
          severity: 'error',
          owner: undefined,
          dueMs: 5,
          quietHours: undefined,
          why: [
            'routes[1] matches control "CC6.1" by CC6.*, severity "error" by error.',
            'Severity error by severities[1].',
          ],
        },
      ],
      matched: [1],
      verdicts: ['routes[0] does not match: severity is "error", not warning.', 'routes[1] matches.'],
    })
    expect(
      route(control, settings([{ match: {}, to: ['a'], severity: 'critical' }], { severities })).assignments,
    ).toMatchObject([
      { severity: 'critical', why: ['routes[0] matches everything.', 'Severity critical by routes[0].'] },
    ])
  })
})

describe('recoveryTargets', () => {
  it('are all that a problem of any severity may go to', () => {
    const routes: readonly Route[] = [
      { match: { severity: ['critical'] }, to: ['a'] },
      { match: { control: ['x'] }, to: ['b'] },
      { match: {}, to: ['c', 'a'] },
      { match: {}, to: ['d'] },
    ]
    expect(recoveryTargets(control, { routes, routing: 'first' })).toStrictEqual(['a', 'c'])
    expect(recoveryTargets(control, { routes, routing: 'all' })).toStrictEqual(['a', 'c', 'd'])
  })
})

describe('routableOf', () => {
  const scan = { at: '2026-01-01T00:00:00.000Z', total: 1, passed: 1, failed: 0, score: 100 }
  const score = { kind: 'score_changed', band: 'ok', previousBand: 'ok', isDrop: false } as const
  it.each([
    [
      'a recovery of the scan',
      { kind: 'recovery', subject: subject('scan'), facts: { kind: 'recovered', proof: 'scan_completed' } },
      { event: 'scan.failed', labels: { name: 'n' }, severity: undefined },
    ],
    [
      'a score that a scan brought',
      { kind: 'problem', subject: subject('score'), severity: 'error', facts: score },
      { event: 'compliance.score_changed', labels: { name: 'n' }, severity: 'error' },
    ],
    [
      'a score that is news',
      { kind: 'announcement', labels: {}, severity: 'info', facts: score },
      { event: 'compliance.score_changed', labels: {}, severity: 'info' },
    ],
    [
      'a note',
      { kind: 'note', subject: subject('score'), facts: score },
      { event: 'compliance.score_changed', labels: { name: 'n' }, severity: 'info' },
    ],
    [
      'a scan that is news',
      {
        kind: 'announcement',
        labels: {},
        severity: 'info',
        facts: { kind: 'scan_completed', scan, history: [], isPartial: false },
      },
      { event: 'scan.completed', labels: {}, severity: 'info' },
    ],
    ['a sweep', { kind: 'sweep', facts: { kind: 'recovered', proof: 'clean_scan' } }, undefined],
  ] as const)('%s', (_, reading, expected) => {
    expect(routableOf('scan.completed', reading)).toStrictEqual(expected)
  })
})

const mute = (until: string, match: Mute['match'] = { control: ['CC6.*'] }): Mute => ({
  match,
  until,
  reason: 'Accepted',
  approvedBy: 'ciso',
})
const now = new Date('2026-01-10T12:00:00Z')

describe('muteFor', () => {
  it('is the one of those that match which ends last', () => {
    const mutes = [
      mute('2026-01-10T12:00:00.000Z'),
      mute('2026-02-01T00:00:00.000Z'),
      mute('2026-03-01T00:00:00.000Z'),
      mute('2027-01-01T00:00:00.000Z', { control: ['CC7.*'] }),
    ]
    expect(muteFor(control, { mutes }, now)).toStrictEqual({ ...mutes[2], index: 2 })
    expect(muteFor(control, { mutes: mutes.slice(0, 1) }, now)).toBeUndefined()
  })
})

describe('holdFor', () => {
  const night = { from: '22:00', to: '07:00', timeZone: 'UTC', except: [] }

  it('goes on into quiet hours that the end of a mute is in', () => {
    expect(holdFor(control, night, { mutes: [mute('2026-01-12T23:00:00.000Z')] }, now)).toStrictEqual({
      until: new Date('2026-01-13T07:00:00Z'),
      reason: 'muted',
      why: 'mutes[0] until 2026-01-12T23:00:00.000Z: Accepted (ciso).',
    })
  })

  it('is for quiet hours alone where there is no mute, and for nothing else', () => {
    expect(holdFor(control, night, { mutes: [] }, new Date('2026-01-10T23:00:00Z'))).toMatchObject({
      until: new Date('2026-01-11T07:00:00Z'),
      reason: 'quiet_hours',
    })
    expect(holdFor(control, night, { mutes: [] }, now)).toBeUndefined()
  })
})

function subject(kind: 'scan' | 'score' | 'integration') {
  return { kind, key: 'k', labels: { name: 'n' } } as const
}
