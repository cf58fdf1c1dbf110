import type { ReactNode } from 'react'
import { ErrorState } from '../../components/error-state.tsx'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import styles from './recover.module.css'

/** What a {@link RecoverCountText} says. */
export interface RecoverCountTextProps {
  /** `undefined` while it is counted, or cannot be. */
  readonly count: number | undefined
  /** `undefined` while it is not valid. */
  readonly perSecond: number | undefined
  readonly isCounting: boolean
  readonly error: Error | null
  readonly onRetry: () => void
}

/** How many deliveries a recovery would make, and how long that takes. */
export function RecoverCountText(props: RecoverCountTextProps): ReactNode {
  const { count, perSecond, isCounting, error, onRetry } = props
  const { dialog: texts } = strings.delivery.recover
  if (error !== null) return <ErrorState error={error} onRetry={onRetry} />
  return (
    <div role="status" className={styles.count}>
      {isCounting && <p>{texts.counting}</p>}
      {count === 0 && <p>{texts.none}</p>}
      {count !== undefined && count > 0 && (
        <>
          <p className={styles.number}>{texts.count(count)}</p>
          {perSecond !== undefined && (
            <p>{texts.takes(formatDuration(Math.ceil(count / perSecond) * 1000))}</p>
          )}
        </>
      )}
    </div>
  )
}
