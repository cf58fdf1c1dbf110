import {
  type Alert,
  cleanText,
  describe,
  type Description,
  severities,
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

/** Pure: the words of a step as cards, with the mentions that it is bad enough for. */
export function tell(step: Step, target: SlackTarget | undefined, settings: Settings): Told {
  const description = withMembers(describe(step, settings), step)
  const mentions = mentionsFor(step, target)
  const { action, alert } = step
  return {
    parent: toCard(description, { alert, mentions: action === 'open' ? mentions : [] }),
    reply: toCard(repeatsParent.has(action) ? shortened(description) : description, {
      mentions: action === 'reopen' ? mentions : [],
    }),
  }
}

const repeatsParent: ReadonlySet<Step['action']> = new Set(['repeat', 'reopen', 'resolve', 'late'])

/** Without what stands in the message above the thread. */
function shortened({ headline, tone, summary, hints }: Description): Description {
  return { headline, tone, summary, fields: [], lines: [], hints }
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
