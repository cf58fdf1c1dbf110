import { type ReactNode, useCallback, useRef } from 'react'
import { TextField } from '../../components/field.tsx'
import { formatCount } from '../../components/format-count.ts'
import { Select } from '../../components/select.tsx'
import { useShortcut } from '../../components/use-shortcut.ts'
import { strings } from '../../strings/index.ts'
import { type ListSearch, listSorts, listStates } from './list-search.ts'
import styles from './list-toolbar.module.css'

/** What a {@link ListToolbar} shows and changes. */
export interface ListToolbarProps {
  readonly search: ListSearch
  readonly onChange: (search: ListSearch) => void
  readonly foundCount: number
  readonly allCount: number
}

const ANY = 'any'

/** Search, filter and order of the list; `/` goes to the search. */
export function ListToolbar({ search, onChange, foundCount, allCount }: ListToolbarProps): ReactNode {
  const field = useRef<HTMLInputElement>(null)
  const goToSearch = useCallback(() => field.current?.select(), [])
  useShortcut('/', goToSearch)
  const { toolbar: texts } = strings.webhooks
  const { q = '', state, sort = 'newest' } = search
  return (
    <search className={styles.toolbar} aria-label={texts.name}>
      <div className={styles.search}>
        <TextField
          label={texts.search}
          type="search"
          ref={field}
          value={q}
          onChange={(q) => onChange({ ...search, q })}
          placeholder={texts.searchHint}
          title={texts.key}
          aria-keyshortcuts="/"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <Select
        label={texts.state}
        options={[
          { value: ANY, label: texts.anyState },
          ...listStates.map((value) => ({ value, label: strings.states[value] })),
        ]}
        value={state ?? ANY}
        onChange={(value) => {
          const { state: _, ...others } = search
          onChange(value === ANY ? others : { ...others, state: value })
        }}
      />
      <Select
        label={texts.sort}
        options={listSorts.map((value) => ({ value, label: texts.sorts[value] }))}
        value={sort}
        onChange={(sort) => onChange({ ...search, sort })}
      />
      <p className={styles.found} role="status">
        {foundCount === allCount
          ? texts.all(formatCount(allCount))
          : texts.found(formatCount(foundCount), formatCount(allCount))}
      </p>
    </search>
  )
}
