import { Link } from '@tanstack/react-router'
import { memo, type ReactNode } from 'react'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { EndpointText } from '../endpoint-text.tsx'
import { EventChips } from '../event-chips.tsx'
import { subscriptionName } from '../subscription-name.ts'
import { StateCell } from './state-cell.tsx'
import { AttemptsCell, BacklogCell, LastDeliveryCell, LatencyCell } from './statistics-cells.tsx'
import styles from './subscription-table.module.css'

/** What a {@link SubscriptionRow} shows. */
export interface SubscriptionRowProps {
  readonly subscription: Subscription
  /** `undefined` until they are there, `null` when they cannot be had. */
  readonly statistics: SubscriptionStatistics | undefined | null
}

const MAX_CHIPS = 3

/** A subscription in the table; drawn again only when something about it has changed. */
export const SubscriptionRow = memo(function SubscriptionRow(props: SubscriptionRowProps): ReactNode {
  const { subscription, statistics } = props
  const { columns } = strings.webhooks
  const name = subscriptionName(subscription)
  return (
    <tr role="row" className={styles.row}>
      <th role="rowheader" scope="row" className={styles.name}>
        <Link
          to="/settings/integrations/webhooks/$subscriptionId"
          params={{ subscriptionId: subscription.id }}
          className={styles.link}
        >
          <bdi>
            <VisibleText text={name} />
          </bdi>
        </Link>
        <div className={styles.endpoint}>
          <EndpointText url={subscription.url} />
        </div>
      </th>
      <Cell name={columns.state}>
        <StateCell subscription={subscription} />
      </Cell>
      <Cell name={columns.events}>
        <EventChips events={subscription.events} max={MAX_CHIPS} />
      </Cell>
      <Cell name={columns.attempts}>
        <AttemptsCell statistics={statistics} />
      </Cell>
      <Cell name={columns.latency}>
        <LatencyCell statistics={statistics} />
      </Cell>
      <Cell name={columns.lastDelivery}>
        <LastDeliveryCell statistics={statistics} name={name} />
      </Cell>
      <Cell name={columns.backlog}>
        <BacklogCell subscription={subscription} statistics={statistics} name={name} />
      </Cell>
    </tr>
  )
})

function Cell({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <td role="cell">
      {/* Seen where the columns' heads are not; read out by those. */}
      <div aria-hidden="true" className={styles.caption}>
        {name}
      </div>
      {children}
    </td>
  )
}
