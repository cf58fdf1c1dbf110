import { type ReactNode, useId } from 'react'
import type { Attempt, DeliveryDetail } from '../../api/deliveries.ts'
import { formatDuration } from '../../components/format-time.ts'
import { Outcome } from '../../components/outcome.tsx'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { AttemptDetails } from './attempt-details.tsx'
import { PhaseBar } from './phase-bar.tsx'
import styles from './attempt-item.module.css'

/** What an {@link AttemptItem} shows. */
export interface AttemptItemProps {
  readonly delivery: DeliveryDetail
  readonly attempt: Attempt
  /** What the whole width of the bar stands for, in milliseconds. */
  readonly scaleMs: number
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
}

/** An attempt in the timeline: when, how it ended, how long it took; its details below while it is open. */
export function AttemptItem({ delivery, attempt, scaleMs, isOpen, onToggle }: AttemptItemProps): ReactNode {
  const { attempts: texts } = strings.delivery
  const { number, started_at: startedAt, outcome, http_status: httpStatus, duration_ms: durationMs } = attempt
  const detailsId = useId()
  return (
    <li className={styles.attempt}>
      <div className={styles.summary}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailsId : undefined}
          aria-label={texts.show(number)}
          onClick={() => onToggle(!isOpen)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <span>{texts.number(number)}</span>
        </button>
        <span className={styles.outcome}>
          <Outcome outcome={outcome} httpStatus={httpStatus} />
        </span>
        <span className={styles.when}>
          <Time at={startedAt} />
        </span>
        <span className={styles.duration}>{formatDuration(durationMs)}</span>
      </div>
      <PhaseBar attempt={attempt} scaleMs={scaleMs} />
      {isOpen && (
        <div id={detailsId}>
          <AttemptDetails delivery={delivery} attempt={attempt} />
        </div>
      )}
    </li>
  )
}
