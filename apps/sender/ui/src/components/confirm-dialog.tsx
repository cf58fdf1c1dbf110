import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { strings } from '../strings/index.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorState } from './error-state.tsx'
import { TextField } from './field.tsx'

/** What a {@link ConfirmDialog} asks. */
export interface ConfirmDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  /** What is going to happen. */
  readonly children: ReactNode
  /** What has to be typed before it can be done, such as a name. Without it, pressing the button is enough. */
  readonly typed?: { readonly text: string; readonly label: string }
  /** What the other button says. Default: Cancel. */
  readonly cancel?: string
  /** What the button says: what it does. */
  readonly confirm: string
  readonly onConfirm: () => void
  readonly isBusy?: boolean
  /** Whether it cannot be done now; the children say why. */
  readonly isRefused?: boolean
  /** Why it was not done. */
  readonly error?: unknown
  /** Default `danger`: it cannot be undone. */
  readonly variant?: 'danger' | 'primary'
}

/** Asks before something is done that cannot be undone, or that reaches far. What was typed stays when it fails. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { isOpen, onClose, title, children, typed, confirm, onConfirm, error } = props
  const { isBusy = false, isRefused = false, variant = 'danger', cancel = strings.actions.cancel } = props
  const [text, setText] = useState('')
  const formId = useId()
  const isConfirmed = !isRefused && (typed === undefined || text.trim() === typed.text)

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isConfirmed && !isBusy) onConfirm()
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          <Button type="submit" form={formId} variant={variant} isBusy={isBusy} disabled={!isConfirmed}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      <form id={formId} onSubmit={submit}>
        {typed !== undefined && (
          <TextField
            label={typed.label}
            value={text}
            onChange={setText}
            autoComplete="off"
            spellCheck={false}
            isMonospace
          />
        )}
      </form>
      {error !== undefined && error !== null && <ErrorState error={error} />}
    </Dialog>
  )
}
