import { type ReactNode, useState } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { RecoverDialog } from '../../log/recover/recover-dialog.tsx'
import { RecoverPanel } from '../../log/recover/recover-panel.tsx'
import { strings } from '../../strings/index.ts'

/** Sends what a subscription did not receive again, and shows how far that is. */
export function RecoverSection({ subscriptionId }: { readonly subscriptionId: string }): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const readOnly = useReadOnlyReason()
  return (
    <>
      <RecoverPanel
        subscriptionId={subscriptionId}
        actions={
          <Button onClick={() => setIsOpen(true)} disabledReason={readOnly}>
            {strings.subscription.recover.open}
          </Button>
        }
      />
      <RecoverDialog subscriptionId={subscriptionId} isOpen={isOpen} onClose={() => setIsOpen(false)} />
    </>
  )
}
