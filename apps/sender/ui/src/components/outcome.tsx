import type { ReactNode } from 'react'
import { describeOutcome, outcomeTone } from './describe-outcome.ts'
import styles from './outcome.module.css'

/** How an attempt ended, in a word or two, on the color of what that means. */
export function Outcome({
  outcome,
  httpStatus,
}: {
  readonly outcome: string
  readonly httpStatus: number | null
}): ReactNode {
  return (
    <span className={styles.outcome} data-tone={outcomeTone(outcome)}>
      {describeOutcome(outcome, httpStatus)}
    </span>
  )
}
