import { type ReactNode, useId } from 'react'
import type { DeliveryDetail } from '../../api/deliveries.ts'
import { ApiText } from '../../components/api-text.tsx'
import { LiveText } from '../../components/live-text.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { findId } from '../log-search.ts'
import { AdviceList } from './advice-list.tsx'
import { CauseLine } from './cause-line.tsx'
import { DeliveryLink } from './delivery-link.tsx'
import { explainCause } from './explain-cause.ts'
import { NextAt } from './next-at.tsx'
import { useLastFailure } from './use-last-failure.ts'
import styles from './why-section.module.css'

/** What a {@link WhySection} says. */
export interface WhySectionProps {
  readonly delivery: DeliveryDetail
  /** Whether the last look-up failed, so that what is shown may be old. */
  readonly isUnreachable: boolean
}

/** The answer to “why did it not arrive?”: in large words, with what comes next, and what can be done. */
export function WhySection({ delivery, isUnreachable }: WhySectionProps): ReactNode {
  const { why: texts } = strings.delivery
  const { why, status } = delivery
  const headingId = useId()
  const other = useLastFailure(delivery)
  const { headline, state, names } = explainCause(delivery, other)
  const held = state !== null && (
    <p className={styles.cause}>
      {why.code === 'behind' ? <Before state={state} /> : <ApiText text={state} />}
    </p>
  )
  return (
    <section className={styles.why} data-tone={toneOf(delivery)} aria-labelledby={headingId}>
      <h2 id={headingId} className={styles.detail}>
        <ApiText text={headline} />
      </h2>
      {names === 'none' && held}
      {other === undefined ? (
        <Skeleton lines={1} height={24} />
      ) : (
        <CauseLine delivery={delivery} other={other} named={names} />
      )}
      {names !== 'none' && held}
      <p className={styles.next}>
        {why.next === null ? (
          texts.nothing
        ) : (
          <>
            <strong>{texts.next}:</strong> <ApiText text={why.next} />
          </>
        )}
        {why.next_at !== null && (
          <span className={styles.at}>
            <NextAt at={why.next_at} />
          </span>
        )}
      </p>
      {other === undefined ? (
        <Skeleton lines={2} height={56} />
      ) : (
        <AdviceList delivery={delivery} other={other} />
      )}
      {status === 'pending' && (
        <p className={styles.watching}>{isUnreachable ? texts.unreachable : texts.watching}</p>
      )}
      {/* Without what is only looked up, which changes by having been. */}
      <LiveText
        text={texts.changed(strings.statuses[delivery.status], explainCause(delivery, null).headline)}
      />
    </section>
  )
}

// The API names the delivery by its id.
function Before({ state }: { readonly state: string }): ReactNode {
  const id = findId(state)
  if (id === undefined) return <ApiText text={state} />
  return <Words text={strings.delivery.cause.before} values={{ delivery: <DeliveryLink id={id} /> }} />
}

function toneOf({ status, last_outcome: lastOutcome }: DeliveryDetail): string {
  if (status === 'succeeded') return 'success'
  if (status === 'failed') return 'danger'
  if (status === 'canceled') return 'neutral'
  return lastOutcome === null ? 'accent' : 'warning'
}
