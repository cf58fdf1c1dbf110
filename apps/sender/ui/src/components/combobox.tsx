import { Combobox as BaseCombobox } from '@base-ui/react/combobox'
import { type ReactNode, useId, useState } from 'react'
import styles from './combobox.module.css'

/** One choice of a {@link Combobox}. */
export interface Choice {
  readonly value: string
  readonly label: string
  /** More about it; searched too. */
  readonly detail?: string
}

/** What a {@link Combobox} chooses from. */
export interface ComboboxProps {
  readonly label: string
  readonly choices: readonly Choice[]
  /** One of the choices, or something else that was chosen before. */
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
  readonly placeholder: string
  /** Said when nothing is found. */
  readonly emptyText: string
  readonly clearLabel: string
  readonly openLabel: string
  /** A choice made of what was typed; `undefined` when that is none. */
  readonly toChoice?: (typed: string) => Choice | undefined
}

/** Chooses one of many values, found by typing a part of it. */
export function Combobox(props: ComboboxProps): ReactNode {
  const { label, choices, value, onChange, placeholder, emptyText, clearLabel, openLabel, toChoice } = props
  const [typed, setTyped] = useState('')
  const id = useId()
  const made = toChoice?.(typed)
  const items =
    made === undefined || choices.some((choice) => choice.value === made.value) ? choices : [made, ...choices]
  const chosen =
    value === undefined
      ? null
      : (choices.find((choice) => choice.value === value) ?? toChoice?.(value) ?? { value, label: value })
  return (
    <BaseCombobox.Root
      items={items}
      value={chosen}
      onValueChange={(choice) => onChange(choice?.value)}
      onInputValueChange={setTyped}
      isItemEqualToValue={(a, b) => a.value === b.value}
      filter={(choice, query) => choice.value === made?.value || includes(choice, query)}
      autoHighlight
    >
      <div className={styles.field}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        <BaseCombobox.InputGroup className={styles.group}>
          <BaseCombobox.Input id={id} className={styles.input} placeholder={placeholder} />
          <BaseCombobox.Clear className={styles.button} aria-label={clearLabel}>
            ×
          </BaseCombobox.Clear>
          <BaseCombobox.Trigger className={styles.button} aria-label={openLabel}>
            ▾
          </BaseCombobox.Trigger>
        </BaseCombobox.InputGroup>
      </div>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner className={styles.positioner} sideOffset={4} align="start">
          <BaseCombobox.Popup className={styles.popup}>
            <BaseCombobox.Empty>
              <div className={styles.empty}>{emptyText}</div>
            </BaseCombobox.Empty>
            <BaseCombobox.List className={styles.list}>
              {(choice: Choice) => (
                <BaseCombobox.Item key={choice.value} value={choice} className={styles.item}>
                  <span className={styles.words}>
                    <bdi>{choice.label}</bdi>
                    {choice.detail !== undefined && <bdi className={styles.detail}>{choice.detail}</bdi>}
                  </span>
                  <BaseCombobox.ItemIndicator aria-hidden="true">✓</BaseCombobox.ItemIndicator>
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  )
}

function includes({ label, detail = '' }: Choice, query: string): boolean {
  return `${label} ${detail}`.toLowerCase().includes(query.trim().toLowerCase())
}
