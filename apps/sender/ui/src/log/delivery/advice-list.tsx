import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Delivery, DeliveryDetail } from '../../api/deliveries.ts'
import type { AdviceLink } from '../../strings/delivery-advice.ts'
import { strings } from '../../strings/index.ts'
import { RecoverButton } from '../recover/recover-button.tsx'
import { type Advice, advise } from './advise.ts'
import styles from './why-section.module.css'

/** What an {@link AdviceList} is about. */
export interface AdviceListProps {
  readonly delivery: DeliveryDetail
  /** A delivery to the same endpoint that failed, where this one was not attempted yet. */
  readonly other: Delivery | null
}

/** What can be done about a delivery, with links to where; nothing when there is nothing to do. */
export function AdviceList({ delivery, other }: AdviceListProps): ReactNode {
  const advice = advise(
    other === null || other.last_outcome === null
      ? delivery
      : {
          ...delivery,
          attempts: [
            { outcome: other.last_outcome, http_status: other.last_http_status, response_body: null },
          ],
        },
  )
  if (advice.length === 0) return null
  return (
    <div className={styles.advice}>
      <h3>{strings.delivery.why.whatToDo}</h3>
      <ul>
        {advice.map((each, index) => (
          <li key={each}>
            <AdviceItem
              advice={each}
              delivery={delivery}
              // One of them is enough.
              hasLink={advice.findIndex((other) => linkOf(other) === linkOf(each)) === index}
            />
          </li>
        ))}
      </ul>
    </div>
  )
}

function AdviceItem({
  advice,
  delivery,
  hasLink,
}: {
  readonly advice: Advice
  readonly delivery: DeliveryDetail
  readonly hasLink: boolean
}): ReactNode {
  const { why, advice: texts } = strings.delivery
  const link = hasLink ? linkOf(advice) : undefined
  const { subscription_id: subscriptionId } = delivery
  return (
    <>
      {texts[advice].text}{' '}
      {link === 'subscription' && (
        <Link to="/settings/integrations/webhooks/$subscriptionId" params={{ subscriptionId }}>
          {why.links.subscription}
        </Link>
      )}
      {link === 'recover' && (
        <RecoverButton subscriptionId={subscriptionId} sinceWhen={() => delivery.created_at} />
      )}
      {link === 'signature' && <a href="#check-signature">{why.links.signature}</a>}
    </>
  )
}

function linkOf(advice: Advice): AdviceLink | undefined {
  return { link: undefined, ...strings.delivery.advice[advice] }.link
}
