import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { RecoverJob } from '../../api/recover-jobs.ts'
import { useReadOnlyReason } from '../../api/session.ts'
import { subscriptionQuery } from '../../api/subscriptions.ts'
import { Badge, type Tone } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { type Fact, Facts } from '../../components/facts.tsx'
import { LiveText } from '../../components/live-text.tsx'
import { shortenMiddle } from '../../components/shorten.ts'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { subscriptionName } from '../../webhooks/subscription-name.ts'
import { describeActor } from '../../webhooks/subscription/describe-actor.ts'
import { useKnownActors } from '../../webhooks/subscription/use-known-actors.ts'
import { CancelRecovery } from './cancel-recovery.tsx'
import { RecoverProgress } from './recover-progress.tsx'
import styles from './recover.module.css'

/** What a {@link RecoverItem} shows. */
export interface RecoverItemProps {
  readonly job: RecoverJob
  /** Whether to say of which subscription it is. */
  readonly hasSubscription: boolean
}

const tones: Readonly<Record<RecoverJob['status'], Tone>> = {
  running: 'accent',
  completed: 'success',
  canceled: 'neutral',
}

const MAX_NAME = 80

/** A recovery: how far it is, of what time, who asked for it; an admin can cancel it while it runs. */
export function RecoverItem({ job, hasSubscription }: RecoverItemProps): ReactNode {
  const { panel: texts } = strings.delivery.recover
  const { id, status, subscription_id: subscriptionId, total_count: total, redelivered_count: made } = job
  const [isAsking, setIsAsking] = useState(false)
  const readOnlyReason = useReadOnlyReason()
  const known = useKnownActors()
  const isRunning = status === 'running'
  const { data } = useQuery({ ...subscriptionQuery(subscriptionId), enabled: isRunning || hasSubscription })
  const isWaiting = isRunning && data !== undefined && data.subscription.state !== 'active'
  const facts: readonly Fact[] = [
    ...(hasSubscription
      ? [
          {
            name: strings.delivery.recover.dialog.subscription,
            value: (
              <Link to="/settings/integrations/webhooks/$subscriptionId" params={{ subscriptionId }}>
                {data === undefined
                  ? subscriptionId
                  : shortenMiddle(subscriptionName(data.subscription), MAX_NAME)}
              </Link>
            ),
          },
        ]
      : []),
    {
      name: texts.range,
      value: (
        <>
          <Time at={job.since} /> – <Time at={job.until} />
        </>
      ),
    },
    { name: texts.by, value: describeActor(job.created_by, known) },
    { name: texts.at, value: <Time at={job.created_at} /> },
    ...(job.completed_at === null ? [] : [{ name: texts.ended, value: <Time at={job.completed_at} /> }]),
    { name: texts.rate, value: job.deliveries_per_second },
  ]
  return (
    <li className={styles.job}>
      <div className={styles.head}>
        <Badge tone={tones[status]}>{texts.statuses[status]}</Badge>
        <span className={styles.made}>{texts.made(made, total)}</span>
        {isRunning && (
          <Button onClick={() => setIsAsking(true)} disabledReason={readOnlyReason}>
            {texts.cancel}
          </Button>
        )}
      </div>
      <RecoverProgress job={job} isWaiting={isWaiting} />
      <Facts facts={facts} />
      {/* Only its end: each second would be too often. */}
      <LiveText text={isRunning ? '' : texts.announced(texts.statuses[status], made, total)} />
      {isAsking && <CancelRecovery id={id} onClose={() => setIsAsking(false)} />}
    </li>
  )
}
