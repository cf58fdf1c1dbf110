import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useMemo } from 'react'
import { type Subscription, subscriptionsQuery } from '../api/subscriptions.ts'
import { Banner } from '../components/banner.tsx'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { Page } from '../components/page.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from '../strings/index.ts'
import { CreateButton } from './list/create-button.tsx'
import { findSubscriptions } from './list/find-subscriptions.ts'
import { HealthWarnings } from './list/health-warnings.tsx'
import { ListToolbar } from './list/list-toolbar.tsx'
import { NoSubscriptions } from './list/no-subscriptions.tsx'
import { listStatisticsQuery } from './list/statistics-query.ts'
import { SubscriptionTable } from './list/subscription-table.tsx'
import { useListSearch } from './list/use-list-search.ts'

const REFETCH_MS = 10_000

/** Every subscription of the account, how it is doing, and what needs somebody. */
export function ListPage(): ReactNode {
  const list = useQuery({ ...subscriptionsQuery, refetchInterval: REFETCH_MS })
  const { webhooks: texts } = strings
  const retry = (): void => void list.refetch()
  return (
    <Page
      title={texts.title}
      description={texts.description}
      actions={list.data?.length !== 0 && <CreateButton />}
    >
      {list.isRefetchError && (
        <Banner
          tone="warning"
          title={texts.stale}
          actions={<Button onClick={retry}>{strings.actions.tryAgain}</Button>}
        />
      )}
      {list.data === undefined ? (
        list.isError ? (
          <ErrorState error={list.error} onRetry={retry} />
        ) : (
          <Skeleton lines={6} height={76} />
        )
      ) : list.data.length === 0 ? (
        <NoSubscriptions />
      ) : (
        <List subscriptions={list.data} />
      )}
    </Page>
  )
}

function List({ subscriptions }: { readonly subscriptions: readonly Subscription[] }): ReactNode {
  const [search, setSearch] = useListSearch()
  // Typing goes on while a long list is drawn.
  const wanted = useDeferredValue(search)
  const found = useMemo(() => findSubscriptions(subscriptions, wanted), [subscriptions, wanted])
  const statistics = useQuery({
    ...listStatisticsQuery(subscriptions.map(({ id }) => id)),
    refetchInterval: REFETCH_MS,
  })
  const { webhooks: texts } = strings
  return (
    <>
      <HealthWarnings subscriptions={subscriptions} onShow={(state) => setSearch({ state })} />
      {statistics.isError && (
        <Banner
          tone="neutral"
          title={texts.statisticsFailed}
          actions={<Button onClick={() => void statistics.refetch()}>{strings.actions.tryAgain}</Button>}
        />
      )}
      <ListToolbar
        search={search}
        onChange={setSearch}
        foundCount={found.length}
        allCount={subscriptions.length}
      />
      {found.length === 0 ? (
        <EmptyState
          title={texts.noResults.title}
          actions={<Button onClick={() => setSearch({})}>{texts.noResults.clear}</Button>}
        >
          {texts.noResults.text}
        </EmptyState>
      ) : (
        <SubscriptionTable
          subscriptions={found}
          statistics={statistics.data ?? (statistics.isError ? null : undefined)}
        />
      )}
    </>
  )
}
