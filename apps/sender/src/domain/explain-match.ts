/** What publishing an event means for a subscription: an attempt at once, a delivery that is kept for later, or nothing. */
export const matchDecisions = ['attempt', 'hold', 'no_match'] as const

/** One of {@link matchDecisions}. */
export type MatchDecision = (typeof matchDecisions)[number]

/** Says what publishing an event would mean for a subscription. */
export function explainMatch(subscription: {
  readonly state: 'active' | 'paused' | 'disabled'
  /** The pattern that matches; `null` for none. */
  readonly matchedBy: string | null
}): { readonly decision: MatchDecision; readonly detail: string } {
  const { state, matchedBy } = subscription
  if (matchedBy === null) return { decision: 'no_match', detail: 'None of its patterns matches.' }
  if (state === 'active') return { decision: 'attempt', detail: `It matches by ${matchedBy}.` }
  const next = state === 'paused' ? 'resumed' : 'enabled'
  return {
    decision: 'hold',
    detail: `It matches by ${matchedBy}. The subscription is ${state}: the delivery is kept until it is ${next}.`,
  }
}
