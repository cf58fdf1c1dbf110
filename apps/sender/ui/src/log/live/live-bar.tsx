import type { ReactNode } from 'react'
import type { LiveConnection } from '../../api/live.ts'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'
import styles from './live-bar.module.css'

/** How it stands with the stream of changes. */
export interface LiveBarProps {
  readonly connection: LiveConnection
  readonly isPaused: boolean
  readonly onPause: (isPaused: boolean) => void
  readonly heldCount: number
  /** Whether `p` pauses it too. */
  readonly hasLetterKeys: boolean
}

/** Whether the log is live, and the button that pauses it. */
export function LiveBar(props: LiveBarProps): ReactNode {
  const { connection, isPaused, onPause, heldCount, hasLetterKeys } = props
  const { live } = strings.log
  const words: Readonly<Record<LiveConnection, string>> = { ...live, 'signed-out': live.signedOut }
  const shown = isPaused ? live.pausedNew(heldCount) : words[connection]
  return (
    <div className={styles.bar}>
      <span
        className={styles.state}
        data-state={isPaused ? 'paused' : connection}
        title={connection === 'refused' ? live.refusedDetail : undefined}
      >
        {shown}
      </span>
      {/* Said when it changes; the count of what is new is announced on its own. */}
      <span className="visually-hidden" role="status">
        {isPaused ? live.paused : connection === 'refused' ? live.refusedDetail : words[connection]}
      </span>
      <Button
        aria-pressed={isPaused}
        aria-keyshortcuts={hasLetterKeys ? 'p' : undefined}
        onClick={() => onPause(!isPaused)}
      >
        {isPaused ? live.resume : live.pause}
      </Button>
    </div>
  )
}
