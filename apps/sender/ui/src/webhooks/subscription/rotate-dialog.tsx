import { type ReactNode, useState } from 'react'
import { rotateSecret, type TaggedSubscription, type Warning } from '../../api/subscription-changes.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { strings } from '../../strings/index.ts'
import { createRepeatKey } from '../create/repeat-key.ts'
import { makeSecret } from './make-secret.ts'
import { NewSecretDialog } from './new-secret-dialog.tsx'
import { RotateForm } from './rotate-form.tsx'
import { chosenSecret, type RotationForm } from './rotation-steps.ts'
import { useGuardedChange } from './use-guarded-change.ts'

/** What a {@link RotateDialog} is about. */
export interface RotateDialogProps {
  readonly opened: TaggedSubscription
  readonly onClose: () => void
  /** Closes it, and sends a test event. */
  readonly onTest: () => void
}

interface Rotated extends TaggedSubscription {
  readonly secret: string
  readonly warnings: readonly Warning[]
}

/**
 * Rotates the secret in the order in which no event is lost: make one, give it to the receiver, let the sender use it. A
 * rotation whose answer was lost is repeated with its key, and is done once.
 */
export function RotateDialog({ opened, onClose, onTest }: RotateDialogProps): ReactNode {
  const [form, setForm] = useState(startForm)
  const [isLeaving, setIsLeaving] = useState(false)
  const [rotated, setRotated] = useState<Rotated>()
  const [repeatKey] = useState(() => createRepeatKey())
  const { mutation, isConflict, error } = useGuardedChange<RotationForm, Rotated>({
    opened,
    async change({ subscription, etag }, form) {
      const rotation = { secret: chosenSecret(form), overlapSeconds: Number(form.overlap) }
      return await rotateSecret(subscription.id, etag, rotation, repeatKey(rotation))
    },
    onDone: setRotated,
  })
  const { rotate: texts } = strings.subscription

  if (rotated !== undefined) {
    const { secret, warnings } = rotated
    return <NewSecretDialog secret={secret} warnings={warnings} onClose={onClose} onTest={onTest} />
  }
  const isEntered = form.source === 'generated' || form.given !== ''
  return (
    <>
      <RotateForm
        form={form}
        onChange={setForm}
        onSubmit={() => mutation.mutate(form)}
        onClose={() => (isEntered ? setIsLeaving(true) : onClose())}
        isBusy={mutation.isPending}
        isConflict={isConflict}
        error={error}
      />
      {isLeaving && (
        <ConfirmDialog
          isOpen
          onClose={() => setIsLeaving(false)}
          title={texts.discardTitle}
          cancel={texts.keep}
          confirm={texts.discard}
          onConfirm={onClose}
        >
          <p>{texts.discardDetail}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function startForm(): RotationForm {
  return { source: 'generated', generated: makeSecret(), given: '', overlap: '86400', isReceiverReady: false }
}
