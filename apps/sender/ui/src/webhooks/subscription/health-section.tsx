import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { DisableMeters } from './disable-meters.tsx'
import { HealthFigures } from './health-figures.tsx'
import { HoldingNote } from './holding-note.tsx'
import styles from './health-section.module.css'

/** What a {@link HealthSection} shows. */
export interface HealthSectionProps {
  readonly subscription: Subscription
  readonly statistics: UseQueryResult<readonly SubscriptionStatistics[]>
}

/** How the endpoint is doing, in one look: figures of the last day, what holds it, and when it will be disabled. */
export function HealthSection({ subscription, statistics }: HealthSectionProps): ReactNode {
  const { health } = strings.subscription
  return (
    <Section title={health.title} description={health.lastDay}>
      <div className={styles.health}>
        <HealthFigures subscription={subscription} statistics={statistics} />
        <HoldingNote subscription={subscription} />
        <DisableMeters subscription={subscription} />
      </div>
    </Section>
  )
}
