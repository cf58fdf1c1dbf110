import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { type RecoverJob, recoverJobsQuery } from '../../api/recover-jobs.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/section.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { strings } from '../../strings/index.ts'
import { RecoverItem } from './recover-item.tsx'
import styles from './recover.module.css'

/** Which recoveries a {@link RecoverPanel} lists. */
export interface RecoverPanelProps {
  /** Default: those of every subscription. */
  readonly subscriptionId?: string
  /** Whether there is nothing to see while none runs; what ran while one looked stays. */
  readonly isRunningOnly?: boolean
  /** Whether it stands in a dialog, without a heading of its own, and shows the newest only. */
  readonly isBare?: boolean
  /** Buttons beside the heading. */
  readonly actions?: ReactNode
}

const RUNNING_MS = 1000
// Somebody else may start one.
const IDLE_MS = 10_000

/** Recoveries, newest first, with their progress while they run. */
export function RecoverPanel(props: RecoverPanelProps): ReactNode {
  const { subscriptionId, isRunningOnly = false, isBare = false, actions } = props
  const { panel: texts } = strings.delivery.recover
  const query = useInfiniteQuery({
    ...recoverJobsQuery(subscriptionId),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(isRunning)) ? RUNNING_MS : IDLE_MS,
  })
  const jobs = query.data?.pages.flatMap(({ data }) => data)
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  const isNew = jobs?.some((job) => isRunning(job) && !seen.has(job.id)) === true
  if (isNew) setSeen(new Set([...seen, ...jobs.filter(isRunning).map(({ id }) => id)]))

  const shown = isRunningOnly ? jobs?.filter(({ id }) => seen.has(id)) : isBare ? jobs?.slice(0, 1) : jobs
  if (isRunningOnly && (shown === undefined || shown.length === 0)) return null
  const content = (
    <>
      {shown === undefined && (query.error === null ? <Skeleton lines={2} height={56} /> : null)}
      {query.error !== null && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {shown?.length === 0 && <p className={styles.none}>{texts.none}</p>}
      {shown !== undefined && shown.length > 0 && (
        <ul className={styles.jobs}>
          {shown.map((job) => (
            <RecoverItem key={job.id} job={job} hasSubscription={subscriptionId === undefined} />
          ))}
        </ul>
      )}
      {query.hasNextPage && !isRunningOnly && !isBare && (
        <div>
          <Button onClick={() => void query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
            {texts.more}
          </Button>
        </div>
      )}
    </>
  )
  if (isBare) return content
  return (
    <Section title={texts.heading} actions={actions}>
      {content}
    </Section>
  )
}

function isRunning({ status }: RecoverJob): boolean {
  return status === 'running'
}
