import type { ReactNode } from 'react'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { describeActor, type Known } from './describe-actor.ts'
import { describeHistory } from './describe-history.ts'
import type { HistoryItem } from './history.ts'
import styles from './history-section.module.css'

const SHOWN_OF_HASH = 12

/** One thing that happened: what, who, when, what changed, and where the audit log has it. */
export function HistoryEntry({
  item,
  known,
}: {
  readonly item: HistoryItem
  readonly known: Known
}): ReactNode {
  const { title, details } = describeHistory(item)
  const { history } = strings.subscription
  const { entry, transition } = item
  return (
    <li className={styles.entry} data-tone={toneOf(item)}>
      <div className={styles.head}>
        <strong>{title}</strong>
        <span className={styles.muted}>
          <bdi>{describeActor(entry?.actor ?? transition?.actor ?? null, known)}</bdi> · <Time at={item.at} />
        </span>
      </div>
      {details.length > 0 && (
        <ul className={styles.details}>
          {details.map((detail) => (
            <li key={detail}>
              <VisibleText text={detail} />
            </li>
          ))}
        </ul>
      )}
      {entry !== undefined && (
        <p className={styles.evidence}>
          {history.entry(entry.number)} ·{' '}
          <code title={`${history.whole}: ${entry.hash}`}>
            {history.hash(entry.hash.slice(0, SHOWN_OF_HASH))}
          </code>
        </p>
      )}
    </li>
  )
}

function toneOf({ entry, transition }: HistoryItem): string {
  const to = transition?.to
  if (entry === undefined && to === 'disabled') return 'danger'
  if (to === 'degraded') return 'warning'
  return to === 'active' ? 'success' : 'neutral'
}
