import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { countWords, durationWords, instantWords } from '../words.ts'
import { controlWords, field, integrationName, openFields } from './alert-fields.ts'
import { withFullStop } from './scan-failed.ts'

type Disconnected = Extract<Facts, { readonly kind: 'integration_disconnected' }>

/** An integration that lost its connection. Nothing tells when it is back, so that is said too. */
export function describeIntegration(step: Step, facts: Disconnected, settings: Settings): Description {
  const { alert } = step
  const { code, message, lastConnectedAt, affectedControls = [] } = facts
  const labels = alert?.labels ?? {}
  const name = integrationName(labels)
  const affected = facts.affectedCount ?? affectedControls.length
  const cause = message ?? code
  const still = step.action === 'repeat' ? ' still' : ''
  return {
    headline: `${name}${still} disconnected`,
    tone: 'warning',
    summary: [
      `The integration ${name} lost its connection${cause === undefined ? '.' : `: ${withFullStop(cause)}`}`,
      ...(affected > 0
        ? [
            `${countWords(affected, 'control')} ${affected === 1 ? 'is' : 'are'} not monitored until it is connected again.`,
          ]
        : []),
    ].join(' '),
    fields: [
      ...field('Integration', name),
      ...field('Provider', labels.provider),
      ...field('Cause', code),
      ...field('Last connected', lastConnectedAt && instantWords(lastConnectedAt)),
      ...(alert === undefined ? [] : openFields(alert)),
    ],
    lines: affectedControls.map(controlWords),
    hints: [howItEnds(step, settings)],
    ...linkTo('integration', `Open ${name}`, { integration_id: labels.integrationId }, settings),
  }
}

function howItEnds({ alert }: Step, { recovery }: Settings): string {
  const { integrationEvidenceOfLife, integrationTtlMs } = recovery
  if (alert === undefined) return 'ComplyWise sends no event when it is connected again.'
  const ways = [
    ...(integrationEvidenceOfLife ? ['a later event names it'] : []),
    ...(integrationTtlMs === undefined
      ? []
      : [`nothing is heard of it for ${durationWords(integrationTtlMs)}`]),
  ]
  return `ComplyWise sends no event when it is connected again: this stays open until ${[...ways, `somebody runs: resolve "${alert.key}"`].join(', or ')}.`
}
