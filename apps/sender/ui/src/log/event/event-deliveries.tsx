import { Link } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import type { Delivery } from '../../api/deliveries.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Section } from '../../components/section.tsx'
import { StatusBadge } from '../../components/state-badge.tsx'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { WhyCell } from './why-cell.tsx'
import styles from './event-table.module.css'

// Why is looked up for each.
const PAGE = 20
const MAX_LISTED = 1000

/** The deliveries of an event, newest first, each with why it is where it is. */
export function EventDeliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }): ReactNode {
  const { deliveries: texts } = strings.delivery.event
  const [shown, setShown] = useState(PAGE)
  const table = useRef<HTMLTableElement>(null)
  const left = deliveries.length - shown

  function showMore(): void {
    // The button that was pressed goes away with the last of them.
    if (left <= PAGE) table.current?.focus({ preventScroll: true })
    setShown(shown + PAGE)
  }

  return (
    <Section title={texts.heading} description={texts.description}>
      {deliveries.length === 0 ? (
        <p>{texts.none}</p>
      ) : (
        <table ref={table} role="table" className={styles.table} aria-label={texts.heading} tabIndex={-1}>
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader" className={styles.narrow}>
                {texts.columns.status}
              </th>
              <th scope="col" role="columnheader">
                {texts.columns.subscription}
              </th>
              <th scope="col" role="columnheader">
                {texts.columns.why}
              </th>
              <th scope="col" role="columnheader" className={styles.time}>
                {texts.columns.created}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {deliveries.slice(0, shown).map((delivery) => (
              <Row key={delivery.id} delivery={delivery} />
            ))}
          </tbody>
        </table>
      )}
      {left > 0 && (
        <div>
          <Button onClick={showMore}>{texts.more(Math.min(left, PAGE))}</Button>
        </div>
      )}
      {deliveries.length >= MAX_LISTED && <p className={styles.note}>{texts.capped}</p>}
    </Section>
  )
}

function Row({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { deliveries: texts } = strings.delivery.event
  const { id, url, is_test: isTest, redelivery_of: original, created_at: createdAt } = delivery
  return (
    <tr role="row">
      <td role="cell" className={styles.narrow}>
        <Link
          to="/settings/webhooks/delivery-log/$deliveryId"
          params={{ deliveryId: id }}
          aria-label={texts.open(strings.statuses[delivery.status], url.slice(0, MAX_NAME))}
          className={styles.status}
        >
          <StatusBadge delivery={delivery} />
        </Link>
      </td>
      <td role="cell" data-label={texts.columns.subscription}>
        <span className={styles.url}>
          <VisibleText text={url} />
        </span>
        {isTest && <Badge tone="neutral">{texts.test}</Badge>}
        {original !== null && <Badge tone="neutral">{texts.redelivery}</Badge>}
      </td>
      <td role="cell" data-label={texts.columns.why}>
        <WhyCell delivery={delivery} />
      </td>
      <td role="cell" className={styles.time} data-label={texts.columns.created}>
        <Time at={createdAt} />
      </td>
    </tr>
  )
}

const MAX_NAME = 200
