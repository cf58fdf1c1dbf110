import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import { findId } from '../log-search.ts'
import styles from './id-filter.module.css'

/** What is looked for. */
export interface IdFilterProps {
  readonly id: string | undefined
  readonly onFind: (id: string) => void
}

/** Finds a delivery or an event by its id, also within a pasted URL or line of a log. */
export function IdFilter({ id, onFind }: IdFilterProps): ReactNode {
  const [text, setText] = useState(id ?? '')
  const [error, setError] = useState<string>()
  const [shownId, setShownId] = useState(id)
  const { id: words } = strings.log.filters

  // Another one was gone to, with a chip or the browser's buttons.
  if (id !== shownId) {
    setShownId(id)
    setText(id ?? '')
    setError(undefined)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    const found = findId(text)
    setError(found === undefined ? words.invalid : undefined)
    if (found !== undefined) onFind(found)
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <TextField
        label={words.label}
        value={text}
        onChange={(text) => {
          setText(text)
          setError(undefined)
        }}
        error={error}
        placeholder={words.placeholder}
        isMonospace
        spellCheck={false}
        autoComplete="off"
      />
      <Button type="submit">{words.submit}</Button>
    </form>
  )
}
