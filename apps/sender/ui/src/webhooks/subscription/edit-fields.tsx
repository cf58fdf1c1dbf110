import type { ReactNode } from 'react'
import type { FieldProblem } from '../../api/problem.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Checkbox } from '../../components/checkbox.tsx'
import { TextField } from '../../components/field.tsx'
import { strings } from '../../strings/index.ts'
import { EndpointCheck } from '../endpoint-check.tsx'
import { EventPicker } from '../event-picker.tsx'
import { readTimeoutMs } from '../read-timeout.ts'
import type { EditForm } from './edit-form.ts'
import { errorOf } from './field-errors.ts'
import { HeadersEditor } from './headers-editor.tsx'
import styles from './edit-dialog.module.css'

/** What {@link EditFields} edit. */
export interface EditFieldsProps {
  readonly form: EditForm
  readonly base: Subscription
  readonly onChange: (form: EditForm) => void
  /** What the API found wrong with what was sent. */
  readonly errors: readonly FieldProblem[]
  /** Whether what is wrong before sending is told: not before it was tried. */
  readonly isChecked: boolean
}

/** The fields of a subscription. */
export function EditFields({ form, base, onChange, errors, isChecked }: EditFieldsProps): ReactNode {
  const { edit: texts } = strings.subscription
  const isMoved = form.url.trim() !== base.url
  const isTimeoutWrong = isChecked && readTimeoutMs(form.timeout) === undefined
  return (
    <>
      <TextField
        label={texts.url}
        error={errorOf(errors, 'url')}
        value={form.url}
        onChange={(url) => onChange({ ...form, url })}
        type="url"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        isMonospace
      />
      {isMoved && (
        <>
          <EndpointCheck url={form.url} />
          <p className={styles.muted}>{texts.urlChanged}</p>
        </>
      )}
      <div className={styles.group}>
        <h3>{texts.events}</h3>
        <EventPicker
          value={form.events}
          onChange={(events) => onChange({ ...form, events })}
          error={errorOf(errors, 'events')}
        />
        <p className={styles.muted}>{texts.eventsChanged}</p>
      </div>
      <TextField
        label={texts.description}
        description={texts.descriptionDetail}
        error={errorOf(errors, 'description')}
        value={form.description}
        onChange={(description) => onChange({ ...form, description })}
        maxLength={500}
      />
      <TextField
        label={texts.contact}
        description={texts.contactDetail}
        error={errorOf(errors, 'contact_email')}
        value={form.contactEmail}
        onChange={(contactEmail) => onChange({ ...form, contactEmail })}
        type="email"
        autoComplete="off"
        maxLength={254}
      />
      <HeadersEditor
        rows={form.headers}
        onChange={(headers) => onChange({ ...form, headers })}
        errors={errors}
        isChecked={isChecked}
      />
      <TextField
        label={texts.timeout}
        description={texts.timeoutDetail}
        error={isTimeoutWrong ? texts.timeoutInvalid : errorOf(errors, 'timeout_ms')}
        value={form.timeout}
        onChange={(timeout) => onChange({ ...form, timeout })}
        inputMode="decimal"
        autoComplete="off"
      />
      <Checkbox
        label={texts.ordered}
        description={errorOf(errors, 'is_ordered') ?? texts.orderedDetail}
        isChecked={form.isOrdered}
        onChange={(isOrdered) => onChange({ ...form, isOrdered })}
      />
    </>
  )
}
