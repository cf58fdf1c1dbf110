import { type ReactNode, useEffect } from 'react'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { strings } from '../../strings/index.ts'
import { Breadcrumbs } from '../breadcrumbs.tsx'
import type { CreatedSubscription } from '../create/use-creating.ts'
import { EndpointText } from '../endpoint-text.tsx'
import { WarningList } from '../warning-list.tsx'
import { NewSecret } from './new-secret.tsx'
import { ReceiverCode } from './receiver-code.tsx'
import { TrySubscription } from './try-subscription.tsx'
import styles from './created.module.css'

/** What {@link Created} shows. */
export interface CreatedProps {
  readonly subscription: CreatedSubscription
  /** Makes another one. */
  readonly onAnother: () => void
}

/** A subscription that was just made: its secret, once, what its receiver needs, and a test. */
export function Created({ subscription, onAnother }: CreatedProps): ReactNode {
  const { id, url, state, secret, warnings } = subscription
  const { created: texts } = strings.webhooks.creating

  useEffect(() => {
    // The form that had the focus is gone.
    document.querySelector<HTMLElement>('#page-title')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [])

  return (
    <Page
      title={texts.title}
      beside={<StateBadge subscription={subscription} />}
      description={
        <>
          <EndpointText url={url} /> {state === 'paused' ? texts.paused : texts.active}
        </>
      }
      breadcrumbs={<Breadcrumbs />}
      actions={
        <>
          <Button onClick={onAnother}>{texts.another}</Button>
          <LinkButton
            variant="primary"
            to="/settings/integrations/webhooks/$subscriptionId"
            params={{ subscriptionId: id }}
          >
            {texts.open}
          </LinkButton>
        </>
      }
    >
      <div className={styles.sections}>
        <NewSecret secret={secret} />
        {warnings.length > 0 && (
          <Banner tone="warning" title={texts.warnings}>
            <WarningList warnings={warnings} />
          </Banner>
        )}
        <ReceiverCode url={url} secret={secret} />
        <TrySubscription subscriptionId={id} />
      </div>
    </Page>
  )
}
