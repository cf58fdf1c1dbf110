import type { Schemas } from '../../api/client.ts'
import type { Subscription } from '../../api/subscriptions.ts'

/** What brought a subscription into its state. */
export type Transition = Schemas['Transition']

/** The state as it is shown: an active one whose owner is warned is degraded. */
export function shownState({
  state,
  health,
}: Pick<Subscription, 'state' | 'health'>): Subscription['state'] | 'degraded' {
  return state === 'active' && health.degraded_at !== null ? 'degraded' : state
}

/**
 * The transition that brought a subscription into the state that it is in.
 *
 * @param transitions newest first, as they are answered.
 * @returns `undefined` where none is known: it was created so, or the history was not loaded.
 */
export function transitionIntoState(
  subscription: Pick<Subscription, 'state' | 'health'>,
  transitions: readonly Transition[],
): Transition | undefined {
  const [newest] = transitions
  return newest?.to === shownState(subscription) ? newest : undefined
}
