import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { deleteSubscription, type TaggedSubscription } from '../../api/subscription-changes.ts'
import {
  type SubscriptionStatistics,
  subscriptionQuery,
  subscriptionsQuery,
} from '../../api/subscriptions.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { tellDone } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'
import { ConflictBanner } from './conflict-banner.tsx'
import { useGuardedChange } from './use-guarded-change.ts'
import styles from './state-dialog.module.css'

/** What a {@link DeleteDialog} is about. */
export interface DeleteDialogProps {
  readonly opened: TaggedSubscription
  /** What it is owed; `undefined` until that is known. */
  readonly pending: SubscriptionStatistics['pending'] | undefined
  readonly onClose: () => void
}

/** Deletes a subscription once the host of its endpoint was typed, and goes back to the list. */
export function DeleteDialog({ opened, pending, onClose }: DeleteDialogProps): ReactNode {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { delete: texts, backlog } = strings.subscription
  const { mutation, base, isConflict, error } = useGuardedChange<void, undefined>({
    opened,
    async change({ subscription, etag }) {
      await deleteSubscription(subscription.id, etag)
    },
    async onDone() {
      tellDone(texts.done(hostOf(base.subscription.url)))
      await navigate({ to: '/settings/integrations/webhooks' })
      queries.removeQueries({ queryKey: subscriptionQuery(base.subscription.id).queryKey })
      await queries.invalidateQueries({ queryKey: subscriptionsQuery.queryKey })
    },
  })
  const { backlog: kept, url } = base.subscription
  const owed = kept ?? pending
  const host = hostOf(url)
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={texts.title}
      typed={{ text: host, label: texts.typed(host) }}
      confirm={texts.confirm}
      onConfirm={() => mutation.mutate()}
      isBusy={mutation.isPending}
      error={error}
    >
      {isConflict && <ConflictBanner />}
      <ul className={styles.list}>
        <li>{texts.secrets}</li>
        <li>
          {owed === undefined || owed.count === 0
            ? texts.nothingPending
            : texts.pending(backlog.deliveries(owed.count, owed.is_exact))}
        </li>
        {owed !== undefined && (owed.count > LARGE || !owed.is_exact) && <li>{texts.many}</li>}
        <li>{texts.log}</li>
        <li>{texts.instead}</li>
      </ul>
    </ConfirmDialog>
  )
}

// What the sender cancels before it answers.
const LARGE = 5000

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
