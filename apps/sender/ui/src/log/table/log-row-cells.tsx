import { memo, type ReactNode } from 'react'
import { useDescribedNow, useNow } from '../../components/clock.ts'
import { formatDuration, formatRelative, formatUtc } from '../../components/format-time.ts'
import { Outcome } from '../../components/outcome.tsx'
import { StatusBadge } from '../../components/state-badge.tsx'
import { strings } from '../../strings/index.ts'
import type { LogRow } from './log-row.ts'
import styles from './log-table.module.css'

/** What a row shows. */
export interface LogRowCellsProps {
  readonly row: LogRow
  /** Whether the keyboard comes here. */
  readonly isTabStop: boolean
  /** Whether it is shown only because it matched before. */
  readonly isMismatch: boolean
}

/**
 * The cells of a row. Rendered again only when the delivery or the day changes: where the row stands is its frame's
 * concern. Presses are handled by the table, once for all rows.
 */
export const LogRowCells = memo(function LogRowCells({
  row,
  isTabStop,
  isMismatch,
}: LogRowCellsProps): ReactNode {
  const { table } = strings.log
  const tabIndex = isTabStop ? 0 : -1
  const href = `/settings/webhooks/delivery-log/${row.id}`
  const badge = { status: row.status, last_outcome: row.outcome }
  const created = useDescribedNow((nowMs) => formatCreated(row.createdAtMs, nowMs))
  return (
    <>
      <div role="gridcell" className={styles.status}>
        <StatusBadge delivery={badge} />
      </div>
      <div role="gridcell" className={styles.event}>
        <a
          href={href}
          className={styles.link}
          tabIndex={tabIndex}
          data-open={row.id}
          aria-label={table.open(row.event, strings.statuses[row.status])}
        >
          <bdi>{row.event}</bdi>
        </a>
        {row.isTest && <span className={styles.tag}>{table.test}</span>}
        {row.isRedelivery && <span className={styles.tag}>{table.redelivery}</span>}
        {isMismatch && <span className={styles.tag}>{table.mismatch}</span>}
      </div>
      <div role="gridcell" className={styles.endpoint}>
        <bdi>{row.url.replace(/^https?:\/\//, '')}</bdi>
      </div>
      <div role="gridcell" className={styles.outcome}>
        {row.outcome === null ? strings.none : <Outcome outcome={row.outcome} httpStatus={row.httpStatus} />}
      </div>
      <div role="gridcell" className={styles.attempts} aria-label={table.attempts(row.attemptCount)}>
        {row.attemptCount}
      </div>
      <div role="gridcell" className={styles.created}>
        <a
          href={href}
          className={styles.time}
          tabIndex={-1}
          data-open={row.id}
          title={utcOf(row.createdAtMs)}
        >
          <time dateTime={utcOf(row.createdAtMs)}>{created}</time>
        </a>
      </div>
      <div role="gridcell" className={styles.took}>
        <Took row={row} />
      </div>
      <div role="gridcell" className={styles.actions}>
        <button
          type="button"
          className={styles.menu}
          tabIndex={tabIndex}
          data-menu={row.id}
          aria-haspopup="menu"
          aria-label={table.actions}
        >
          ⋯
        </button>
      </div>
    </>
  )
})

const time = { hour: 'numeric', minute: '2-digit', second: '2-digit' } as const
const timeFormat = new Intl.DateTimeFormat(undefined, time)
const dayTimeFormat = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', ...time })

// Today's without the day, which says nothing in most of the rows.
function formatCreated(ms: number, nowMs: number): string {
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString()
  return (isToday ? timeFormat : dayTimeFormat).format(ms)
}

function Took({ row }: { readonly row: LogRow }): ReactNode {
  if (row.completedAtMs !== null) return formatDuration(Math.max(0, row.completedAtMs - row.createdAtMs))
  if (row.nextAttemptAtMs === null) return strings.none
  return <NextAttempt atMs={row.nextAttemptAtMs} />
}

function NextAttempt({ atMs }: { readonly atMs: number }): ReactNode {
  const now = useNow()
  const { table } = strings.log
  const text = atMs <= now ? table.waiting : table.due(formatRelative(new Date(atMs), new Date(now)))
  return <time dateTime={utcOf(atMs)}>{text}</time>
}

function utcOf(ms: number): string {
  return formatUtc(new Date(ms))
}
