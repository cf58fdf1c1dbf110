import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { subscriptionsQuery } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { strings } from '../../strings/index.ts'
import { RecoverForm } from './recover-form.tsx'
import { RecoverPanel } from './recover-panel.tsx'

/** What a {@link RecoverDialog} recovers. */
export interface RecoverDialogProps {
  /** Default: it is chosen. */
  readonly subscriptionId?: string
  /** RFC 3339; what is proposed. Default: the last day. */
  readonly since?: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/**
 * Delivers everything again that a subscription did not receive: counts first, then starts, then shows how far it is. Only
 * admins may; whoever opens it sees to that.
 */
export function RecoverDialog({ isOpen, ...opened }: RecoverDialogProps): ReactNode {
  // It starts afresh when it is opened.
  return isOpen ? <OpenDialog {...opened} /> : null
}

/** Which subscription is being recovered, and whether it was before this dialog was opened. */
interface Progress {
  readonly subscriptionId: string
  readonly wasRunning: boolean
}

function OpenDialog({ subscriptionId, since, onClose }: Omit<RecoverDialogProps, 'isOpen'>): ReactNode {
  const { dialog: texts } = strings.delivery.recover
  const [progress, setProgress] = useState<Progress>()
  const [buttons, setButtons] = useState<HTMLElement | null>(null)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={texts.title}
      description={texts.description}
      actions={
        progress === undefined ? (
          <>
            <Button onClick={onClose}>{strings.actions.cancel}</Button>
            {/* The form's own button stands here. */}
            <span ref={setButtons} />
          </>
        ) : (
          <Button variant="primary" onClick={onClose} autoFocus>
            {texts.close}
          </Button>
        )
      }
    >
      {progress === undefined ? (
        <Choice
          subscriptionId={subscriptionId}
          since={since}
          buttons={buttons}
          onProgress={(id, wasRunning) => setProgress({ subscriptionId: id, wasRunning })}
        />
      ) : (
        <>
          <p role="status">{progress.wasRunning ? texts.running : texts.started}</p>
          <RecoverPanel subscriptionId={progress.subscriptionId} isBare />
        </>
      )}
    </Dialog>
  )
}

interface ChoiceProps {
  readonly subscriptionId: string | undefined
  readonly since: string | undefined
  readonly buttons: HTMLElement | null
  readonly onProgress: (subscriptionId: string, wasRunning: boolean) => void
}

function Choice({ subscriptionId, since, buttons, onProgress }: ChoiceProps): ReactNode {
  const { dialog: texts } = strings.delivery.recover
  const { data, error, refetch } = useQuery(subscriptionsQuery)
  if (data === undefined) {
    if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
    return <Skeleton lines={5} height={44} />
  }
  const chosen = subscriptionId === undefined ? data : data.filter(({ id }) => id === subscriptionId)
  const [first] = chosen
  if (first === undefined) return <p>{texts.noSubscription}</p>
  return (
    <RecoverForm
      subscriptions={chosen}
      first={first}
      isGiven={subscriptionId !== undefined}
      since={since}
      buttons={buttons}
      onProgress={onProgress}
    />
  )
}
