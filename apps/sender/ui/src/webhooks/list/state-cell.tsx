import type { ReactNode } from 'react'
import type { Subscription } from '../../api/subscriptions.ts'
import { useDescribedNow } from '../../components/clock.ts'
import { formatDuration } from '../../components/format-time.ts'
import { isFailing } from '../../components/is-failing.ts'
import { StateBadge } from '../../components/state-badge.tsx'
import { strings } from '../../strings/index.ts'
import { deadlineOf } from './endangered.ts'
import styles from './subscription-table.module.css'

/** The state of a subscription, why it is not active, and what fails. */
export function StateCell({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const reason = explain(subscription)
  return (
    <div className={styles.lines}>
      <div>
        <StateBadge subscription={subscription} />
      </div>
      {reason !== undefined && <div className={styles.muted}>{reason}</div>}
      {isFailing(subscription) && <Deadline subscription={subscription} />}
    </div>
  )
}

function explain({ state, state_reason: reason, health }: Subscription): string | undefined {
  const { webhooks: texts } = strings
  if (state === 'active') {
    return health.consecutive_failures === 0 ? undefined : texts.failures(health.consecutive_failures)
  }
  if (reason === null) return undefined
  return Object.entries(texts.reasons).find(([code]) => code === reason)?.[1] ?? reason
}

function Deadline({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const text = useDescribedNow((nowMs) => describeDeadline(subscription, nowMs))
  return <div className={styles.muted}>{text}</div>
}

function describeDeadline(subscription: Subscription, nowMs: number): string {
  const deadline = deadlineOf(subscription, nowMs)
  if (deadline === undefined) return ''
  const { webhooks: texts } = strings
  return deadline.inMs > 0
    ? texts.disablesIn(formatDuration(deadline.inMs))
    : texts.disablesSoon(deadline.failures)
}
