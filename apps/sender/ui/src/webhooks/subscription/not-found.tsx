import type { ReactNode } from 'react'
import { EmptyState } from '../../components/empty-state.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { strings } from '../../strings/index.ts'
import { Breadcrumbs } from '../breadcrumbs.tsx'

/** That there is no such subscription, or no more. Its deliveries may still be in the Delivery Log. */
export function SubscriptionNotFound({ id }: { readonly id: string }): ReactNode {
  const { notFound, loadingTitle } = strings.subscription
  return (
    <Page title={loadingTitle} breadcrumbs={<Breadcrumbs />}>
      <EmptyState
        title={notFound.title}
        actions={
          <>
            <LinkButton to="/settings/integrations/webhooks" variant="primary">
              {notFound.back}
            </LinkButton>
            <LinkButton to="/settings/webhooks/delivery-log" search={{ subscription: id }}>
              {notFound.log}
            </LinkButton>
          </>
        }
      >
        {notFound.detail}
      </EmptyState>
    </Page>
  )
}
