import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Delivery, deliveryQuery } from '../../api/deliveries.ts'
import { ApiText } from '../../components/api-text.tsx'
import { Outcome } from '../../components/outcome.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { explainCause } from '../delivery/explain-cause.ts'
import styles from './event-table.module.css'

// Many deliveries are looked up at once.
const REFETCH_MS = 10_000

/** Why a delivery is where it is, in a line or two, and what comes next. */
export function WhyCell({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { deliveries: texts } = strings.delivery.event
  const { data, isError } = useQuery({
    ...deliveryQuery(delivery.id),
    // Until both agree that it is done.
    refetchInterval: ({ state }) =>
      delivery.status === 'pending' || state.data?.status === 'pending' ? REFETCH_MS : false,
  })
  if (data === undefined)
    return isError ? texts.failed : <Skeleton lines={delivery.status === 'pending' ? 3 : 1} />
  const { next, next_at: nextAt } = data.why
  // Only the page of a delivery looks for another one that failed.
  const { headline, state, names } = explainCause(data, null)
  return (
    <>
      {data.last_outcome !== null && data.status !== 'succeeded' && (
        <span className={styles.outcome}>
          <Outcome outcome={data.last_outcome} httpStatus={data.last_http_status} />
        </span>
      )}
      {(names !== 'own' || state !== null) && (
        <span>
          <ApiText text={state ?? headline} />
        </span>
      )}
      {next !== null && (
        <span className={styles.next}>
          <ApiText text={texts.next(next)} /> {nextAt !== null && <Time at={nextAt} format="relative" />}
        </span>
      )}
    </>
  )
}
