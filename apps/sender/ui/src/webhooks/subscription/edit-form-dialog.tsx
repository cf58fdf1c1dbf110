import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { strings } from '../../strings/index.ts'
import { readTimeoutMs } from '../read-timeout.ts'
import { EditFields } from './edit-fields.tsx'
import { type EditedField, editedFields, type EditForm, isEdited } from './edit-form.ts'
import { otherErrors } from './field-errors.ts'
import { checkHeaderRows } from './header-rows.ts'
import styles from './edit-dialog.module.css'

/** What an {@link EditFormDialog} shows. */
export interface EditFormDialogProps {
  readonly form: EditForm
  /** What is edited, as it is stored. */
  readonly base: Subscription
  readonly onChange: (form: EditForm) => void
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly isBusy: boolean
  /** What somebody else changed meanwhile, which is why nothing was saved; `undefined` when nobody did. */
  readonly changedByOthers: readonly EditedField[] | undefined
  readonly error: Error | null
}

/** The form in its dialog. When something is wrong, the focus goes to the first field that is. */
export function EditFormDialog(props: EditFormDialogProps): ReactNode {
  const { form, base, onChange, onSubmit, onClose, isBusy, changedByOthers, error } = props
  const [isChecked, setIsChecked] = useState(false)
  const formRef = useRef<HTMLFormElement>(null)
  const formId = useId()
  const errors = error instanceof ApiProblem ? error.errors : []
  const { edit: texts } = strings.subscription
  const isUnchanged = !isEdited(form, base)

  useEffect(() => {
    if (error !== null) focusFirstInvalid(formRef.current)
  }, [error])

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsChecked(true)
    if (isBusy || isUnchanged) return
    if (checkHeaderRows(form.headers).size > 0 || readTimeoutMs(form.timeout) === undefined) {
      // After the errors are shown.
      requestAnimationFrame(() => focusFirstInvalid(formRef.current))
      return
    }
    onSubmit()
  }

  return (
    <Dialog
      isOpen
      width="wide"
      onClose={onClose}
      title={texts.title}
      actions={
        <>
          <p aria-live="polite" className={styles.note}>
            {isUnchanged && texts.unchanged}
          </p>
          <Button onClick={onClose}>{strings.actions.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" isBusy={isBusy} disabled={isUnchanged}>
            {texts.save}
          </Button>
        </>
      }
    >
      {changedByOthers !== undefined && <Overtaken fields={changedByOthers} />}
      <form id={formId} ref={formRef} onSubmit={submit} noValidate className={styles.form}>
        <EditFields form={form} base={base} onChange={onChange} errors={errors} isChecked={isChecked} />
      </form>
      {error !== null && !isShownAtFields(error) && <ErrorState error={error} />}
    </Dialog>
  )
}

function Overtaken({ fields }: { readonly fields: readonly EditedField[] }): ReactNode {
  const { edit: texts } = strings.subscription
  const names = fields.map((field) => texts.fieldNames[field]).join(', ')
  return (
    <Banner tone="warning" title={texts.conflictTitle}>
      {fields.length === 0 ? texts.conflictOther : texts.conflictDetail(names)}
    </Banner>
  )
}

/** Whether all that is wrong stands at its fields already. */
function isShownAtFields(error: Error): boolean {
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return false
  return otherErrors(error.errors, editedFields).length === 0
}

function focusFirstInvalid(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}
