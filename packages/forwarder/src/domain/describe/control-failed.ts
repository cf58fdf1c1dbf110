import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { ordinalWords, timeBetween } from '../words.ts'
import { controlName, controlWords, field, inFramework, openFields } from './alert-fields.ts'

type ControlFailed = Extract<Facts, { readonly kind: 'control_failed' }>

/** A control that fails: for the first time, still, or again. */
export function describeControlFailed(step: Step, facts: ControlFailed, settings: Settings): Description {
  const { alert } = step
  const labels = alert?.labels ?? {}
  const { framework, controlId } = labels
  return {
    headline: `${controlName(labels)} ${verb[step.action] ?? 'failing'}${inFramework(labels)}`,
    tone: 'failing',
    summary: summarize(step, facts),
    fields: [
      ...field('Control', controlName(labels)),
      ...field('Framework', framework),
      ...field('Status', `${facts.previousStatus} → ${facts.newStatus}`),
      ...(alert === undefined ? [] : openFields(alert)),
    ],
    lines: [],
    hints: facts.isUnknownStatus
      ? [
          `The status “${facts.newStatus}” is in neither list of the configuration (statuses); it was taken for failing.`,
        ]
      : [],
    ...linkTo('control', `Open ${controlName(labels)}`, { framework, control_id: controlId }, settings),
  }
}

/** `CC6.1 of SOC 2 went from passed to failed`, without a full stop. */
export function changeOfStatus({ alert }: Step, { previousStatus, newStatus }: ControlFailed): string {
  return `${controlWords(alert?.labels ?? {})} went from ${previousStatus} to ${newStatus}`
}

const verb: { readonly [Action in Step['action']]?: string } = {
  repeat: 'still failing',
  reopen: 'failing again',
}

function summarize(step: Step, facts: ControlFailed): string {
  const { alert, before, action } = step
  const change = changeOfStatus(step, facts)
  if (alert !== undefined && action === 'repeat') {
    const open = timeBetween(alert.openedAt, alert.lastAt)
    return `${change}; reported for the ${ordinalWords(alert.count)} time in ${open}.`
  }
  if (alert !== undefined && before?.resolvedAt !== undefined && before.count > 0) {
    return `${change}, ${timeBetween(before.resolvedAt, alert.openedAt)} after it had recovered.`
  }
  return `${change}.`
}
