import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import { type HeaderRow, MASK } from './header-rows.ts'
import styles from './edit-dialog.module.css'

/** What {@link HeaderFields} edit. */
export interface HeaderFieldsProps {
  readonly row: HeaderRow
  readonly error: string | undefined
  readonly onChange: (row: HeaderRow) => void
  readonly onRemove: () => void
}

/** One header. A value that is hidden stays hidden, and stays as it is until it is replaced. */
export function HeaderFields({ row, error, onChange, onRemove }: HeaderFieldsProps): ReactNode {
  const { header: texts } = strings.subscription.edit
  const { name, value, kind } = row
  const nameRef = useRef<HTMLInputElement>(null)
  const valueRef = useRef<HTMLInputElement>(null)
  const isHidden = kind === 'kept' && value === MASK
  useEffect(() => {
    if (kind === 'new') nameRef.current?.focus()
    // Only when it was added.
  }, [])

  function replace(): void {
    onChange({ ...row, kind: 'replaced', value: '' })
    // The button that was pressed is gone afterwards.
    valueRef.current?.focus()
  }

  return (
    <li className={styles.row}>
      <TextField
        label={texts.name}
        ref={nameRef}
        value={name}
        onChange={(name) => onChange({ ...row, name })}
        readOnly={kind !== 'new'}
        autoComplete="off"
        spellCheck={false}
        isMonospace
      />
      <TextField
        label={texts.value}
        description={isHidden ? texts.kept : undefined}
        error={error}
        value={value}
        onChange={(value) => onChange({ ...row, value, kind: kind === 'new' ? 'new' : 'replaced' })}
        readOnly={isHidden}
        ref={valueRef}
        autoComplete="off"
        spellCheck={false}
        isMonospace
      />
      <div className={styles.rowButtons}>
        {isHidden && (
          <Button onClick={replace} aria-label={texts.replaceOf(name)}>
            {texts.replace}
          </Button>
        )}
        <Button onClick={onRemove} aria-label={name === '' ? texts.removeNew : texts.removeOf(name)}>
          {texts.remove}
        </Button>
      </div>
    </li>
  )
}
