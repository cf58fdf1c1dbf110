import {
  type Alert,
  cleanText,
  describe,
  type Description,
  severities,
  type Severity,
  type Settings,
  type Step,
} from '@complywise/forwarder'
import type { SlackTarget } from './config.ts'
import { type Card, toCard } from './render/card.ts'
import type { Mention } from './render/mention.ts'

/** The cards of a step: what the alert's own message says from now on, and what is said in its thread. */
export interface Told {
  readonly parent: Card
  readonly reply: Card
}

/**
 * Pure: the words of a step as cards, with the mentions that it is bad enough for: when it opens or opens again, and when it
 * got worse.
 *
 * @param told how bad people were told that it is; default what it was before the step.
 */
export function tell(
  step: Step,
  target: SlackTarget | undefined,
  settings: Settings,
  told: Severity | undefined = step.before?.severity,
): Told {
  const description = withMembers(describe(step, settings), step)
  const mentions = mentionsFor(step, target)
  const { action, alert } = step
  const isWorse = mayGetWorse.has(action) && mentions.length > 0 && isWorseThan(alert?.severity, told)
  return {
    parent: toCard(parentOf(step, description, settings), {
      alert,
      mentions: action === 'open' ? mentions : [],
    }),
    reply: toCard(repeatsParent.has(action) ? shortened(description, isWorse) : description, {
      mentions: action === 'reopen' || isWorse ? mentions : [],
    }),
  }
}

const repeatsParent: ReadonlySet<Step['action']> = new Set([
  'repeat',
  'reopen',
  'progress',
  'resolve',
  'late',
])
const mayGetWorse: ReadonlySet<Step['action']> = new Set(['repeat', 'progress'])

/** A score that changed within its band is news in the thread, and the message says what it is now. */
function parentOf(step: Step, description: Description, settings: Settings): Description {
  return step.action === 'note' && step.facts.kind === 'score_changed'
    ? describe({ ...step, action: 'repeat' }, settings)
    : description
}

/** Without what stands in the message above the thread, except what somebody is notified for. */
function shortened({ headline, tone, summary, fields, hints }: Description, isWorse: boolean): Description {
  const reasons = isWorse ? fields.filter(({ label }) => label === 'Severity') : []
  return { headline, tone, summary, fields: reasons, lines: [], hints }
}

function isWorseThan(severity: Severity | undefined, told: Severity | undefined): boolean {
  if (severity === undefined || told === undefined) return false
  return severities.indexOf(severity) < severities.indexOf(told)
}

/** A storm's controls as a text, where a list of them would fill the screen. */
function withMembers(description: Description, { alert }: Step): Description {
  const members = alert?.members ?? []
  if (members.length <= longestList) return description
  const idsOf = (state: Alert['state']): readonly string[] =>
    members.filter((member) => member.state === state).map(({ controlId }) => cleanText(controlId, 100))
  return {
    ...description,
    lines: [
      ...inOneLine('Failing', idsOf('open')),
      ...(alert?.state === 'open' ? inOneLine('Recovered', idsOf('resolved')) : idsLine(idsOf('resolved'))),
    ],
  }
}

const longestList = 12
/** About ten lines on a screen. */
const longestLine = 900

function inOneLine(label: string, ids: readonly string[]): readonly string[] {
  return idsLine(ids).map((line) => `${label}: ${line}`)
}

/** `CC1.1, CC1.2 and 87 more`. */
function idsLine(ids: readonly string[]): readonly string[] {
  let length = 0
  const shown = ids.filter((id) => {
    length += id.length + 2
    return length <= longestLine
  })
  if (ids.length === 0) return []
  const leftOut = ids.length - shown.length
  return [`${shown.join(', ')}${leftOut === 0 ? '' : ` and ${leftOut} more`}`]
}

function mentionsFor({ alert }: Step, target: SlackTarget | undefined): readonly Mention[] {
  if (alert === undefined || target === undefined) return []
  const isBadEnough = severities.indexOf(alert.severity) <= severities.indexOf(target.mentionFrom)
  return isBadEnough ? target.mentions : []
}
