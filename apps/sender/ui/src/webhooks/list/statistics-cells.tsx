import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { formatDuration } from '../../components/format-time.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { StatusBadge } from '../../components/state-badge.tsx'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { formatCountOf, formatSuccessRate } from './success-rate.ts'
import styles from './subscription-table.module.css'

interface CellProps {
  /** `undefined` until they are there, `null` when they cannot be had. */
  readonly statistics: SubscriptionStatistics | undefined | null
}

/** The success rate of the last day, with a bar for each hour. */
export function AttemptsCell({ statistics }: CellProps): ReactNode {
  if (!statistics) return <Absent isWaiting={statistics === undefined} />
  const { attempts, hours } = statistics
  const { webhooks: texts } = strings
  const rate = formatSuccessRate(attempts)
  const total = attempts.succeeded + attempts.failed
  return (
    <div className={styles.attempts}>
      <Sparkline bars={hours} label={rate === undefined ? texts.noAttemptsInDay : texts.rate(rate, total)} />
      <div className={styles.lines} aria-hidden="true">
        <span className={styles.number}>{rate ?? texts.noAttempts}</span>
        {rate !== undefined && <span className={styles.muted}>{texts.ofAttempts(total)}</span>}
      </div>
    </div>
  )
}

/** The median and the 95th percentile of the last day's answers. */
export function LatencyCell({ statistics }: CellProps): ReactNode {
  if (!statistics) return <Absent isWaiting={statistics === undefined} />
  const { latency_ms: latency } = statistics
  if (latency === null) return <span className={styles.muted}>{strings.none}</span>
  const { p50, p95, explained } = strings.webhooks.latency
  const half = formatDuration(latency.p50)
  const most = formatDuration(latency.p95)
  return (
    <div className={styles.latency} title={explained(half, most)}>
      <span>
        <span className={styles.muted}>{p50}</span> {half}
      </span>
      <span>
        <span className={styles.muted}>{p95}</span> {most}
      </span>
    </div>
  )
}

/** What became of the newest delivery, and when it was. */
export function LastDeliveryCell({ statistics, name }: CellProps & { readonly name: string }): ReactNode {
  if (!statistics) return <Absent isWaiting={statistics === undefined} />
  const { last_delivery: delivery } = statistics
  const { webhooks: texts } = strings
  if (delivery === null) return <span className={styles.muted}>{texts.noDelivery}</span>
  const { id, event, created_at: createdAt } = delivery
  return (
    <div className={styles.lines}>
      <Link
        to="/settings/webhooks/delivery-log/$deliveryId"
        params={{ deliveryId: id }}
        className={styles.badgeLink}
        title={event}
      >
        <span className="visually-hidden">{texts.lastDeliveryOf(event, name)} </span>
        <StatusBadge delivery={delivery} />
      </Link>
      <span className={styles.muted}>
        <Time at={createdAt} format="relative" />
      </span>
    </div>
  )
}

/** What is pending, or held while the subscription is not active; leads to it in the Delivery Log. */
export function BacklogCell({
  subscription: { id, state, backlog },
  statistics,
  name,
}: CellProps & { readonly subscription: Subscription; readonly name: string }): ReactNode {
  const count = backlog ?? statistics?.pending
  if (count === undefined) return <Absent isWaiting={statistics === undefined} />
  const { webhooks: texts } = strings
  if (count.count === 0) return <span className={styles.muted}>{texts.nothingPending}</span>
  const text = (state === 'active' ? texts.pending : texts.held)(formatCountOf(count))
  return (
    <Link
      to="/settings/webhooks/delivery-log"
      search={{ subscription: id, status: 'pending' }}
      className={styles.number}
      aria-label={texts.backlogOf(text, name)}
    >
      {text}
    </Link>
  )
}

function Absent({ isWaiting }: { readonly isWaiting: boolean }): ReactNode {
  return isWaiting ? (
    <span className={styles.waiting} />
  ) : (
    <span className={styles.muted}>{strings.none}</span>
  )
}
