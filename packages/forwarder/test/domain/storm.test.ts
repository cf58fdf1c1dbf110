import { describe, expect, it } from 'vitest'
import { decide } from '../../src/domain/decide.ts'
import {
  controlFailed,
  createTarget,
  deciding,
  minute,
  openAlert,
  problem,
  recovery,
  scanCompleted,
  settingsWith,
} from './support.ts'

const settings = settingsWith({ storm: { controls: 2, windowMs: 60_000 } })
const stormKey = 'cw:acme:storm:soc 2'
const ids = ['CC1.1', 'CC1.2', 'CC1.3', 'CC1.4', 'CC1.5']

/** A target at which five controls failed at once. */
function stormyTarget() {
  const target = createTarget(settings)
  for (const [index, id] of ids.entries()) target.take(controlFailed(minute(index / 100), id))
  return target
}

function members(target: ReturnType<typeof createTarget>) {
  return target.alerts.get(stormKey)?.members?.map(({ controlId, state }) => `${controlId} ${state}`)
}

describe('a storm', () => {
  it('stands for the controls beyond the limit', () => {
    const target = stormyTarget()
    expect(target.steps.map(({ action, alert }) => [action, alert?.key])).toEqual([
      ['open', 'cw:acme:control:soc 2:cc1.1'],
      ['open', 'cw:acme:control:soc 2:cc1.2'],
      ['open', stormKey],
      ['progress', stormKey],
      ['progress', stormKey],
    ])
    expect(members(target)).toEqual(['CC1.3 open', 'CC1.4 open', 'CC1.5 open'])
    const carriers = ids.map((id) => target.alerts.get(`cw:acme:control:soc 2:${id.toLowerCase()}`)?.carrier)
    expect(carriers).toEqual([undefined, undefined, stormKey, stormKey, stormKey])
  })

  it('is resolved when the last of its controls has recovered', () => {
    const target = stormyTarget()
    for (const id of ids) target.take(controlFailed(minute(5), id, 'passed'))
    expect(target.steps.slice(5).map(({ action, alert }) => [action, alert?.key])).toEqual([
      ['resolve', 'cw:acme:control:soc 2:cc1.1'],
      ['resolve', 'cw:acme:control:soc 2:cc1.2'],
      ['progress', stormKey],
      ['progress', stormKey],
      ['resolve', stormKey],
    ])
    expect(target.alerts.get(stormKey)).toMatchObject({ state: 'resolved', resolvedAt: minute(5) })
  })

  it('is resolved by one clean scan', () => {
    const target = stormyTarget()
    target.take(scanCompleted(minute(5), 0))
    expect([...target.alerts.values()].filter(({ state }) => state === 'open')).toEqual([])
    expect(target.steps.filter(({ action }) => action === 'resolve')).toHaveLength(3)
  })

  it('takes back a control that fails again while it is open, however much later', () => {
    const target = stormyTarget()
    target.take(controlFailed(minute(5), 'CC1.3', 'passed'))
    target.pass(60 * 60_000)
    target.take(controlFailed(minute(60), 'CC1.3'))
    expect(target.steps.slice(5).map(({ action, alert }) => [action, alert?.key])).toEqual([
      ['progress', stormKey],
      ['progress', stormKey],
    ])
    expect(members(target)).toEqual(['CC1.3 open', 'CC1.4 open', 'CC1.5 open'])
  })

  it('does not take a new control once the window has passed', () => {
    const target = stormyTarget()
    target.pass(60 * 60_000)
    target.take(controlFailed(minute(60), 'CC9.9'))
    expect(target.steps.at(-1)).toMatchObject({ action: 'open', alert: { labels: { controlId: 'CC9.9' } } })
  })

  it('that is over does not take back a control that fails by itself', () => {
    const target = stormyTarget()
    target.take(scanCompleted(minute(5), 0))
    target.pass(60 * 60_000)
    target.take(controlFailed(minute(60), 'CC1.3'))
    const { alert } = target.steps.at(-1) ?? {}
    expect(target.steps.at(-1)).toMatchObject({ action: 'open', alert: { labels: { controlId: 'CC1.3' } } })
    expect(alert).not.toHaveProperty('carrier')
  })

  it('that is over is reopened by the next one within the window, with its controls only', () => {
    const target = stormyTarget()
    target.take(scanCompleted(minute(5), 0))
    target.pass(60 * 60_000)
    for (const id of ['CC2.1', 'CC2.2', 'CC2.3']) target.take(controlFailed(minute(60), id))
    expect(target.steps.slice(-1)).toMatchObject([{ action: 'reopen', alert: { key: stormKey, count: 1 } }])
    expect(members(target)).toEqual(['CC2.3 open'])
  })

  it('is of one framework', () => {
    const target = stormyTarget()
    const alert = target.alerts.get(stormKey)
    const other = { ...problem(), subject: { ...problem().subject, labels: { framework: 'HIPAA' } } }
    const decision = decide(deciding(other, minute(9), { settings, recentOpenings: 0, storm: alert }))
    expect(decision.steps).toMatchObject([{ action: 'open', key: problem().subject.key }])
  })

  it('is not told again of a control that fails again, unless that makes it worse', () => {
    const storm = openAlert(minute(0), {
      kind: 'storm',
      key: stormKey,
      members: [{ key: problem().subject.key, controlId: 'CC6.1', state: 'open' }],
    })
    const alert = openAlert(minute(0), { carrier: stormKey })
    const known = { settings, alert, storm }
    const same = decide(deciding(problem(), minute(1), known))
    expect(same).toMatchObject({
      result: 'unchanged',
      reason: 'told_with_storm',
      alerts: [{ count: 2 }],
      steps: [],
    })
    const worse = decide(deciding(problem(), minute(1), { ...known, severity: 'critical' }))
    expect(worse).toMatchObject({ steps: [{ action: 'progress', alert: { severity: 'critical' } }] })
    const milder = decide(deciding(problem(), minute(1), { ...known, severity: 'info' }))
    expect(milder.steps).toEqual([])
  })

  it('has the worst severity of its controls', () => {
    const storm = openAlert(minute(0), { kind: 'storm', key: stormKey, members: [], severity: 'warning' })
    const given = { settings, storm, recentOpenings: 5 }
    expect(decide(deciding(problem(), minute(1), { ...given, severity: 'critical' })).steps).toMatchObject([
      { alert: { severity: 'critical' } },
    ])
    expect(decide(deciding(problem(), minute(1), { ...given, severity: 'info' })).steps).toMatchObject([
      { alert: { severity: 'warning' } },
    ])
  })

  it('that somebody ended leaves its controls to be told by themselves when they fail again', () => {
    const alert = openAlert(minute(0), { carrier: stormKey, remote: undefined })
    expect(decide(deciding(problem(), minute(1), { settings, alert })).steps).toMatchObject([
      { action: 'open' },
    ])
    expect(decide(deciding(recovery(), minute(1), { settings, alert })).steps).toEqual([])
  })
})
