import type { ReactNode } from 'react'
import type { Schemas } from '../api/client.ts'
import { strings } from '../strings/index.ts'
import { Badge, type Tone } from './badge.tsx'
import { isFailing } from './is-failing.ts'

type Subscription = Pick<Schemas['Subscription'], 'state' | 'health'>

/** The state of a subscription: active, failing, paused or disabled. */
export function StateBadge({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const tone = stateTones[isFailing(subscription) ? 'failing' : subscription.state]
  return <Badge tone={tone}>{stateName(subscription)}</Badge>
}

/** The words of {@link StateBadge} as text. */
export function stateName(subscription: Subscription): string {
  return strings.states[isFailing(subscription) ? 'failing' : subscription.state]
}

type StatedDelivery = Pick<Schemas['Delivery'], 'status' | 'last_outcome'>

/** The status of a delivery; the color of a pending one warns once an attempt has failed. */
export function StatusBadge({ delivery }: { readonly delivery: StatedDelivery }): ReactNode {
  const { status, last_outcome: lastOutcome } = delivery
  const hasFailed = status === 'pending' && lastOutcome !== null
  return <Badge tone={hasFailed ? 'warning' : statusTones[status]}>{strings.statuses[status]}</Badge>
}

const stateTones: Readonly<Record<keyof typeof strings.states, Tone>> = {
  active: 'success',
  failing: 'warning',
  paused: 'neutral',
  disabled: 'danger',
}

const statusTones: Readonly<Record<keyof typeof strings.statuses, Tone>> = {
  pending: 'accent',
  succeeded: 'success',
  failed: 'danger',
  canceled: 'neutral',
}
