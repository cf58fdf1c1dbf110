import { type ReactNode, useEffect, useState } from 'react'
import { Checkbox } from '../../components/checkbox.tsx'
import { TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import { type DraftErrors, hasDetailErrors } from './draft-errors.ts'
import type { Draft } from './draft.ts'
import { HeaderFields } from './header-fields.tsx'
import styles from './create-form.module.css'

/** What {@link DetailFields} work on. */
export interface DetailFieldsProps {
  readonly draft: Draft
  readonly onChange: (changes: Partial<Draft>) => void
  readonly errors: DraftErrors
}

/** What most subscriptions do without: folded, until it is asked for or something in it is wrong. */
export function DetailFields({ draft, onChange, errors }: DetailFieldsProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const hasError = hasDetailErrors(errors)
  useEffect(() => {
    if (hasError) setOpen(true)
  }, [hasError])
  const { details: texts } = strings.webhooks.creating
  return (
    // Open at once when something is wrong, so that it can take the focus.
    <details
      className={styles.folded}
      open={isOpen || hasError}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <h2>{texts.title}</h2>
        <span className={styles.summary}>{texts.summary}</span>
      </summary>
      <div className={styles.unfolded}>
        <TextField
          label={texts.description}
          description={texts.descriptionHint}
          error={errors.description}
          value={draft.description}
          onChange={(description) => onChange({ description })}
          maxLength={500}
          autoComplete="off"
        />
        <TextField
          label={texts.contact}
          description={texts.contactHint}
          error={errors.contactEmail}
          value={draft.contactEmail}
          onChange={(contactEmail) => onChange({ contactEmail })}
          type="email"
          maxLength={254}
          autoComplete="off"
        />
        <HeaderFields
          headers={draft.headers}
          onChange={(headers) => onChange({ headers })}
          error={errors.headers}
          rowErrors={errors.headerRows}
        />
        <div className={styles.short}>
          <TextField
            label={texts.timeout}
            description={texts.timeoutHint}
            error={errors.timeout}
            value={draft.timeout}
            onChange={(timeout) => onChange({ timeout })}
            inputMode="decimal"
            maxLength={8}
            autoComplete="off"
          />
        </div>
        <Checkbox
          label={texts.ordered}
          description={texts.orderedText}
          isChecked={draft.isOrdered}
          onChange={(isOrdered) => onChange({ isOrdered })}
        />
        <Checkbox
          label={texts.paused}
          description={texts.pausedText}
          isChecked={draft.isPaused}
          onChange={(isPaused) => onChange({ isPaused })}
        />
      </div>
    </details>
  )
}
