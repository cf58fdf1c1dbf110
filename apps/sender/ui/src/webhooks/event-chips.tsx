import type { ReactNode } from 'react'
import { strings } from '../strings/index.ts'
import { ALL_EVENTS } from './event-selection.ts'
import styles from './event-chips.module.css'

/** What {@link EventChips} shows. */
export interface EventChipsProps {
  /** Patterns: `scan.completed`, `compliance.*`, `*`. */
  readonly events: readonly string[]
  /** How many are shown at most; the others are counted. Default: all. */
  readonly max?: number
}

/** The patterns of a subscription. */
export function EventChips({ events, max = Number.POSITIVE_INFINITY }: EventChipsProps): ReactNode {
  const shown = events.slice(0, max)
  const others = events.slice(max)
  return (
    <ul className={styles.chips}>
      {shown.map((pattern) => (
        <li key={pattern} className={styles.chip}>
          {pattern === ALL_EVENTS ? strings.webhooks.allEvents : <code>{pattern}</code>}
        </li>
      ))}
      {others.length > 0 && (
        <li className={styles.more} title={others.join(', ')}>
          <span aria-hidden="true">{strings.webhooks.moreEvents(others.length)}</span>
          <span className="visually-hidden">{others.join(', ')}</span>
        </li>
      )}
    </ul>
  )
}
