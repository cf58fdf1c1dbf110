import { type ReactNode, useId } from 'react'
import styles from './checkbox.module.css'

/** What a {@link Checkbox} shows. */
export interface CheckboxProps {
  readonly label: ReactNode
  /** One sentence below the label. */
  readonly description?: ReactNode
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
  readonly isDisabled?: boolean
  /** The id of an error that is shown elsewhere and is about this. */
  readonly errorId?: string | undefined
}

/** Something that is on or off; the browser's own, so that every assistive technology knows it. */
export function Checkbox(props: CheckboxProps): ReactNode {
  const { label, description, isChecked, onChange, isDisabled = false, errorId } = props
  const id = useId()
  const describedBy = [description !== undefined && id, errorId].filter(Boolean).join(' ')
  return (
    <div className={styles.checkbox}>
      <label className={styles.label} data-disabled={isDisabled || undefined}>
        <input
          type="checkbox"
          checked={isChecked}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.checked)}
          aria-describedby={describedBy || undefined}
          aria-invalid={errorId !== undefined || undefined}
        />
        <span className={styles.text}>{label}</span>
      </label>
      {description !== undefined && (
        <div id={id} className={styles.description}>
          {description}
        </div>
      )}
    </div>
  )
}
