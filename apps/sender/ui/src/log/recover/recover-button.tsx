import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'

/** What a {@link RecoverButton} proposes. */
export interface RecoverButtonProps {
  /** Default: it is chosen. */
  readonly subscriptionId?: string | undefined
  /** Since when, in RFC 3339, asked for when it is pressed. Default: the last day. */
  readonly sinceWhen: () => string | undefined
}

// Few of those who read the log recover.
const RecoverDialog = lazy(async () => ({
  default: (await import('./recover-dialog.tsx')).RecoverDialog,
}))

/** A button that opens the `RecoverDialog`; disabled for members, with the reason. */
export function RecoverButton({ subscriptionId, sinceWhen }: RecoverButtonProps): ReactNode {
  const [opened, setOpened] = useState<{ readonly since: string | undefined }>()
  const readOnlyReason = useReadOnlyReason()
  return (
    <>
      <Button onClick={() => setOpened({ since: sinceWhen() })} disabledReason={readOnlyReason}>
        {strings.delivery.recover.open}
      </Button>
      <Suspense>
        {opened && (
          <RecoverDialog
            {...(subscriptionId !== undefined && { subscriptionId })}
            {...(opened.since !== undefined && { since: opened.since })}
            isOpen
            onClose={() => setOpened(undefined)}
          />
        )}
      </Suspense>
    </>
  )
}
