import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { subscriptionsQuery } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'
import type { LogSearch } from '../log-search.ts'
import { describeFilter } from './describe-filter.ts'
import { activeFilters, withoutFilter } from './log-filters.ts'
import styles from './filter-chips.module.css'

/** Which filters are on. */
export interface FilterChipsProps {
  readonly search: LogSearch
  readonly onChange: (search: LogSearch) => void
}

/** The filters that are on, each with a button that removes it. */
export function FilterChips({ search, onChange }: FilterChipsProps): ReactNode {
  const { data: subscriptions } = useQuery(subscriptionsQuery)
  const active = activeFilters(search)
  const { filters } = strings.log

  if (active.length === 0) return null

  function change(search: LogSearch): void {
    // The button that was pressed goes away.
    const isLast = activeFilters(search).length === 0
    document.querySelector<HTMLElement>(isLast ? '#page-title' : '#log-chips')?.focus({ preventScroll: true })
    onChange(search)
  }

  return (
    <div id="log-chips" className={styles.chips} role="group" aria-label={filters.chips} tabIndex={-1}>
      <ul className={styles.list}>
        {active.map((name) => {
          const value = describeFilter(search, name, subscriptions)
          return (
            <li key={name} className={styles.chip}>
              <span className={styles.name}>{filters.names[name]}</span>
              <bdi className={styles.value}>{value}</bdi>
              <button
                type="button"
                className={styles.remove}
                aria-label={filters.remove(`${filters.names[name]}: ${value}`)}
                onClick={() => change(withoutFilter(search, name))}
              >
                ×
              </button>
            </li>
          )
        })}
      </ul>
      <Button variant="plain" onClick={() => change({})}>
        {filters.clearAll}
      </Button>
    </div>
  )
}
