import type { ReactNode } from 'react'
import type { TestOutcome } from '../../api/subscription-changes.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import styles from './test-dialog.module.css'

const names = ['dns_ms', 'connect_ms', 'tls_ms', 'first_byte_ms', 'body_ms'] as const

/** Where the time of an attempt went: each phase with a bar from where it began to where it ended. */
export function TestPhases({ phases }: Pick<TestOutcome, 'phases'>): ReactNode {
  const { test: texts } = strings.subscription
  const lengths = names.map((name) => phases[name] ?? 0)
  const total = sum(lengths) || 1
  return (
    <div className={styles.phases}>
      <h3>{texts.phases}</h3>
      <dl className={styles.phaseList}>
        {names.map((name, index) => {
          const ms = phases[name]
          const before = sum(lengths.slice(0, index))
          return (
            <div key={name} className={styles.phase}>
              <dt>{texts.phaseNames[name]}</dt>
              <dd>{ms === null ? texts.notNeeded : formatDuration(ms)}</dd>
              <dd className={styles.track} aria-hidden="true">
                {ms !== null && (
                  <span
                    className={styles.bar}
                    style={{ left: `${(100 * before) / total}%`, width: `${(100 * ms) / total}%` }}
                  />
                )}
              </dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
