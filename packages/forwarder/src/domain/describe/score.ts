import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { changeWords, percentWords } from '../words.ts'
import { field, openFields, scoreName } from './alert-fields.ts'
import { textIn } from './event-data.ts'

type ScoreChanged = Extract<Facts, { readonly kind: 'score_changed' }>

/** A score that changed: into another band, or within one. */
export function describeScore(step: Step, facts: ScoreChanged, settings: Settings): Description {
  const { alert } = step
  const { framework, previousScore, newScore, band } = facts
  const isAlert = alert !== undefined && step.action !== 'note'
  const name = scoreName(facts)
  return {
    headline: headlineOf(name, facts, isAlert, settings),
    tone: toneOf(facts, isAlert),
    summary: summarize(name, facts, settings),
    fields: [
      ...field('Framework', framework),
      ...field(
        isAlert ? 'Score when told' : 'Score',
        newScore === undefined ? undefined : percentWords(newScore),
      ),
      ...field('Before', previousScore === undefined ? undefined : percentWords(previousScore)),
      ...field('Target', band === 'ok' ? undefined : `at least ${percentWords(lineOf(band, settings))}`),
      ...field(
        'Recovers at',
        band === 'ok' ? undefined : percentWords(settings.score.warnBelow + settings.score.hysteresis),
      ),
      ...(isAlert ? openFields({ ...alert, count: 1 }) : []),
      ...field('Scan job', textIn(step.event, 'scan_job_id')),
    ],
    lines: [],
    hints:
      newScore === undefined
        ? ['The event did not say what the score is now, so it raised and ended no alert.']
        : [],
    ...linkTo('score', 'Open the score', { framework }, settings),
  }
}

function headlineOf(name: string, facts: ScoreChanged, isAlert: boolean, settings: Settings): string {
  const { newScore, previousScore, band } = facts
  if (newScore === undefined) return `${name} changed`
  const at = `${arrowOf(facts)}${percentWords(newScore)}`
  if (!isAlert || band === 'ok') return `${name} ${at}`
  const line = lineOf(band, settings)
  if (newScore >= line) return `${name} not yet clear of ${percentWords(line)}: ${at}`
  // It may be above its line again, by less than the hysteresis, while this is still read.
  const verb = previousScore !== undefined && previousScore >= line ? 'fell' : 'was'
  return `${name} ${verb} below ${percentWords(line)}: ${at}`
}

function summarize(name: string, facts: ScoreChanged, settings: Settings): string {
  const { previousScore, newScore, band, previousBand, isDrop } = facts
  if (newScore === undefined) return `${name} changed.`
  const change =
    previousScore === undefined
      ? `${name} is ${percentWords(newScore)}.`
      : `${name} went from ${percentWords(previousScore)} to ${percentWords(newScore)} (${changeWords(newScore - previousScore)}).`
  if (band === previousBand && isDrop)
    return `${change} That is a drop of at least ${settings.score.drop} points.`
  if (band === previousBand || band === 'ok') return change
  if (band === 'critical') return `${change} It is in the critical band now.`
  return previousBand === 'critical'
    ? `${change} It is out of the critical band, but still below target.`
    : `${change} It is below target now.`
}

function toneOf({ band, isDrop }: ScoreChanged, isAlert: boolean): Description['tone'] {
  if (!isAlert) return isDrop ? 'warning' : 'info'
  return band === 'critical' ? 'failing' : 'warning'
}

function arrowOf({ previousScore, newScore }: ScoreChanged): string {
  if (previousScore === undefined || newScore === undefined || previousScore === newScore) return ''
  return newScore > previousScore ? '▲ ' : '▼ '
}

function lineOf(band: ScoreChanged['band'], { score }: Settings): number {
  return band === 'critical' ? score.criticalBelow : score.warnBelow
}
