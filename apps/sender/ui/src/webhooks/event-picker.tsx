import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useRef } from 'react'
import { type EventType, eventTypesQuery } from '../api/event-types.ts'
import { Checkbox } from '../components/checkbox.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from '../strings/index.ts'
import { EventChoice } from './event-choice.tsx'
import { ALL_EVENTS, covers, coveredBy, groupEvents, strangersOf, toggle } from './event-selection.ts'
import styles from './event-picker.module.css'

/** What an {@link EventPicker} chooses. */
export interface EventPickerProps {
  /** Patterns as the API knows them: `scan.completed`, `compliance.*`, `*`. */
  readonly value: readonly string[]
  readonly onChange: (value: readonly string[]) => void
  readonly error?: string | undefined
}

/** Chooses events from the catalog: one by one, by group, or all. */
export function EventPicker({ value, onChange, error }: EventPickerProps): ReactNode {
  const catalog = useQuery(eventTypesQuery)
  const errorId = useId()
  const { events: texts } = strings.webhooks
  return (
    <fieldset className={styles.picker}>
      <legend className="visually-hidden">{texts.legend}</legend>
      {error !== undefined && (
        <p id={errorId} role="alert" className={styles.error}>
          {error}
        </p>
      )}
      {catalog.isSuccess ? (
        <Choices
          catalog={catalog.data}
          value={value}
          onChange={onChange}
          errorId={error === undefined ? undefined : errorId}
        />
      ) : catalog.isError ? (
        <ErrorState error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : (
        <Skeleton lines={10} height={48} />
      )}
    </fieldset>
  )
}

interface ChoicesProps extends Pick<EventPickerProps, 'value' | 'onChange'> {
  readonly catalog: readonly EventType[]
  readonly errorId: string | undefined
}

function Choices({ catalog, value, onChange, errorId }: ChoicesProps): ReactNode {
  // What was chosen before all were, for whoever changes their mind.
  const before = useRef<readonly string[]>([])
  const { events: texts } = strings.webhooks
  const strangers = strangersOf(value, catalog)
  const sent = catalog.filter(({ event }) => value.some((pattern) => covers(pattern, event)))

  function choose(pattern: string, isChosen: boolean): void {
    onChange(toggle(value, pattern, isChosen))
  }

  function chooseAll(isChosen: boolean): void {
    onChange(isChosen ? [ALL_EVENTS] : before.current)
    before.current = isChosen ? value : []
  }

  return (
    <>
      <Checkbox
        label={
          <>
            <strong>{texts.all}</strong> <code>{ALL_EVENTS}</code>
          </>
        }
        description={texts.allText}
        isChecked={value.includes(ALL_EVENTS)}
        onChange={chooseAll}
        errorId={errorId}
      />
      {groupEvents(catalog).map(({ name, pattern, types }) => (
        <div key={name} role="group" aria-label={texts.groupLabel(name)} className={styles.group}>
          <PatternChoice
            label={texts.group(name)}
            description={texts.groupText}
            pattern={pattern}
            chosen={value}
            onChange={choose}
          />
          <ul className={styles.types}>
            {types.map((type) => (
              <li key={type.event}>
                <EventChoice
                  type={type}
                  isChosen={value.some((pattern) => covers(pattern, type.event))}
                  includedIn={coveredBy(value, type.event)}
                  onChange={(isChosen) => choose(type.event, isChosen)}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
      {strangers.length > 0 && (
        <div role="group" aria-label={texts.others} className={styles.group}>
          <p className={styles.muted}>{texts.othersText}</p>
          {strangers.map((pattern) => (
            <PatternChoice key={pattern} label="" pattern={pattern} chosen={value} onChange={choose} />
          ))}
        </div>
      )}
      <p className={styles.muted} aria-live="polite">
        {texts.chosen(sent.length, catalog.length)}
      </p>
    </>
  )
}

interface PatternChoiceProps {
  readonly label: string
  readonly description?: string
  readonly pattern: string
  readonly chosen: readonly string[]
  readonly onChange: (pattern: string, isChosen: boolean) => void
}

function PatternChoice({ label, description, pattern, chosen, onChange }: PatternChoiceProps): ReactNode {
  const includedIn = coveredBy(chosen, pattern)
  return (
    <Checkbox
      label={
        <>
          {label !== '' && <strong>{label}</strong>} <code>{pattern}</code>
        </>
      }
      description={includedIn === undefined ? description : strings.webhooks.events.included(includedIn)}
      isChecked={chosen.some((other) => covers(other, pattern))}
      isDisabled={includedIn !== undefined}
      onChange={(isChosen) => onChange(pattern, isChosen)}
    />
  )
}
