import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { TaggedSubscription } from '../../api/subscription-changes.ts'
import { subscriptionStatisticsQuery, transitionsQuery } from '../../api/subscriptions.ts'
import { Banner } from '../../components/banner.tsx'
import { Page } from '../../components/page.tsx'
import { shortenMiddle } from '../../components/shorten.ts'
import { StateBadge, stateName } from '../../components/state-badge.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { Breadcrumbs } from '../breadcrumbs.tsx'
import { type DialogName, Dialogs } from './dialogs.tsx'
import { HeaderActions } from './header-actions.tsx'
import { HealthSection } from './health-section.tsx'
import { HistorySection } from './history-section.tsx'
import { RecentDeliveries } from './recent-deliveries.tsx'
import { RecoverSection } from './recover-section.tsx'
import { REFETCH_MS } from './refetch.ts'
import { SecretsSection } from './secrets-section.tsx'
import { SettingsSection } from './settings-section.tsx'
import { StateBanner } from './state-banner.tsx'
import { transitionIntoState } from './state-since.ts'

// The whole URL stands in the settings.
const MAX_TITLE = 100

/** What a {@link SubscriptionView} shows. */
export interface SubscriptionViewProps {
  readonly tagged: TaggedSubscription
  /** Whether reading it again failed, so that it may be old. */
  readonly isStale: boolean
}

/** The page of a subscription that was found. */
export function SubscriptionView({ tagged, isStale }: SubscriptionViewProps): ReactNode {
  const { subscription } = tagged
  const { id, url, description } = subscription
  const [dialog, setDialog] = useState<DialogName>()
  const statistics = useQuery({ ...subscriptionStatisticsQuery([id]), refetchInterval: REFETCH_MS })
  const transitions = useInfiniteQuery({ ...transitionsQuery(id), refetchInterval: REFETCH_MS })
  const entered = transitionIntoState(subscription, transitions.data?.pages[0]?.data ?? [])
  const pending = statistics.data?.[0]?.pending
  return (
    <Page
      title={shortenMiddle(url, MAX_TITLE)}
      beside={<StateBadge subscription={subscription} />}
      description={
        description === '' ? strings.subscription.noDescription : <VisibleText text={description} />
      }
      breadcrumbs={<Breadcrumbs />}
      actions={<HeaderActions state={subscription.state} onChoose={setDialog} />}
    >
      {isStale && <Banner tone="warning" title={strings.subscription.stale} />}
      <StateBanner subscription={subscription} entered={entered} onChoose={setDialog} />
      <HealthSection subscription={subscription} statistics={statistics} />
      <RecentDeliveries subscriptionId={id} />
      <RecoverSection subscriptionId={id} />
      <SecretsSection secrets={subscription.secrets} onRotate={() => setDialog('rotate')} />
      <SettingsSection subscription={subscription} onEdit={() => setDialog('edit')} />
      <HistorySection subscriptionId={id} />
      {/* The badge changes without a word. */}
      <p role="status" className="visually-hidden">
        {strings.subscription.stateNow(stateName(subscription))}
      </p>
      <Dialogs open={dialog} tagged={tagged} pending={pending} onOpen={setDialog} />
    </Page>
  )
}
