import type { Alert } from '../alert.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import type { Step } from '../step.ts'
import { instantWords, percentWords } from '../words.ts'
import { controlWords, field, inFramework, integrationName, scoreName } from './alert-fields.ts'
import { changeOfStatus } from './control-failed.ts'

/** An event that came after a newer one: what it says, and why nothing changes. */
export function describeLate(step: Step): Description {
  const { alert, event, facts } = step
  const at = instantWords(event.timestamp)
  const name = nameOf(alert)
  return {
    headline: `Late event: ${name}${alert?.kind === 'control' ? '' : inFramework(alert?.labels ?? {})}`,
    tone: 'info',
    summary: `At ${at}, ${wordsOf(step, facts, name)}. That arrived late and changes nothing${stateWords(alert)}.`,
    fields: [...field('Happened', at), ...field('Event', event.event_id)],
    lines: [],
    hints: [],
  }
}

function wordsOf(step: Step, facts: Facts, name: string): string {
  switch (facts.kind) {
    case 'control_failed':
      return changeOfStatus(step, facts)
    case 'recovered':
      return `${name} recovered`
    case 'scan_failed':
      return 'a scan failed'
    case 'score_changed':
      return facts.newScore === undefined ? `${name} changed` : `${name} was ${percentWords(facts.newScore)}`
    case 'integration_disconnected':
      return `${name} lost its connection`
    default:
      return `something happened to ${name}`
  }
}

function nameOf(alert: Alert | undefined): string {
  if (alert?.kind === 'control') return controlWords(alert.labels)
  if (alert?.kind === 'integration') return integrationName(alert.labels)
  if (alert?.kind === 'score') return scoreName(alert.labels)
  return alert?.kind === 'scan' ? 'scans' : 'controls'
}

function stateWords(alert: Alert | undefined): string {
  if (alert?.state === 'open') return `: open since ${instantWords(alert.openedAt)}`
  return alert?.resolvedAt === undefined ? '' : `: resolved at ${instantWords(alert.resolvedAt)}`
}
