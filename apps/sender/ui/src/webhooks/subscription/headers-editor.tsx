import { type ReactNode, useRef } from 'react'
import type { FieldProblem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'
import { headerErrorOf } from './field-errors.ts'
import { HeaderFields } from './header-fields.tsx'
import { checkHeaderRows, type HeaderRow } from './header-rows.ts'
import styles from './edit-dialog.module.css'

/** What a {@link HeadersEditor} edits. */
export interface HeadersEditorProps {
  readonly rows: readonly HeaderRow[]
  readonly onChange: (rows: readonly HeaderRow[]) => void
  readonly errors: readonly FieldProblem[]
  readonly isChecked: boolean
}

/** The headers that are added to each request. After one is removed, the focus is on the button that adds one. */
export function HeadersEditor({ rows, onChange, errors, isChecked }: HeadersEditorProps): ReactNode {
  const { edit: texts } = strings.subscription
  const addRef = useRef<HTMLButtonElement>(null)
  const nextKey = useRef(0)
  const problems = isChecked ? checkHeaderRows(rows) : new Map<string, never>()
  const overall = errors.filter(({ path }) => path === '/headers').map(({ detail }) => detail)

  function add(): void {
    nextKey.current += 1
    onChange([...rows, { key: `new ${nextKey.current}`, kind: 'new', name: '', value: '' }])
  }

  function remove(key: string): void {
    onChange(rows.filter((row) => row.key !== key))
    addRef.current?.focus()
  }

  function problemOf({ key, name }: HeaderRow): string | undefined {
    const problem = problems.get(key)
    return problem === undefined ? headerErrorOf(errors, name) : texts.header[problem]
  }

  return (
    <fieldset className={styles.headers}>
      <legend>{texts.headers}</legend>
      <p className={styles.muted}>{texts.headersDetail}</p>
      {overall.length > 0 && (
        <p role="alert" className={styles.error}>
          {overall.join(' ')}
        </p>
      )}
      {rows.length === 0 ? (
        <p className={styles.muted}>{texts.header.none}</p>
      ) : (
        <ul className={styles.rows}>
          {rows.map((row) => (
            <HeaderFields
              key={row.key}
              row={row}
              error={problemOf(row)}
              onChange={(changed) => onChange(rows.map((each) => (each.key === row.key ? changed : each)))}
              onRemove={() => remove(row.key)}
            />
          ))}
        </ul>
      )}
      <div>
        <Button ref={addRef} onClick={add}>
          {texts.header.add}
        </Button>
      </div>
    </fieldset>
  )
}
