import { Select as BaseSelect } from '@base-ui/react/select'
import type { ReactNode } from 'react'
import styles from './select.module.css'

/** One choice of a {@link Select}. */
export interface Option<Value extends string> {
  readonly value: Value
  readonly label: string
}

/** What a {@link Select} chooses from. */
export interface SelectProps<Value extends string> {
  readonly label: string
  readonly options: readonly Option<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
  /** Whether the label is only read out. */
  readonly isLabelHidden?: boolean
}

/** Chooses one of a few values; the keyboard works as in a native one, typing ahead included. */
export function Select<Value extends string>(props: SelectProps<Value>): ReactNode {
  const { label, options, value, onChange, isLabelHidden = false } = props
  return (
    <div className={styles.field}>
      <BaseSelect.Root
        items={options}
        value={value}
        onValueChange={(chosen) => chosen !== null && onChange(chosen)}
      >
        <BaseSelect.Label className={isLabelHidden ? 'visually-hidden' : styles.label}>
          {label}
        </BaseSelect.Label>
        <BaseSelect.Trigger className={styles.trigger}>
          <BaseSelect.Value />
          <BaseSelect.Icon className={styles.icon}>▾</BaseSelect.Icon>
        </BaseSelect.Trigger>
        <BaseSelect.Portal>
          <BaseSelect.Positioner sideOffset={4} className={styles.positioner} alignItemWithTrigger={false}>
            <BaseSelect.Popup className={styles.popup}>
              <BaseSelect.List>
                {options.map(({ value, label }) => (
                  <BaseSelect.Item key={value} value={value} className={styles.item}>
                    <BaseSelect.ItemText>{label}</BaseSelect.ItemText>
                    <BaseSelect.ItemIndicator aria-hidden="true">✓</BaseSelect.ItemIndicator>
                  </BaseSelect.Item>
                ))}
              </BaseSelect.List>
            </BaseSelect.Popup>
          </BaseSelect.Positioner>
        </BaseSelect.Portal>
      </BaseSelect.Root>
    </div>
  )
}
