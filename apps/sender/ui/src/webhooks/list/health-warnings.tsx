import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Subscription } from '../../api/subscriptions.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/clock.ts'
import { formatCount } from '../../components/format-count.ts'
import { formatDuration } from '../../components/format-time.ts'
import { isFailing } from '../../components/is-failing.ts'
import { shortenMiddle } from '../../components/shorten.ts'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { subscriptionName } from '../subscription-name.ts'
import { deadlineOf } from './endangered.ts'
import type { ListState } from './list-search.ts'
import { formatCountOf } from './success-rate.ts'
import styles from './health-warnings.module.css'

/** What {@link HealthWarnings} looks at. */
export interface HealthWarningsProps {
  readonly subscriptions: readonly Subscription[]
  /** Narrows the list to those of a state. */
  readonly onShow: (state: ListState) => void
}

const MAX_LISTED = 3
const MAX_NAME_LENGTH = 60

/** Which endpoints fail and when they are disabled, and which have been. */
export function HealthWarnings({ subscriptions, onShow }: HealthWarningsProps): ReactNode {
  const nowMs = useNow()
  const failing = subscriptions.filter((each) => isFailing(each)).toSorted(byDeadline)
  const disabled = subscriptions.filter(
    ({ state, state_reason: reason }) => state === 'disabled' && reason !== 'requested',
  )
  const { warnings: texts } = strings.webhooks
  return (
    <>
      {failing.length > 0 && (
        <Banner
          tone="warning"
          title={texts.failing(formatCount(failing.length))}
          actions={<Button onClick={() => onShow('failing')}>{texts.showFailing}</Button>}
        >
          <Listed subscriptions={failing} describe={(each) => describeDeadline(each, nowMs)} />
        </Banner>
      )}
      {disabled.length > 0 && (
        <Banner
          tone="danger"
          title={texts.disabled(formatCount(disabled.length))}
          actions={<Button onClick={() => onShow('disabled')}>{texts.showDisabled}</Button>}
        >
          <Listed subscriptions={disabled} describe={describeDisabled} />
        </Banner>
      )}
    </>
  )
}

interface ListedProps {
  readonly subscriptions: readonly Subscription[]
  readonly describe: (subscription: Subscription) => string
}

function Listed({ subscriptions, describe }: ListedProps): ReactNode {
  const othersCount = subscriptions.length - MAX_LISTED
  return (
    <ul className={styles.list}>
      {subscriptions.slice(0, MAX_LISTED).map((each) => (
        <li key={each.id}>
          <Link
            to="/settings/integrations/webhooks/$subscriptionId"
            params={{ subscriptionId: each.id }}
            className={styles.link}
          >
            <bdi>
              <VisibleText text={shortenMiddle(subscriptionName(each), MAX_NAME_LENGTH)} />
            </bdi>
          </Link>{' '}
          {describe(each)}
        </li>
      ))}
      {othersCount > 0 && <li>{strings.webhooks.warnings.others(formatCount(othersCount))}</li>}
    </ul>
  )
}

function describeDeadline(subscription: Subscription, nowMs: number): string {
  const { warnings: texts } = strings.webhooks
  const { inMs, failures } = deadlineOf(subscription, nowMs) ?? { inMs: 0, failures: 1 }
  return inMs > 0 ? texts.deadline(formatDuration(inMs)) : texts.failures(failures)
}

function describeDisabled({ state_reason: reason, backlog }: Subscription): string {
  const { warnings: texts } = strings.webhooks
  const why = reason === 'endpoint_gone' ? texts.endpoint_gone : texts.repeated_failures
  return backlog === null || backlog.count === 0 ? why : `${why} (${texts.held(formatCountOf(backlog))})`
}

function byDeadline(one: Subscription, other: Subscription): number {
  return (one.health.disables_at ?? '').localeCompare(other.health.disables_at ?? '')
}
