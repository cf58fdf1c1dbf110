import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { changeSubscription, type TaggedSubscription, type Warning } from '../../api/subscription-changes.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { tellDone } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'
import { EditFormDialog } from './edit-form-dialog.tsx'
import {
  changedFields,
  type EditedField,
  type EditForm,
  isEdited,
  rebaseForm,
  toEditForm,
  toPatch,
} from './edit-form.ts'
import { SavedDialog } from './saved-dialog.tsx'
import { useGuardedChange } from './use-guarded-change.ts'

/** What an {@link EditDialog} edits. */
export interface EditDialogProps {
  readonly opened: TaggedSubscription
  readonly onClose: () => void
}

interface Saved extends TaggedSubscription {
  readonly warnings: readonly Warning[]
}

/**
 * Edits a subscription. What is sent is what was changed, on top of what was seen; where somebody else was faster, their
 * changes are shown and what was entered stays. Leaving with anything unsaved asks first.
 */
export function EditDialog({ opened, onClose }: EditDialogProps): ReactNode {
  const [form, setForm] = useState(() => toEditForm(opened.subscription))
  const [changedByOthers, setChangedByOthers] = useState<readonly EditedField[]>([])
  const [isClosing, setIsClosing] = useState(false)
  const [warnings, setWarnings] = useState<readonly Warning[]>()
  const { base, mutation, isConflict, error } = useGuardedChange<EditForm, Saved>({
    opened,
    change: async ({ subscription, etag }, form) =>
      await changeSubscription(subscription.id, etag, toPatch(form, subscription)),
    onConflict(before, current) {
      setChangedByOthers(changedFields(before.subscription, current.subscription))
      setForm((form) => rebaseForm(form, before.subscription, current.subscription))
    },
    onDone(saved) {
      if (saved.warnings.length > 0) {
        setWarnings(saved.warnings)
        return
      }
      tellDone(strings.subscription.edit.done)
      onClose()
    },
  })
  const hasUnsaved = warnings === undefined && !mutation.isSuccess && isEdited(form, base.subscription)
  const leaving = useBlocker({
    shouldBlockFn: () => hasUnsaved,
    enableBeforeUnload: () => hasUnsaved,
    withResolver: true,
  })
  const { edit: texts } = strings.subscription

  if (warnings !== undefined) return <SavedDialog warnings={warnings} onClose={onClose} />
  return (
    <>
      <EditFormDialog
        form={form}
        base={base.subscription}
        onChange={setForm}
        onSubmit={() => mutation.mutate(form)}
        onClose={() => (hasUnsaved ? setIsClosing(true) : onClose())}
        isBusy={mutation.isPending}
        changedByOthers={isConflict ? changedByOthers : undefined}
        error={error}
      />
      {(isClosing || leaving.status === 'blocked') && (
        <ConfirmDialog
          isOpen
          onClose={() => {
            setIsClosing(false)
            leaving.reset?.()
          }}
          title={texts.discardTitle}
          cancel={texts.keep}
          confirm={texts.discard}
          onConfirm={() => (leaving.status === 'blocked' ? leaving.proceed() : onClose())}
        >
          <p>{texts.discardDetail}</p>
        </ConfirmDialog>
      )}
    </>
  )
}
