import type { ReactNode } from 'react'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/format-count.ts'
import { strings } from '../../strings/index.ts'
import { SubscriptionRow } from './subscription-row.tsx'
import { useGrowing } from './use-growing.ts'
import styles from './subscription-table.module.css'

/** What a {@link SubscriptionTable} lists. */
export interface SubscriptionTableProps {
  readonly subscriptions: readonly Subscription[]
  /** By id; `undefined` until they are there, `null` when they cannot be had. */
  readonly statistics: Readonly<Record<string, SubscriptionStatistics>> | undefined | null
}

/** Subscriptions as a table, or as cards where there is no room for one. */
export function SubscriptionTable({ subscriptions, statistics }: SubscriptionTableProps): ReactNode {
  const { shownCount, grow, endRef } = useGrowing()
  const { columns, title, showMore } = strings.webhooks
  const leftCount = subscriptions.length - shownCount
  return (
    <div className={styles.frame}>
      {/* Written out, because some browsers forget what a table is when it is laid out as a grid. */}
      <table
        role="table"
        aria-label={title}
        aria-rowcount={subscriptions.length + 1}
        className={styles.table}
      >
        <thead role="rowgroup" className={styles.head}>
          <tr role="row" className={styles.row}>
            {Object.values(columns).map((column) => (
              <th key={column} role="columnheader" scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className={styles.body}>
          {subscriptions.slice(0, shownCount).map((subscription) => (
            <SubscriptionRow
              key={subscription.id}
              subscription={subscription}
              statistics={statistics === null ? null : statistics?.[subscription.id]}
            />
          ))}
        </tbody>
      </table>
      {leftCount > 0 && (
        <div ref={endRef} key={shownCount} className={styles.more}>
          <Button onClick={grow}>{showMore(formatCount(leftCount))}</Button>
        </div>
      )}
    </div>
  )
}
