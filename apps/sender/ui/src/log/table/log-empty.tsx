import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { subscriptionsQuery } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { strings } from '../../strings/index.ts'
import { describeFilter } from '../filters/describe-filter.ts'
import { activeFilters, withoutFilter } from '../filters/log-filters.ts'
import type { IdLookup } from '../filters/use-id-lookup.ts'
import type { LogSearch } from '../log-search.ts'
import { publishCommand } from './publish-command.ts'
import styles from './log-empty.module.css'

/** What was searched for. */
export interface LogEmptyProps {
  readonly search: LogSearch
  /** What the id is of that was searched for. */
  readonly lookup: IdLookup | undefined
  readonly onChange: (search: LogSearch) => void
  readonly onRetry: () => void
}

/** That nothing was found, with which filters, and how to find more; or how the first delivery comes about. */
export function LogEmpty({ search, lookup, onChange, onRetry }: LogEmptyProps): ReactNode {
  const { data: subscriptions } = useQuery(subscriptionsQuery)
  const active = activeFilters(search)
  const { empty, filters } = strings.log
  if (active.length === 0) {
    return (
      <EmptyState
        title={empty.none.title}
        actions={<LinkButton to="/settings/integrations/webhooks">{empty.none.webhooks}</LinkButton>}
      >
        <div className={styles.lesson}>
          <p>{empty.none.text}</p>
          <CodeBlock code={publishCommand(window.location.origin)} label={empty.none.label} />
        </div>
      </EmptyState>
    )
  }

  function change(search: LogSearch): void {
    // The button that was pressed goes away.
    document.querySelector<HTMLElement>('#log-heading')?.focus({ preventScroll: true })
    onChange(search)
  }

  if (lookup?.kind === 'failed') return <ErrorState error={lookup.error} onRetry={onRetry} />
  if (lookup?.kind === 'none') {
    return (
      <EmptyState
        title={empty.id.title}
        actions={<Button onClick={() => change({})}>{filters.clearAll}</Button>}
      >
        {empty.id.text}
      </EmptyState>
    )
  }
  const descriptions = active.map(
    (name) => `${filters.names[name]}: ${describeFilter(search, name, subscriptions)}`,
  )
  return (
    <EmptyState
      title={empty.filtered.title}
      actions={
        <>
          {active.map((name) => (
            <Button key={name} onClick={() => change(withoutFilter(search, name))}>
              {name === 'time'
                ? empty.filtered.anyTime
                : empty.filtered.without(filters.names[name].toLowerCase())}
            </Button>
          ))}
          {active.length > 1 && <Button onClick={() => change({})}>{filters.clearAll}</Button>}
        </>
      }
    >
      <span className={styles.filters}>{empty.filtered.text(descriptions.join(' · '))}</span>
    </EmptyState>
  )
}
