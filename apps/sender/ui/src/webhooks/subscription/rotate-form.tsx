import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { RadioList } from '../../components/radio-list.tsx'
import { strings } from '../../strings/index.ts'
import { ConflictBanner } from './conflict-banner.tsx'
import { errorOf, otherErrors } from './field-errors.ts'
import { lackOf, overlapChoices, receiverWithBoth, type RotationForm } from './rotation-steps.ts'
import { SecretChoice } from './secret-choice.tsx'
import styles from './rotate-dialog.module.css'

/** What a {@link RotateForm} asks. */
export interface RotateFormProps {
  readonly form: RotationForm
  readonly onChange: (form: RotationForm) => void
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly isBusy: boolean
  readonly isConflict: boolean
  readonly error: Error | null
}

/** The steps of a rotation, in the order in which they have to be done. */
export function RotateForm(props: RotateFormProps): ReactNode {
  const { form, onChange, onSubmit, onClose, isBusy, isConflict, error } = props
  const { rotate: texts } = strings.subscription
  const [now] = useState(() => new Date())
  const formId = useId()
  const lack = lackOf(form)
  const errors = error instanceof ApiProblem ? error.errors : []
  const isSaidElsewhere = errors.length > 0 && otherErrors(errors, ['secret']).length === 0

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (lack === undefined && !isBusy) onSubmit()
  }

  return (
    <Dialog
      isOpen
      width="wide"
      onClose={onClose}
      title={texts.title}
      description={texts.description}
      actions={
        <>
          <Button onClick={onClose}>{strings.actions.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" isBusy={isBusy} disabled={lack !== undefined}>
            {texts.confirm}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className={styles.steps}>
        <div className={styles.step}>
          <h3>{texts.step1}</h3>
          <SecretChoice form={form} onChange={onChange} error={errorOf(errors, 'secret')} />
        </div>
        <div className={styles.step}>
          <h3>{texts.step2}</h3>
          {form.overlap === '0' ? (
            <p>{texts.leaked}</p>
          ) : (
            <>
              <p>{texts.step2Detail}</p>
              <CodeBlock code={receiverWithBoth(now, form.overlap)} label={texts.code} />
              <Checkbox
                label={texts.ready}
                isChecked={form.isReceiverReady}
                onChange={(isReceiverReady) => onChange({ ...form, isReceiverReady })}
              />
            </>
          )}
        </div>
        <div className={styles.step}>
          <h3>{texts.step3}</h3>
          <RadioList
            legend={texts.overlap}
            options={overlapChoices.map((value) => ({ value, label: texts.overlaps[value] }))}
            value={form.overlap}
            onChange={(overlap) => onChange({ ...form, overlap })}
          />
          {form.overlap !== '0' && <p className={styles.muted}>{texts.overlapDetail}</p>}
        </div>
      </form>
      {isConflict && <ConflictBanner />}
      {error !== null && !isSaidElsewhere && <ErrorState error={error} />}
      <p aria-live="polite" className={styles.muted}>
        {lack === 'receiver' && texts.notReady}
      </p>
    </Dialog>
  )
}
