import type { StateRequest } from '../../api/subscription-changes.ts'
import type { Subscription } from '../../api/subscriptions.ts'

/** What leads on from each state. */
export const stateRequests: Readonly<Record<Subscription['state'], StateRequest>> = {
  active: 'pause',
  paused: 'resume',
  disabled: 'enable',
}
