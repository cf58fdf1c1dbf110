import type { Alert, StormMember } from './alert.ts'
import { stormKey } from './correlation-key.ts'
import { heard, labelsOf, openedAlert, repeatedAlert, stepTo } from './decided-alert.ts'
import type { Deciding, Decision } from './decision.ts'
import type { Reading } from './reading.ts'
import { isWithinWindow } from './reopen-window.ts'
import { worseOf } from './severity.ts'

/** The open storm that stands for the alert, if one does. */
export function openCarrier({ alert, storm }: Deciding): Alert | undefined {
  return alert?.carrier !== undefined && alert.carrier === storm?.key && storm.state === 'open'
    ? storm
    : undefined
}

/** Whether a control that is not open, or whose storm is over, is told with a storm from now on. */
export function joinsStorm(deciding: Deciding): boolean {
  const { reading, recentOpenings, settings } = deciding
  if (!('subject' in reading) || reading.subject.kind !== 'control') return false
  return openCarrier(deciding) !== undefined || recentOpenings >= settings.storm.controls
}

/** Opens the control as part of its framework's storm, which is opened, reopened, or goes on. */
export function joinStorm(
  deciding: Deciding,
  reading: Extract<Reading, { readonly kind: 'problem' }>,
): Decision {
  const { alert, storm, settings, severity } = deciding
  const { framework = '', controlId = '' } = reading.subject.labels
  const carrier = stormKey(settings, framework)
  const opened = openedAlert(deciding, reading.subject)
  // What the destination made of an earlier failure is kept: the next one that is told by itself may reopen it.
  const control: Alert = { ...opened, carrier, ...(alert?.remote !== undefined && { remote: alert.remote }) }
  const member: StormMember = { key: control.key, controlId, state: 'open' }
  if (storm?.state === 'open') {
    const members = withMember(storm, member)
    const grown = { ...repeatedAlert(deciding, storm, worseOf(storm.severity, severity)), members }
    return progress(control, grown, storm)
  }
  const subject = { kind: 'storm', key: carrier, labels: { framework } } as const
  const begun: Alert = { ...openedAlert(deciding, subject), members: [member] }
  const isReopened = storm !== undefined && isWithinWindow(storm, begun.openedAt, settings)
  const told = isReopened ? { ...begun, labels: labelsOf(storm, subject), remote: storm.remote } : begun
  const step = stepTo(isReopened ? 'reopen' : 'open', told, storm, { kind: 'storm' })
  return { result: 'step', alerts: [control, told], steps: [step] }
}

/** Counts one more failure of a control that the open `storm` stands for; told only when it makes the storm worse. */
export function repeatInStorm(deciding: Deciding, alert: Alert, storm: Alert): Decision {
  const control = repeatedAlert(deciding, alert, deciding.severity)
  const severity = worseOf(storm.severity, deciding.severity)
  if (severity !== storm.severity) {
    return progress(control, { ...storm, severity, ...heard(deciding, storm) }, storm)
  }
  return { result: 'unchanged', reason: 'told_with_storm', alerts: [control], steps: [] }
}

/** Takes a control that has recovered out of its open storm; the last one ends it. */
export function leaveStorm(
  deciding: Deciding,
  recovered: Alert,
  storm: Alert,
  reading: Extract<Reading, { readonly kind: 'recovery' }>,
): Decision {
  const { facts } = reading
  const isClosedByHand = facts.kind === 'recovered' && facts.proof === 'operator'
  const member: StormMember = {
    key: recovered.key,
    controlId: recovered.labels.controlId ?? '',
    state: 'resolved',
    ...(isClosedByHand && { isClosedByHand }),
  }
  const members = withMember(storm, member)
  const left: Alert = { ...storm, members, ...heard(deciding, storm) }
  if (members.some(({ state }) => state === 'open')) return progress(recovered, left, storm)
  const over: Alert = { ...left, state: 'resolved', resolvedAt: left.lastAt }
  return {
    result: 'step',
    alerts: [recovered, over],
    steps: [stepTo('resolve', over, storm, reading.facts)],
  }
}

function progress(control: Alert, storm: Alert, before: Alert): Decision {
  return {
    result: 'step',
    alerts: [control, storm],
    steps: [stepTo('progress', storm, before, { kind: 'storm' })],
  }
}

function withMember({ members = [] }: Alert, member: StormMember): readonly StormMember[] {
  return members.some(({ key }) => key === member.key)
    ? members.map((known) => (known.key === member.key ? { ...member, controlId: known.controlId } : known))
    : [...members, member]
}
