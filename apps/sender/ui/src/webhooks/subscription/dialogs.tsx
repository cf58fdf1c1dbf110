import type { ReactNode } from 'react'
import type { TaggedSubscription } from '../../api/subscription-changes.ts'
import type { SubscriptionStatistics } from '../../api/subscriptions.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { StateDialog } from './state-dialog.tsx'
import { TestDialog } from './test-dialog.tsx'

/** What can be done with a subscription. */
export type DialogName = 'test' | 'pause' | 'resume' | 'enable' | 'edit' | 'rotate' | 'delete'

/** What the {@link Dialogs} are about. */
export interface DialogsProps {
  readonly open: DialogName | undefined
  /** As it is now; it moves while a dialog is open. */
  readonly tagged: TaggedSubscription
  /** What it is owed; `undefined` until that is known. */
  readonly pending: SubscriptionStatistics['pending'] | undefined
  readonly onOpen: (dialog: DialogName | undefined) => void
}

/** The dialog that is open, if one is. Each starts afresh when it is opened. */
export function Dialogs({ open, tagged, pending, onOpen }: DialogsProps): ReactNode {
  const close = (): void => onOpen(undefined)
  const { subscription } = tagged
  switch (open) {
    case undefined:
      return null
    case 'test':
      return <TestDialog subscriptionId={subscription.id} onClose={close} />
    case 'edit':
      return <EditDialog opened={tagged} onClose={close} />
    case 'rotate':
      return <RotateDialog opened={tagged} onClose={close} onTest={() => onOpen('test')} />
    case 'delete':
      return <DeleteDialog opened={tagged} pending={pending} onClose={close} />
    default:
      return (
        <StateDialog
          key={open}
          request={open}
          opened={tagged}
          current={subscription}
          pending={pending}
          onClose={close}
        />
      )
  }
}
