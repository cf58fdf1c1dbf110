import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { cancelRecovery } from '../../api/recover-jobs.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { tellDone } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'

/** Which recovery a {@link CancelRecovery} ends. */
export interface CancelRecoveryProps {
  readonly id: string
  readonly onClose: () => void
}

/** Asks before a recovery is canceled, and says what stays. */
export function CancelRecovery({ id, onClose }: CancelRecoveryProps): ReactNode {
  const { panel: texts } = strings.delivery.recover
  const queries = useQueryClient()
  const canceling = useMutation({
    mutationFn: () => cancelRecovery(id),
    async onSuccess({ status }) {
      // It may have ended by itself meanwhile.
      if (status === 'canceled') tellDone(texts.canceled)
      onClose()
      await queries.invalidateQueries({ queryKey: ['recover-jobs'] })
    },
  })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={texts.cancelTitle}
      confirm={texts.cancel}
      cancel={texts.keep}
      onConfirm={() => canceling.mutate()}
      isBusy={canceling.isPending}
      error={canceling.error}
    >
      <p>{texts.cancelText}</p>
    </ConfirmDialog>
  )
}
