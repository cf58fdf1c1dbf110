import { Progress } from '@base-ui/react/progress'
import type { ReactNode } from 'react'
import type { RecoverJob } from '../../api/recover-jobs.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { estimateMs } from './estimate.ts'
import styles from './recover.module.css'

/** What a {@link RecoverProgress} draws. */
export interface RecoverProgressProps {
  readonly job: RecoverJob
  /** Whether it waits until its subscription is active again. */
  readonly isWaiting: boolean
}

/** How far a recovery is, as a bar, and how long it still takes. */
export function RecoverProgress({ job, isWaiting }: RecoverProgressProps): ReactNode {
  const { panel: texts } = strings.delivery.recover
  const { status, total_count: total, redelivered_count: made } = job
  return (
    <div className={styles.progress}>
      <Progress.Root
        value={Math.min(made, total)}
        max={Math.max(total, 1)}
        aria-label={texts.progress}
        getAriaValueText={() => texts.made(made, total)}
      >
        <Progress.Track className={styles.track}>
          <Progress.Indicator className={styles.bar} data-status={status} />
        </Progress.Track>
      </Progress.Root>
      {status === 'running' && <p className={styles.left}>{isWaiting ? texts.waiting : timeLeft(job)}</p>}
    </div>
  )
}

function timeLeft(job: RecoverJob): string {
  const { panel: texts } = strings.delivery.recover
  const ms = estimateMs(job, Date.now())
  // To the second: what is less would flicker.
  return ms === undefined ? texts.leftUnknown : texts.left(formatDuration(Math.ceil(ms / 1000) * 1000))
}
