import type { ReactNode } from 'react'
import type { Warning } from '../../api/subscription-changes.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { strings } from '../../strings/index.ts'
import { WarningList } from '../warning-list.tsx'

/** What a {@link SavedDialog} says. */
export interface SavedDialogProps {
  readonly warnings: readonly Warning[]
  readonly onClose: () => void
}

/** That the changes are saved, and what should be changed nevertheless. */
export function SavedDialog({ warnings, onClose }: SavedDialogProps): ReactNode {
  const { edit } = strings.subscription
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={edit.title}
      actions={
        <Button variant="primary" onClick={onClose}>
          {strings.actions.close}
        </Button>
      }
    >
      <Banner tone="warning" title={edit.warningsTitle}>
        <WarningList warnings={warnings} />
      </Banner>
    </Dialog>
  )
}
