import type { ReactNode } from 'react'
import { requestState, type StateRequest, type TaggedSubscription } from '../../api/subscription-changes.ts'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { tellDone } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'
import { ConflictBanner } from './conflict-banner.tsx'
import { explainRequest } from './explain-request.ts'
import { stateRequests } from './state-requests.ts'
import { useGuardedChange } from './use-guarded-change.ts'
import styles from './state-dialog.module.css'

/** What a {@link StateDialog} asks. */
export interface StateDialogProps {
  readonly request: StateRequest
  /** The subscription when the dialog was opened. */
  readonly opened: TaggedSubscription
  /** The subscription now. */
  readonly current: Subscription
  readonly pending: SubscriptionStatistics['pending'] | undefined
  readonly onClose: () => void
}

/** Asks before a subscription is paused, resumed or enabled, and says exactly what will happen to what it is owed. */
export function StateDialog({ request, opened, current, pending, onClose }: StateDialogProps): ReactNode {
  const texts = strings.subscription
  const { mutation, isConflict, error } = useGuardedChange<void, TaggedSubscription>({
    opened,
    change: async (base) => await requestState(request, base.subscription.id, base.etag),
    onDone() {
      tellDone(texts[request].done)
      onClose()
    },
  })
  const isElsewhere = stateRequests[current.state] !== request && !mutation.isPending
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={texts[request].title}
      confirm={texts[request].confirm}
      variant="primary"
      onConfirm={() => mutation.mutate()}
      isBusy={mutation.isPending}
      isRefused={isElsewhere}
      error={error}
    >
      {isConflict && <ConflictBanner />}
      {isElsewhere ? (
        <p>{texts.stateChanged}</p>
      ) : (
        <ul className={styles.list}>
          {explainRequest(request, current, pending).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </ConfirmDialog>
  )
}
