import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import type { AlertKind, Labels } from '../subject.ts'
import { percentWords, timeBetween } from '../words.ts'
import {
  controlName,
  controlWords,
  field,
  inFramework,
  integrationName,
  resolvedFields,
  scoreName,
} from './alert-fields.ts'
import { memberLines } from './storm.ts'

type Recovered = Extract<Facts, { readonly kind: 'recovered' }>

/** A condition that is over, how long it lasted, and how that is known. */
export function describeRecovery(step: Step, facts: Recovered, settings: Settings): Description {
  const { alert } = step
  const kind = alert?.kind ?? 'control'
  const labels = alert?.labels ?? {}
  const isConfirmed = facts.proof !== 'expired'
  const lasted = alert && timeBetween(alert.openedAt, alert.resolvedAt ?? alert.lastAt)
  const headline = isConfirmed ? headlines[kind](labels) : `Closed, not confirmed: ${names[kind](labels)}`
  const summary = isConfirmed ? summaries[kind](labels) : `${names[kind](labels)}: closed without a proof`
  return {
    headline,
    tone: isConfirmed ? 'recovered' : 'info',
    summary:
      `${summary}${lasted === undefined ? '' : ` after ${lasted}`}. ${proofs[facts.proof](facts)}`.trim(),
    fields: [
      ...(kind === 'control' ? field('Control', controlName(labels)) : []),
      ...field('Framework', labels.framework),
      ...field('Status', facts.newStatus),
      ...field('Score', facts.score === undefined ? undefined : percentWords(facts.score)),
      ...(alert === undefined ? [] : resolvedFields(alert)),
      ...field('Resolved by', facts.by),
    ],
    lines: memberLines(alert),
    hints: [],
    ...link(kind, labels, settings),
  }
}

const names: Readonly<Record<AlertKind, (labels: Labels) => string>> = {
  control: controlWords,
  scan: () => 'The failed scans',
  score: scoreName,
  integration: integrationName,
  storm: ({ framework }) => (framework ? `The failing controls of ${framework}` : 'The failing controls'),
}

const headlines: Readonly<Record<AlertKind, (labels: Labels) => string>> = {
  control: (labels) => `${controlName(labels)} recovered${inFramework(labels)}`,
  scan: () => 'Scans complete again',
  score: (labels) => `${scoreName(labels)} recovered`,
  integration: (labels) => `${integrationName(labels)} is back`,
  storm: (labels) => `All controls recovered${inFramework(labels)}`,
}

const summaries: Readonly<Record<AlertKind, (labels: Labels) => string>> = {
  control: (labels) => `${controlWords(labels)} recovered`,
  scan: () => 'Scans complete again',
  score: (labels) => `${scoreName(labels)} recovered`,
  integration: (labels) => `${integrationName(labels)} works again`,
  storm: ({ framework }) =>
    `All controls${framework ? ` of ${framework}` : ''} that had failed at once recovered`,
}

const proofs: Readonly<Record<Recovered['proof'], (facts: Recovered) => string>> = {
  status: ({ newStatus }) =>
    newStatus ? `ComplyWise reports it as ${newStatus}.` : 'ComplyWise reports it.',
  clean_scan: () => 'Proof: a scan of all controls found none that fails.',
  scan_completed: () => '',
  score: ({ score }) => (score === undefined ? '' : `It is at ${percentWords(score)}.`),
  evidence_of_life: () => 'Proof: a later event names it.',
  operator: ({ by }) => (by ? `Resolved by hand by ${by}.` : 'Resolved by hand.'),
  expired: () => 'Nothing was heard of it for the configured time.',
}

function link(kind: AlertKind, labels: Labels, settings: Settings): Pick<Description, 'link'> {
  const { framework, controlId, integrationId } = labels
  if (kind === 'control') {
    return linkTo('control', `Open ${controlName(labels)}`, { framework, control_id: controlId }, settings)
  }
  if (kind === 'integration') {
    return linkTo('integration', 'Open the integration', { integration_id: integrationId }, settings)
  }
  return kind === 'score' ? linkTo('score', 'Open the score', { framework }, settings) : {}
}
