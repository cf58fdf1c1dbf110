import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { formatInstant } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import type { FeedState } from '../live/feed-state.ts'
import type { LogFeed } from '../live/log-feed.ts'
import styles from './log-end.module.css'

/** What is below the last row. */
export interface LogEndProps {
  readonly feed: LogFeed
  readonly state: FeedState
  readonly onRetry: () => void
}

/** Whether there are older deliveries, and how far a long search has come; it can be stopped. */
export function LogEnd({ feed, state, onRetry }: LogEndProps): ReactNode {
  const { phase, rows, error, searchedToMs } = state
  const { table } = strings.log
  if (phase === 'failed') return <ErrorState error={error} onRetry={onRetry} />
  const since = searchedToMs === undefined ? undefined : formatInstant(new Date(searchedToMs))
  const texts: Readonly<Record<Exclude<FeedState['phase'], 'failed'>, string>> = {
    reading: rows.length === 0 ? strings.loading : table.loading,
    open: '',
    searching: since === undefined ? table.searchingStart : table.searching(since),
    stopped: since === undefined ? '' : table.searched(since),
    complete: rows.length === 0 ? '' : table.complete,
    full: table.full(rows.length.toLocaleString('en')),
  }
  return (
    <div className={styles.end} data-empty={rows.length === 0 || undefined}>
      <span role="status">{texts[phase]}</span>
      {/* One button: the focus stays on it when it is pressed. */}
      {(phase === 'searching' || phase === 'stopped') && (
        <Button onClick={() => (phase === 'searching' ? feed.stop() : void feed.readOlder())}>
          {phase === 'searching' ? table.stop : table.goOn}
        </Button>
      )}
    </div>
  )
}
