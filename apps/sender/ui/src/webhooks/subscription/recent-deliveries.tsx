import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Delivery } from '../../api/deliveries.ts'
import { Badge } from '../../components/badge.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { Outcome } from '../../components/outcome.tsx'
import { Section } from '../../components/section.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { StatusBadge } from '../../components/state-badge.tsx'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { recentQuery, SHOWN } from './recent-query.ts'
import { REFETCH_MS } from './refetch.ts'
import styles from './recent-deliveries.module.css'

const ROW_HEIGHT = 40

/** The newest deliveries of a subscription, tests and redeliveries included. */
export function RecentDeliveries({ subscriptionId }: { readonly subscriptionId: string }): ReactNode {
  const { data, error, refetch } = useQuery({ ...recentQuery(subscriptionId), refetchInterval: REFETCH_MS })
  const { recent } = strings.subscription
  return (
    <Section
      title={recent.title}
      actions={
        <LinkButton to="/settings/webhooks/delivery-log" search={{ subscription: subscriptionId }}>
          {recent.all}
        </LinkButton>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Skeleton lines={SHOWN} height={ROW_HEIGHT - 8} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <EmptyState title={recent.empty}>{recent.emptyDetail}</EmptyState>
      ) : (
        <Table deliveries={data} />
      )}
    </Section>
  )
}

function Table({ deliveries }: { readonly deliveries: readonly Delivery[] }): ReactNode {
  const { recent } = strings.subscription
  return (
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={recent.table}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{recent.event}</th>
            <th scope="col">{recent.status}</th>
            <th scope="col">{recent.outcome}</th>
            <th scope="col" className={styles.number}>
              {recent.attempts}
            </th>
            <th scope="col">{recent.created}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <Row key={delivery.id} delivery={delivery} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { recent } = strings.subscription
  const { id, event, last_outcome: outcome, last_http_status: status } = delivery
  return (
    <tr>
      <th scope="row">
        <Link to="/settings/webhooks/delivery-log/$deliveryId" params={{ deliveryId: id }}>
          {event}
        </Link>{' '}
        {delivery.is_test && <Badge tone="neutral">{recent.test}</Badge>}
        {delivery.redelivery_of !== null && <Badge tone="neutral">{recent.redelivery}</Badge>}
      </th>
      <td>
        <StatusBadge delivery={delivery} />
      </td>
      <td>{outcome === null ? recent.notAttempted : <Outcome outcome={outcome} httpStatus={status} />}</td>
      <td className={styles.number}>{delivery.attempt_count}</td>
      <td>
        <Time at={delivery.created_at} />
      </td>
    </tr>
  )
}
