import type { ReactNode } from 'react'
import type { Attempt } from '../../api/deliveries.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { phaseName } from './phase-name.ts'
import { segmentsOf } from './phases.ts'
import styles from './phase-bar.module.css'

/** What a {@link PhaseBar} draws. */
export interface PhaseBarProps {
  readonly attempt: Attempt
  /** What the whole width stands for, in milliseconds. */
  readonly scaleMs: number
}

/** Where the time of an attempt went, as a bar; the same in words for screen readers. */
export function PhaseBar({ attempt, scaleMs }: PhaseBarProps): ReactNode {
  const { attempts: texts } = strings.delivery
  const segments = segmentsOf(attempt)
  const parts = segments.map(({ phase, ms }) =>
    texts.phase(phaseName(phase, attempt.outcome), formatDuration(ms)),
  )
  return (
    <div
      className={styles.bar}
      role="img"
      aria-label={texts.bar(parts.join(', '), formatDuration(attempt.duration_ms))}
    >
      {segments.map(({ phase, ms }) => (
        <span key={phase} className={styles[phase]} style={{ width: `${(ms / scaleMs) * 100}%` }} />
      ))}
    </div>
  )
}
