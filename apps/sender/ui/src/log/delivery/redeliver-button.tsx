import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type DeliveryDetail, redeliver } from '../../api/deliveries.ts'
import { useReadOnlyReason } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { tellDone, tellFailed } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'
import styles from './redeliver-button.module.css'

/** Delivers again and goes to the new delivery; of a pending one it makes the next attempt due now. */
export function RedeliverButton({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const { redeliver: texts } = strings.delivery
  const { id, status } = delivery
  const readOnlyReason = useReadOnlyReason()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const asking = useMutation({
    mutationFn: () => redeliver(id),
    async onSuccess({ delivery: made, isNew }) {
      tellDone(made.id === id ? texts.hastened : isNew ? texts.made : texts.other)
      if (made.id !== id) {
        await navigate({ to: '/settings/webhooks/delivery-log/$deliveryId', params: { deliveryId: made.id } })
      }
      await queries.invalidateQueries({ queryKey: ['deliveries'] })
      await queries.invalidateQueries({ queryKey: ['events'] })
    },
    onError: tellFailed,
  })
  const isPending = status === 'pending'
  const useless = uselessReason(delivery)
  const hint = isPending ? texts.nowHint : texts.againHint
  return (
    <>
      <Button
        variant="primary"
        onClick={() => asking.mutate()}
        isBusy={asking.isPending}
        disabledReason={readOnlyReason ?? useless}
        title={hint}
      >
        {isPending ? texts.now : texts.again}
      </Button>
      <span className={styles.hint}>{useless ?? hint}</span>
    </>
  )
}

// Asking makes it due, and changes nothing where that is not what it waits for.
function uselessReason({ status, body, why }: DeliveryDetail): string | undefined {
  const { redeliver: texts } = strings.delivery
  if (status !== 'pending') return body === null ? texts.expired : undefined
  const reasons: Readonly<Partial<Record<typeof why.code, string>>> = texts.useless
  return reasons[why.code]
}
