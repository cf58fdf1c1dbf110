import { type ReactNode, useState } from 'react'
import type { DeliveryDetail } from '../../api/deliveries.ts'
import { ApiText } from '../../components/api-text.tsx'
import { describeOutcome } from '../../components/describe-outcome.ts'
import { LiveText } from '../../components/live-text.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { AttemptItem } from './attempt-item.tsx'
import { NextAt } from './next-at.tsx'
import { scaleOf } from './phases.ts'
import styles from './attempt-list.module.css'

/** The attempts of a delivery in order, the newest unfolded, and the one that is planned. */
export function AttemptList({ delivery }: { readonly delivery: DeliveryDetail }): ReactNode {
  const { attempts: texts } = strings.delivery
  const { attempts, why, status } = delivery
  // An attempt that comes while one looks is unfolded too; what was unfolded stays, so that nothing moves under the reader.
  const [newestAtFirst] = useState(attempts.length)
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map())
  const scaleMs = scaleOf(attempts)
  const last = attempts.at(-1)
  return (
    <Section title={texts.heading}>
      <ol className={styles.list}>
        {attempts.map((attempt, index) => (
          <AttemptItem
            key={`${attempt.number} ${attempt.started_at}`}
            delivery={delivery}
            attempt={attempt}
            scaleMs={scaleMs}
            isOpen={toggled.get(index) ?? index >= newestAtFirst - 1}
            onToggle={(isOpen) => setToggled(new Map(toggled).set(index, isOpen))}
          />
        ))}
        {status === 'pending' && why.next !== null && (
          <li className={styles.planned}>
            <span className={styles.plannedName}>{texts.planned}</span>
            <span>
              <ApiText text={why.next} />
            </span>
            {why.next_at !== null && (
              <span className={styles.plannedAt}>
                {texts.plannedFrom} <NextAt at={why.next_at} />
              </span>
            )}
          </li>
        )}
      </ol>
      {attempts.length === 0 && <p className={styles.none}>{texts.none}</p>}
      <LiveText
        text={
          last === undefined
            ? ''
            : texts.announced(last.number, describeOutcome(last.outcome, last.http_status))
        }
      />
    </Section>
  )
}
