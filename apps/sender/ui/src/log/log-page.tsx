import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { useSession } from '../api/session.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { Page } from '../components/page.tsx'
import { strings } from '../strings/index.ts'
import { ChartsSection } from './charts/charts-section.tsx'
import { FilterBar } from './filters/filter-bar.tsx'
import { FilterChips } from './filters/filter-chips.tsx'
import { boundsOf } from './filters/time-range.ts'
import { rememberLogSearch } from './last-log-search.ts'
import { LogList } from './log-list.tsx'
import type { LogSearch } from './log-search.ts'
import { RecoverButton } from './recover/recover-button.tsx'
import { RecoverPanel } from './recover/recover-panel.tsx'
import styles from './log-page.module.css'

const route = getRouteApi('/settings/webhooks/delivery-log')

/** The Delivery Log: what was sent and what became of it, as it happens. */
export function LogPage(): ReactNode {
  const search = route.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { account } = useSession()
  const [retryCount, setRetryCount] = useState(0)

  useEffect(() => rememberLogSearch(account.id, search), [account.id, search])

  const change = useCallback(
    (search: LogSearch) =>
      void navigate({ to: '/settings/webhooks/delivery-log', search, resetScroll: false }),
    [navigate],
  )

  // What could not be loaded could not for the same reason, as a rule.
  function retry(): void {
    // The button that was pressed goes away.
    document.querySelector<HTMLElement>('#page-title')?.focus({ preventScroll: true })
    void queries.refetchQueries({ predicate: ({ state }) => state.status === 'error' })
    setRetryCount(retryCount + 1)
  }

  const { filters } = strings.log
  return (
    <Page
      title={strings.log.title}
      description={strings.log.description}
      actions={
        <>
          <CopyButton text={window.location.href} of={filters.link} label={filters.copyLink} />
          <RecoverButton
            subscriptionId={search.subscription}
            sinceWhen={() => boundsOf(search, Date.now()).since}
          />
        </>
      }
    >
      <div className={styles.filters}>
        <FilterBar search={search} onChange={change} />
        <FilterChips search={search} onChange={change} />
      </div>
      <ChartsSection search={search} onChange={change} onRetry={retry} />
      <RecoverPanel isRunningOnly />
      <LogList search={search} onSearch={change} retryCount={retryCount} onRetry={retry} />
    </Page>
  )
}
