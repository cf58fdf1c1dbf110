import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { ErrorState } from '../components/error-state.tsx'
import { Page } from '../components/page.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from '../strings/index.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { SubscriptionNotFound } from './subscription/not-found.tsx'
import { SubscriptionView } from './subscription/subscription-view.tsx'
import { usePageData } from './subscription/use-page-data.ts'

const route = getRouteApi('/settings/integrations/webhooks/$subscriptionId')

/** One subscription: how it is doing, what it is owed, and everything that can be done with it. */
export function SubscriptionPage(): ReactNode {
  const { subscriptionId: id } = route.useParams()
  const { subscription, isLoading, readAll } = usePageData(id)
  const { data, error } = subscription
  if (error !== null && isUnknown(error)) return <SubscriptionNotFound id={id} />
  if (data !== undefined && !isLoading)
    return <SubscriptionView key={id} tagged={data} isStale={error !== null} />
  return (
    <Page title={strings.subscription.loadingTitle} breadcrumbs={<Breadcrumbs />}>
      {error === null ? <Skeleton lines={4} height={180} /> : <ErrorState error={error} onRetry={readAll} />}
    </Page>
  )
}

/** Whether there is none, or can be none: what stands in the address need not be an id. */
function isUnknown(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 404 || error.code === 'validation_failed')
}
