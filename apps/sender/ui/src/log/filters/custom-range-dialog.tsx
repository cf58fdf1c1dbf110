import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { TextField } from '../../components/field.tsx'
import { timeZoneName } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { boundsOf, checkCustomRange, fromLocalInput, type TimeRange, toLocalInput } from './time-range.ts'
import styles from './custom-range-dialog.module.css'

/** Which time is entered. */
export interface CustomRangeDialogProps {
  /** What was chosen before. */
  readonly time: TimeRange
  readonly onApply: (time: TimeRange) => void
  readonly onClose: () => void
}

/** Enters a beginning, an end, or both, in the viewer's time zone. */
export function CustomRangeDialog({ time, onApply, onClose }: CustomRangeDialogProps): ReactNode {
  const [bounds] = useState(() => boundsOf(time, Date.now()))
  const [since, setSince] = useState(bounds.since === undefined ? '' : toLocalInput(bounds.since))
  const [until, setUntil] = useState(bounds.until === undefined ? '' : toLocalInput(bounds.until))
  const [isSubmitted, setIsSubmitted] = useState(false)
  const formId = useId()
  const { dialog } = strings.log.time
  const problem = checkCustomRange(since, until)

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsSubmitted(true)
    if (problem !== undefined) return
    const [from, to] = [fromLocalInput(since), fromLocalInput(until)]
    onApply({ ...(from && { since: from }), ...(to && { until: to }) })
  }

  const input = { type: 'datetime-local', step: 1 } as const
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={dialog.title}
      description={dialog.description(timeZoneName())}
      actions={
        <>
          <Button onClick={onClose}>{strings.actions.cancel}</Button>
          <Button type="submit" form={formId} variant="primary">
            {dialog.apply}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={submit} noValidate>
        <TextField {...input} label={dialog.since} value={since} onChange={setSince} />
        <TextField
          {...input}
          label={dialog.until}
          value={until}
          onChange={setUntil}
          error={isSubmitted && problem ? dialog.problems[problem] : undefined}
        />
      </form>
    </Dialog>
  )
}
