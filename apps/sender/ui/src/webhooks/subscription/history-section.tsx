import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { auditQuery, transitionsQuery } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/section.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { HistoryEntry } from './history-entry.tsx'
import { mergeHistory } from './history.ts'
import { REFETCH_MS } from './refetch.ts'
import { useKnownActors } from './use-known-actors.ts'
import styles from './history-section.module.css'

/** What people and the sender did to a subscription: its audit trail and the changes of its state as one story. */
export function HistorySection({ subscriptionId: id }: { readonly subscriptionId: string }): ReactNode {
  const transitions = useInfiniteQuery({ ...transitionsQuery(id), refetchInterval: REFETCH_MS })
  const audit = useInfiniteQuery({ ...auditQuery(`subscription:${id}`), refetchInterval: REFETCH_MS })
  const known = useKnownActors()
  const { history: texts } = strings.subscription
  const history = useMemo(() => {
    if (transitions.data === undefined || audit.data === undefined) return undefined
    return mergeHistory(
      { items: transitions.data.pages.flatMap(({ data }) => data), hasMore: transitions.hasNextPage },
      { items: audit.data.pages.flatMap(({ data }) => data), hasMore: audit.hasNextPage },
    )
  }, [transitions.data, transitions.hasNextPage, audit.data, audit.hasNextPage])

  const error = transitions.error ?? audit.error
  const isReading = transitions.isFetchingNextPage || audit.isFetchingNextPage

  function readOn(): void {
    if (history?.lacks.transitions === true) void transitions.fetchNextPage()
    if (history?.lacks.audit === true) void audit.fetchNextPage()
  }

  function retry(): void {
    if (transitions.isError) void transitions.refetch()
    if (audit.isError) void audit.refetch()
  }

  return (
    <Section
      title={texts.title}
      description={<Words text={texts.description} values={{ command: <code>{texts.command}</code> }} />}
    >
      {error !== null && <ErrorState error={error} onRetry={retry} />}
      {history === undefined ? (
        error === null && <Skeleton lines={4} height={56} />
      ) : (
        <>
          {history.items.length === 0 && <p className={styles.muted}>{texts.empty}</p>}
          <ol className={styles.list}>
            {history.items.map((item) => (
              <HistoryEntry key={item.id} item={item} known={known} />
            ))}
          </ol>
          {history.lacks.transitions || history.lacks.audit ? (
            <div>
              <Button onClick={readOn} isBusy={isReading}>
                {texts.more}
              </Button>
            </div>
          ) : (
            history.items.length > 0 && <p className={styles.muted}>{texts.end}</p>
          )}
        </>
      )}
    </Section>
  )
}
