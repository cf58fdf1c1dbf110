import type { ReactNode } from 'react'
import type { Delivery, DeliveryDetail } from '../../api/deliveries.ts'
import { Outcome } from '../../components/outcome.tsx'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { DeliveryLink } from './delivery-link.tsx'
import type { Cause } from './explain-cause.ts'
import styles from './why-section.module.css'

/** What a {@link CauseLine} tells of. */
export interface CauseLineProps {
  readonly delivery: DeliveryDetail
  /** A delivery to the same endpoint that failed; told of where this one was not attempted yet. */
  readonly other: Delivery | null
  /** Whose outcome is named above already. */
  readonly named: Cause['names']
}

/** How the last attempt ended, or that of another delivery to the same endpoint. */
export function CauseLine({ delivery, other, named }: CauseLineProps): ReactNode {
  const { why: texts } = strings.delivery
  const last = delivery.attempts.at(-1)
  if (last !== undefined && delivery.status !== 'succeeded') {
    const { number, outcome, http_status: httpStatus, started_at: at, detail } = last
    return (
      <p className={styles.cause}>
        {detail !== null && <VisibleText text={detail} />}{' '}
        <Words
          text={named === 'own' ? texts.ownAttempt : texts.lastAttempt}
          values={{
            number,
            outcome: <Outcome outcome={outcome} httpStatus={httpStatus} />,
            time: <Time at={at} />,
          }}
        />
      </p>
    )
  }
  if (other === null || other.last_outcome === null) return null
  return (
    <p className={styles.cause}>
      <Words
        text={named === 'other' ? texts.otherNamed : texts.otherAttempt}
        values={{
          outcome: <Outcome outcome={other.last_outcome} httpStatus={other.last_http_status} />,
          delivery: <DeliveryLink id={other.id} />,
        }}
      />
    </p>
  )
}
