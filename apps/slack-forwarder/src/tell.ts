import { describe, severities, type Settings, type Step } from '@complywise/forwarder'
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
  const description = describe(step, settings)
  const mentions = mentionsFor(step, target)
  const { action, alert } = step
  return {
    parent: toCard(description, { state: alert?.state, mentions: action === 'open' ? mentions : [] }),
    // The fields stand in the message above the thread; what has no message there is said whole.
    reply: toCard(repeatsParent.has(action) ? { ...description, fields: [], lines: [] } : description, {
      mentions: action === 'reopen' ? mentions : [],
    }),
  }
}

const repeatsParent: ReadonlySet<Step['action']> = new Set(['repeat', 'reopen', 'resolve'])

function mentionsFor({ alert }: Step, target: SlackTarget | undefined): readonly Mention[] {
  if (alert === undefined || target === undefined) return []
  const isBadEnough = severities.indexOf(alert.severity) <= severities.indexOf(target.mentionFrom)
  return isBadEnough ? target.mentions : []
}
