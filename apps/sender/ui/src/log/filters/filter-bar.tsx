import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { eventTypesQuery } from '../../api/event-types.ts'
import { subscriptionsQuery } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Select } from '../../components/select.tsx'
import { strings } from '../../strings/index.ts'
import { deliveryStatuses, type LogSearch } from '../log-search.ts'
import { outcomeChoices, toOutcomeChoice } from './describe-filter.ts'
import { IdFilter } from './id-filter.tsx'
import { activeFilters, withFilter, withTime } from './log-filters.ts'
import { TimeFilter } from './time-filter.tsx'
import styles from './filter-bar.module.css'

/** What narrows the log. */
export interface FilterBarProps {
  readonly search: LogSearch
  readonly onChange: (search: LogSearch) => void
}

/** Every filter of the log; on narrow screens behind a button. */
export function FilterBar({ search, onChange }: FilterBarProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const { data: eventTypes = [] } = useQuery(eventTypesQuery)
  const { data: subscriptions = [] } = useQuery(subscriptionsQuery)
  const { filters } = strings.log

  function comboboxTexts(name: string) {
    return {
      label: name,
      emptyText: filters.nothingFound,
      clearLabel: filters.clear(name),
      openLabel: filters.open(name),
    }
  }

  return (
    <search className={styles.bar}>
      <IdFilter id={search.id} onFind={(id) => onChange({ id })} />
      <div className={styles.toggle}>
        <Button aria-expanded={isOpen} aria-controls="log-filters" onClick={() => setIsOpen(!isOpen)}>
          {filters.toggle(activeFilters(search).length)}
        </Button>
      </div>
      <div id="log-filters" className={styles.filters} data-open={isOpen || undefined}>
        <TimeFilter time={search} onChange={(time) => onChange(withTime(search, time))} />
        <Select
          label={filters.names.status}
          value={search.status ?? 'any'}
          onChange={(status) => onChange(withFilter(search, 'status', status === 'any' ? undefined : status))}
          options={[
            { value: 'any', label: filters.any },
            ...deliveryStatuses.map((value) => ({ value, label: strings.statuses[value] })),
          ]}
        />
        <Combobox
          {...comboboxTexts(filters.names.outcome)}
          placeholder={filters.any}
          emptyText={filters.outcomeHint}
          choices={outcomeChoices}
          toChoice={toOutcomeChoice}
          value={search.outcome}
          onChange={(outcome) => onChange(withFilter(search, 'outcome', outcome))}
        />
        <Combobox
          {...comboboxTexts(filters.names.event)}
          placeholder={filters.any}
          choices={eventTypes.map(({ event, title }) => ({ value: event, label: event, detail: title }))}
          value={search.event}
          onChange={(event) => onChange(withFilter(search, 'event', event))}
        />
        <Combobox
          {...comboboxTexts(filters.names.subscription)}
          placeholder={filters.any}
          choices={subscriptions.map(({ id, url, description }) => ({
            value: id,
            label: url,
            ...(description !== '' && { detail: description }),
          }))}
          value={search.subscription}
          onChange={(subscription) => onChange(withFilter(search, 'subscription', subscription))}
        />
        <Select
          label={filters.names.tests}
          value={search.tests ?? 'any'}
          onChange={(tests) => onChange(withFilter(search, 'tests', tests === 'any' ? undefined : tests))}
          options={(['any', 'only', 'none'] as const).map((value) => ({
            value,
            label: filters.tests[value],
          }))}
        />
      </div>
    </search>
  )
}
