import type { Settings } from '../../config/settings.ts'
import type { StormMember } from '../alert.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import type { AlertKind, Labels } from '../subject.ts'
import { countWords, instantWords, percentWords, timeBetween } from '../words.ts'
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

/**
 * A condition that is over, how long it lasted, and how that is known. What a person has closed, or the clock, is not said to
 * have recovered: nothing shows that.
 */
export function describeRecovery(step: Step, facts: Recovered, settings: Settings): Description {
  const { alert } = step
  const kind = alert?.kind ?? 'control'
  const labels = alert?.labels ?? {}
  const ending = endings(kind, labels, alert?.members ?? [], facts)
  const lasted = alert && timeBetween(alert.openedAt, alert.resolvedAt ?? alert.lastAt)
  return {
    headline: ending.headline,
    tone: ending.isProven ? 'recovered' : 'info',
    summary:
      `${ending.summary}${lasted === undefined ? '' : ` after ${lasted}`}. ${proofOf(kind, facts)}`.trim(),
    fields: [
      ...(kind === 'control' ? field('Control', controlName(labels)) : []),
      ...field('Framework', labels.framework),
      ...field('Status', facts.newStatus),
      ...field('Score', facts.score === undefined ? undefined : percentWords(facts.score)),
      ...(alert === undefined ? [] : resolvedFields(alert)),
      ...field('Closed by', facts.by),
    ],
    lines: memberLines(alert),
    hints: [],
    ...link(kind, labels, settings),
  }
}

interface Ending {
  readonly headline: string
  readonly summary: string
  readonly isProven: boolean
}

function endings(
  kind: AlertKind,
  labels: Labels,
  members: readonly StormMember[],
  { proof, by }: Recovered,
): Ending {
  const name = names[kind](labels)
  if (proof === 'expired') {
    const headline = `Closed, not confirmed: ${name}`
    return { headline, summary: `${name}: closed without a proof`, isProven: false }
  }
  const byHand = by ? `closed by hand by ${by}` : 'closed by hand'
  if (kind !== 'storm' && proof === 'operator') {
    const headline =
      kind === 'control' ? `${controlName(labels)} ${byHand}${inFramework(labels)}` : `${name} ${byHand}`
    return { headline, summary: `${name}: ${byHand}`, isProven: false }
  }
  const closed = members.filter(({ isClosedByHand }) => isClosedByHand === true).length
  if (kind === 'storm' && (closed > 0 || proof === 'operator')) {
    const count = closed > 0 ? `${closed} of ${members.length}` : 'the last one'
    const headline = `No control open any more, ${count} closed by hand${inFramework(labels)}`
    const summary = `${name}: ${count} closed by hand, and none is open`
    return { headline, summary, isProven: false }
  }
  return { headline: headlines[kind](labels), summary: summaries[kind](labels), isProven: true }
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

function proofOf(kind: AlertKind, { proof, newStatus, score, scan, by }: Recovered): string {
  const it = kind === 'storm' ? 'the last one' : 'it'
  switch (proof) {
    case 'status':
      return newStatus
        ? `Proof: ComplyWise reports ${it} as ${newStatus}.`
        : `Proof: ComplyWise reports that ${it} passes.`
    case 'clean_scan':
      return `Proof: ${scan === undefined ? 'a scan within scope found no control that fails' : scanWords(scan)}.`
    case 'score':
      return score === undefined ? '' : `It is at ${percentWords(score)}.`
    case 'evidence_of_life':
      return 'Proof: a later event names it.'
    case 'operator':
      return kind === 'storm' && by
        ? `The last one was closed by ${by}. Nothing shows that what was closed by hand has recovered.`
        : 'Nothing shows that it has recovered.'
    case 'expired':
      return 'Nothing was heard of it for the configured time.'
    default:
      return ''
  }
}

/** Exactly what is known: scans do not say which controls they evaluated. */
function scanWords({ at, total, scansBefore }: NonNullable<Recovered['scan']>): string {
  const result = `the scan of ${instantWords(at)} evaluated ${countWords(total, 'control')} and none failed`
  if (scansBefore === undefined) return result
  if (scansBefore === 0) return `${result}; no scan before it is known`
  return `${result}; ${scansBefore === 1 ? 'the scan' : `the ${scansBefore} scans`} before it evaluated no more`
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
