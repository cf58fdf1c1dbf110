import type { Settings } from '../../config/settings.ts'
import type { Alert } from '../alert.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { isBefore } from '../instant.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { changeWords, countWords, listWords, percentWords, sparkline, timeBetween } from '../words.ts'
import { controlWords, field, integrationName } from './alert-fields.ts'
import { textIn } from './event-data.ts'

type ScanCompleted = Extract<Facts, { readonly kind: 'scan_completed' }>

/** The result of a scan, what it changed, what is open, and what it does not prove. */
export function describeScanCompleted(step: Step, facts: ScanCompleted, settings: Settings): Description {
  const { scan, history } = facts
  const last = history.at(-1)
  const scanJobId = textIn(step.event, 'scan_job_id')
  const controls = openControls(step)
  return {
    headline: `Scan: ${scan.passed} of ${countWords(scan.total, 'control')} pass, ${percentWords(scan.score)}`,
    tone: scan.failed > 0 ? 'warning' : 'info',
    summary: summarize(facts),
    fields: [
      ...field('Passed', `${scan.passed} of ${scan.total}${change(scan.passed, last?.passed)}`),
      ...field('Failed', `${scan.failed}${change(scan.failed, last?.failed)}`),
      ...field('Score', `${percentWords(scan.score)}${change(scan.score, last?.score)}`),
      ...field(
        history.length > 0 ? `Last ${history.length + 1} scans` : '',
        history.length > 0 ? sparkline([...history, scan].map(({ score }) => score)) : undefined,
      ),
      ...field('Scan job', scanJobId),
    ],
    lines: controls.map((alert) => `${controlWords(alert.labels)}, open for ${openFor(alert, scan.at)}`),
    hints: hintsOf(step, facts, controls, settings),
    ...linkTo('scan', 'Open the scan', { scan_job_id: scanJobId }, settings),
  }
}

function summarize({ scan, history }: ScanCompleted): string {
  const result = `A scan evaluated ${countWords(scan.total, 'control')}: ${scan.passed} passed, ${scan.failed} failed.`
  const last = history.at(-1)
  if (last === undefined) return result
  const gained = scan.failed - last.failed
  if (gained === 0) return scan.failed === 0 ? result : `${result} As many failed in the scan before.`
  return `${result} ${Math.abs(gained)} ${gained > 0 ? 'more' : 'fewer'} failed than in the scan before.`
}

function hintsOf(
  { open }: Step,
  { scan, isPartial, largestTotal = 0, openCount }: ScanCompleted,
  controls: readonly Alert[],
  { recovery }: Settings,
): readonly string[] {
  const before = controls.filter(({ lastAt }) => isBefore(lastAt, scan.at)).length
  const recovered = before - scan.failed
  const isWhole = scan.total >= Math.max(largestTotal, before, 1) && !isPartial
  const partly = `At least ${recovered} of ${countWords(before, 'open control')} ${recovered === 1 ? 'has' : 'have'} recovered; ComplyWise does not say which.`
  const disabled = `All ${countWords(before, 'open control')} passed in this scan, but stay open: recovery.sweep_on_clean_scan is off.`
  const integrations = open.filter(({ kind }) => kind === 'integration')
  const names = listWords(integrations.map(({ labels }) => integrationName(labels)))
  return [
    ...(isPartial
      ? [
          openCount === undefined
            ? `Nothing failed, but a recent scan evaluated more controls${largestTotal > scan.total ? ` (${largestTotal})` : ''}: open controls stay open.`
            : `Nothing failed, but more controls are open (${openCount}) than it evaluated: they stay open.`,
        ]
      : []),
    ...(isWhole && scan.failed > 0 && recovered > 0 ? [partly] : []),
    ...(isWhole && scan.failed === 0 && before > 0 && !recovery.sweepOnCleanScan ? [disabled] : []),
    ...(integrations.length > 0
      ? [
          `${countWords(integrations.length, 'integration')} ${integrations.length === 1 ? 'is' : 'are'} disconnected (${names}): the result may be incomplete.`,
        ]
      : []),
  ]
}

function openControls({ open }: Step): readonly Alert[] {
  return open.filter(({ kind }) => kind === 'control')
}

function openFor({ openedAt }: Alert, at: string): string {
  return timeBetween(openedAt, at)
}

function change(now: number, last: number | undefined): string {
  return last === undefined || now === last ? '' : ` (${changeWords(now - last)})`
}
