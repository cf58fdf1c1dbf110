import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { SubscriptionStatistics } from '../../api/subscriptions.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { formatCount } from '../../components/format-count.ts'
import { formatDuration } from '../../components/format-time.ts'
import { Skeleton } from '../../components/skeleton.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { StatusBadge } from '../../components/state-badge.tsx'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { formatCountOf, formatSuccessRate } from '../list/success-rate.ts'
import type { HealthSectionProps } from './health-section.tsx'
import styles from './health-section.module.css'

/** The figures of a subscription: of the last day, and of this moment. */
export function HealthFigures({ subscription, statistics }: HealthSectionProps): ReactNode {
  const [ofDay] = statistics.data ?? []
  return (
    <>
      {statistics.isError && ofDay === undefined && (
        <ErrorState error={statistics.error} onRetry={() => void statistics.refetch()} />
      )}
      <dl className={styles.figures}>
        <SuccessRate ofDay={ofDay} isFailed={statistics.isError} />
        <Latency ofDay={ofDay} isFailed={statistics.isError} />
        <FailuresInRow subscription={subscription} />
        <Waiting subscription={subscription} ofDay={ofDay} isFailed={statistics.isError} />
        <LastDelivery ofDay={ofDay} isFailed={statistics.isError} />
      </dl>
    </>
  )
}

interface OfDay {
  /** Of the last day; `undefined` until it is known. */
  readonly ofDay: SubscriptionStatistics | undefined
  readonly isFailed: boolean
}

function SuccessRate({ ofDay, isFailed }: OfDay): ReactNode {
  const { health } = strings.subscription
  const rate = ofDay && formatSuccessRate(ofDay.attempts)
  const { succeeded, failed } = ofDay?.attempts ?? { succeeded: 0, failed: 0 }
  return (
    <div className={styles.figure}>
      <dt>{health.successRate}</dt>
      <dd>{ofDay === undefined ? <Missing isFailed={isFailed} /> : (rate ?? health.noAttempts)}</dd>
      {ofDay !== undefined && rate !== undefined && (
        <dd>
          {health.ofAttempts(succeeded, succeeded + failed)}
          <Sparkline bars={ofDay.hours} label={health.sparkline(rate)} />
        </dd>
      )}
    </div>
  )
}

function Latency({ ofDay, isFailed }: OfDay): ReactNode {
  const { health } = strings.subscription
  const latency = ofDay?.latency_ms
  return (
    <div className={styles.figure}>
      <dt>{health.latency}</dt>
      <dd>
        {ofDay === undefined ? (
          <Missing isFailed={isFailed} />
        ) : latency ? (
          formatDuration(latency.p50)
        ) : (
          health.noLatency
        )}
      </dd>
      {latency && (
        <dd>
          {health.median}; {health.p95(formatDuration(latency.p95))}
        </dd>
      )}
    </div>
  )
}

function FailuresInRow({ subscription }: Pick<HealthSectionProps, 'subscription'>): ReactNode {
  const { health: texts } = strings.subscription
  const { consecutive_failures: count, failing_since: since } = subscription.health
  return (
    <div className={styles.figure}>
      <dt>{texts.failuresInRow}</dt>
      <dd>{formatCount(count)}</dd>
      <dd>
        {since === null ? (
          texts.noFailures
        ) : (
          <Words text={texts.failingSince} values={{ at: <Time at={since} format="relative" /> }} />
        )}
      </dd>
    </div>
  )
}

function Waiting({
  subscription,
  ofDay,
  isFailed,
}: OfDay & Pick<HealthSectionProps, 'subscription'>): ReactNode {
  const { health } = strings.subscription
  const owed = subscription.backlog ?? ofDay?.pending
  return (
    <div className={styles.figure}>
      <dt>{health.waiting}</dt>
      <dd>{owed === undefined ? <Missing isFailed={isFailed} /> : formatCountOf(owed)}</dd>
      <dd>
        {owed !== undefined && owed.count === 0 ? (
          health.nothingWaits
        ) : (
          <Link
            to="/settings/webhooks/delivery-log"
            search={{ subscription: subscription.id, status: 'pending' }}
          >
            {health.seeWaiting}
          </Link>
        )}
      </dd>
    </div>
  )
}

function LastDelivery({ ofDay, isFailed }: OfDay): ReactNode {
  const { health } = strings.subscription
  const last = ofDay?.last_delivery
  if (!last) {
    return (
      <div className={styles.figure}>
        <dt>{health.lastDelivery}</dt>
        <dd>{ofDay === undefined ? <Missing isFailed={isFailed} /> : health.noDelivery}</dd>
      </div>
    )
  }
  const { id, event, created_at: createdAt } = last
  return (
    <div className={styles.figure}>
      <dt>{health.lastDelivery}</dt>
      <dd>
        <Time at={createdAt} format="relative" />
      </dd>
      <dd>
        <StatusBadge delivery={last} />{' '}
        <Link to="/settings/webhooks/delivery-log/$deliveryId" params={{ deliveryId: id }}>
          <code>{event}</code>
        </Link>
      </dd>
    </div>
  )
}

function Missing({ isFailed }: Pick<OfDay, 'isFailed'>): ReactNode {
  return isFailed ? strings.none : <Skeleton lines={1} height={24} />
}
