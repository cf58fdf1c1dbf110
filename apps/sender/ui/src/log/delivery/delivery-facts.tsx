import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type DeliveryDetail, redeliveriesQuery } from '../../api/deliveries.ts'
import { type Fact, Facts } from '../../components/facts.tsx'
import { Section } from '../../components/section.tsx'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { DeliveryLink } from './delivery-link.tsx'
import styles from './delivery-facts.module.css'

/** What a delivery is: of which event, to whom, since when, and which others repeat it. */
export function DeliveryFacts({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const { facts: texts } = strings.delivery
  const { data: redeliveries = [] } = useQuery(redeliveriesQuery(delivery))
  const facts: readonly Fact[] = [
    { name: texts.event, value: <code>{delivery.event}</code> },
    {
      name: texts.eventId,
      value: (
        <Link to="/settings/webhooks/events/$eventId" params={{ eventId: delivery.event_id }}>
          <code>{delivery.event_id}</code>
        </Link>
      ),
    },
    {
      name: texts.subscription,
      value: (
        <>
          <Link
            to="/settings/integrations/webhooks/$subscriptionId"
            params={{ subscriptionId: delivery.subscription_id }}
          >
            <code>{delivery.subscription_id}</code>
          </Link>
          <span className={styles.url}>
            <VisibleText text={delivery.url} />
          </span>
        </>
      ),
    },
    { name: texts.matched, value: matchedBy(delivery) },
    { name: texts.created, value: <Time at={delivery.created_at} /> },
    {
      name: texts.completed,
      value: delivery.completed_at === null ? texts.notCompleted : <Time at={delivery.completed_at} />,
    },
    { name: texts.attempts, value: texts.attemptCount(delivery.attempt_count) },
  ]
  return (
    <Section title={texts.heading}>
      <Facts hasIds facts={[...facts, ...links(delivery, redeliveries)]} />
    </Section>
  )
}

function links(delivery: DeliveryDetail, redeliveries: readonly { readonly id: string }[]): readonly Fact[] {
  const { facts: texts } = strings.delivery
  const { redelivery_of: original, traceparent } = delivery
  return [
    ...(original === null ? [] : [{ name: texts.redeliveryOf, value: <DeliveryLink id={original} /> }]),
    ...(redeliveries.length === 0
      ? []
      : [
          {
            name: texts.redeliveredAs,
            value: (
              <ul>
                {redeliveries.map(({ id }) => (
                  <li key={id}>
                    <DeliveryLink id={id} />
                  </li>
                ))}
              </ul>
            ),
          },
        ]),
    ...(traceparent === null ? [] : [{ name: texts.trace, value: <code>{traceparent}</code> }]),
  ]
}

function matchedBy({ matched_by: pattern, is_test: isTest }: DeliveryDetail): ReactNode {
  const { facts: texts } = strings.delivery
  if (pattern !== null) return texts.matchedBy(pattern)
  return isTest ? texts.matchedAsTest : texts.matchedUnknown
}
