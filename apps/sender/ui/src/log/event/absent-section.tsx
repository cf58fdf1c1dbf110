import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client.ts'
import { subscriptionsQuery } from '../../api/subscriptions.ts'
import { ApiText } from '../../components/api-text.tsx'
import { Section } from '../../components/section.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import styles from './event-table.module.css'

/** The subscriptions that have no delivery of an event, and why. */
export function AbsentSection({ event }: { readonly event: Schemas['EventDetail'] }): ReactNode {
  const { absent: texts } = strings.delivery.event
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery)
  const { not_delivered: absent, deliveries } = event
  if (absent.length === 0) {
    return (
      <Section title={texts.heading}>
        <p>{deliveries.length === 0 ? strings.delivery.event.deliveries.noSubscription : texts.none}</p>
      </Section>
    )
  }
  const urls = new Map(subscriptions.map(({ id, url }) => [id, url]))
  return (
    // Where the link from the facts leads.
    <div id="not-delivered" className={styles.anchor} tabIndex={-1}>
      <Section title={texts.heading} description={texts.description}>
        <table role="table" className={styles.table} aria-label={texts.heading}>
          <thead role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader">
                {texts.columns.subscription}
              </th>
              <th scope="col" role="columnheader">
                {texts.columns.patterns}
              </th>
              <th scope="col" role="columnheader">
                {texts.columns.why}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {absent.map(({ subscription_id: id, events, detail }) => (
              <tr key={id} role="row">
                <td role="cell">
                  <Link to="/settings/integrations/webhooks/$subscriptionId" params={{ subscriptionId: id }}>
                    <code>{id}</code>
                  </Link>
                  {/* Holds its line while the subscriptions are loaded. */}
                  <span className={styles.url}>
                    <VisibleText text={urls.get(id) ?? '\u00A0'} />
                  </span>
                </td>
                <td role="cell" data-label={texts.columns.patterns}>
                  <code>{events.join(', ')}</code>
                </td>
                <td role="cell" data-label={texts.columns.why}>
                  <ApiText text={detail} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.note}>{texts.change}</p>
      </Section>
    </div>
  )
}
