import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type DeliveryDetail, deliveryQuery } from '../api/deliveries.ts'
import { Badge } from '../components/badge.tsx'
import { Page } from '../components/page.tsx'
import { Section } from '../components/section.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { StatusBadge } from '../components/state-badge.tsx'
import { strings } from '../strings/index.ts'
import { BackToLog } from './back-to-log.tsx'
import { AttemptList } from './delivery/attempt-list.tsx'
import { BodySection } from './delivery/body-section.tsx'
import { CopyCurl } from './delivery/copy-curl.tsx'
import { DeliveryFacts } from './delivery/delivery-facts.tsx'
import { IdLine } from './delivery/id-line.tsx'
import { NotFoundOrError } from './delivery/not-found-or-error.tsx'
import { RedeliverButton } from './delivery/redeliver-button.tsx'
import { SignatureSection } from './delivery/signature-section.tsx'
import { WhySection } from './delivery/why-section.tsx'
import styles from './delivery-page.module.css'

const route = getRouteApi('/settings/webhooks/delivery-log/$deliveryId')
const REFETCH_MS = 3000

/** Why a delivery is where it is: what comes next, its attempts, its bytes, and a check of signatures. */
export function DeliveryPage(): ReactNode {
  const { deliveryId } = route.useParams()
  const query = useQuery({
    ...deliveryQuery(deliveryId),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? REFETCH_MS : false),
  })
  const { delivery: texts } = strings
  const { data: delivery } = query
  return (
    <Page
      title={delivery?.event ?? texts.title}
      beside={delivery && <Badges delivery={delivery} />}
      description={<IdLine id={deliveryId} of={texts.id} />}
      breadcrumbs={<BackToLog />}
      actions={
        delivery && (
          <div className={styles.actions}>
            <CopyCurl delivery={delivery} />
            <RedeliverButton delivery={delivery} />
          </div>
        )
      }
    >
      {delivery === undefined ? (
        <Missing query={query} />
      ) : (
        // Nothing of one delivery stays for the next: what is unfolded, what was pasted.
        <Loaded key={deliveryId} delivery={delivery} isUnreachable={query.isError} />
      )}
    </Page>
  )
}

function Loaded({
  delivery,
  isUnreachable,
}: {
  readonly delivery: DeliveryDetail
  readonly isUnreachable: boolean
}): ReactNode {
  return (
    <>
      <WhySection delivery={delivery} isUnreachable={isUnreachable} />
      <DeliveryFacts delivery={delivery} />
      <AttemptList delivery={delivery} />
      <BodySection
        body={delivery.body}
        sha256={delivery.body_sha256}
        fileName={`${delivery.event_id}.json`}
      />
      <SignatureSection delivery={delivery} />
    </>
  )
}

function Badges({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  return (
    <>
      <StatusBadge delivery={delivery} />
      {delivery.is_test && <Badge tone="neutral">{strings.delivery.test}</Badge>}
      {delivery.redelivery_of !== null && <Badge tone="neutral">{strings.delivery.redelivery}</Badge>}
    </>
  )
}

function Missing({
  query,
}: {
  readonly query: { readonly error: unknown; readonly refetch: () => unknown }
}): ReactNode {
  const { delivery: texts } = strings
  if (query.error !== null) {
    return (
      <NotFoundOrError
        error={query.error}
        onRetry={() => void query.refetch()}
        title={texts.notFound.title}
        actions={
          <Link to="/settings/webhooks/delivery-log" search={{}}>
            {texts.notFound.action}
          </Link>
        }
      >
        {texts.notFound.text}
      </NotFoundOrError>
    )
  }
  return (
    <>
      <Section title={texts.why.heading}>
        <Skeleton lines={3} height={28} />
      </Section>
      <Section title={texts.facts.heading}>
        <Skeleton lines={4} height={40} />
      </Section>
      <Section title={texts.attempts.heading}>
        <Skeleton lines={3} height={48} />
      </Section>
    </>
  )
}
