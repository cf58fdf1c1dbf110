import { type ReactNode, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import type { HeaderErrors } from './draft-errors.ts'
import type { HeaderRow } from './draft.ts'
import styles from './create-form.module.css'

/** What {@link HeaderFields} work on. */
export interface HeaderFieldsProps {
  readonly headers: readonly HeaderRow[]
  readonly onChange: (headers: readonly HeaderRow[]) => void
  readonly error: string | undefined
  /** By the key of the row. */
  readonly rowErrors: Readonly<Record<number, HeaderErrors>>
}

const MAX_HEADERS = 20

/** Headers of one's own: rows of name and value. */
export function HeaderFields({ headers, onChange, error, rowErrors }: HeaderFieldsProps): ReactNode {
  const adding = useRef<HTMLButtonElement>(null)
  const { details: texts } = strings.webhooks.creating

  function change(key: number, changes: Partial<HeaderRow>): void {
    onChange(headers.map((row) => (row.key === key ? { ...row, ...changes } : row)))
  }

  function remove(key: number): void {
    onChange(headers.filter((row) => row.key !== key))
    // The button that was pressed is gone.
    adding.current?.focus()
  }

  function add(): void {
    onChange([...headers, { key: Math.max(0, ...headers.map(({ key }) => key)) + 1, name: '', value: '' }])
  }

  return (
    <fieldset className={styles.headers}>
      <legend>{texts.headers}</legend>
      <p className={styles.muted}>{texts.headersHint}</p>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      {headers.map(({ key, name, value }, index) => (
        <div key={key} className={styles.header} role="group" aria-label={texts.header(index + 1)}>
          <TextField
            label={texts.name}
            error={rowErrors[key]?.name}
            value={name}
            onChange={(name) => change(key, { name })}
            maxLength={128}
            autoComplete="off"
            spellCheck={false}
            autoFocus={name === '' && value === ''}
            isMonospace
          />
          <TextField
            label={texts.value}
            error={rowErrors[key]?.value}
            value={value}
            onChange={(value) => change(key, { value })}
            autoComplete="off"
            spellCheck={false}
            isMonospace
          />
          <Button onClick={() => remove(key)} aria-label={texts.removeHeaderOf(index + 1)}>
            {texts.removeHeader}
          </Button>
        </div>
      ))}
      <div>
        <Button ref={adding} onClick={add} disabled={headers.length >= MAX_HEADERS}>
          {texts.addHeader}
        </Button>
      </div>
    </fieldset>
  )
}
