import type { ReactNode } from 'react'
import type { Subscription } from '../../api/subscriptions.ts'
import { useNow } from '../../components/clock.ts'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { layoutRotation, type SecretBar } from './rotation-layout.ts'
import styles from './secrets-section.module.css'

/** Which secrets sign until when, as bars on a line of time with a mark for now; nothing while only one signs. */
export function RotationTimeline({ secrets }: Pick<Subscription, 'secrets'>): ReactNode {
  const layout = layoutRotation(secrets, useNow())
  if (layout === undefined) return null
  const { secrets: texts } = strings.subscription
  const [newest] = secrets
  const last = layout.bars.map(({ secret }) => secret.expires_at ?? '').reduce((a, b) => (a > b ? a : b), '')
  return (
    <div className={styles.timeline}>
      <h3>{texts.timeline}</h3>
      <p>{texts.timelineText(layout.bars.length)}</p>
      {/* The list above and the sentences around it say the same. */}
      <div className={styles.chart} aria-hidden="true">
        <div className={styles.names}>
          {layout.bars.map(({ secret, isNewest }) => (
            <span key={secret.created_at}>
              {isNewest ? texts.barNewest(secret.hint) : texts.barOld(secret.hint)}
            </span>
          ))}
        </div>
        <div className={styles.bars}>
          {layout.bars.map((bar) => (
            <Bar key={bar.secret.created_at} bar={bar} />
          ))}
          <div className={styles.now} style={{ left: `${layout.now}%` }}>
            <span>{texts.now}</span>
          </div>
        </div>
      </div>
      <div className={styles.ends}>
        {newest !== undefined && (
          <span>
            <Words text={texts.rotated} values={{ at: <Time at={newest.created_at} /> }} />
          </span>
        )}
        <span>
          <Words text={texts.ends} values={{ at: <Time at={last} /> }} />
        </span>
      </div>
    </div>
  )
}

function Bar({ bar }: { readonly bar: SecretBar }): ReactNode {
  const { isNewest, left, width, beganBefore } = bar
  return (
    <div className={styles.row}>
      <div
        className={styles.bar}
        data-newest={isNewest || undefined}
        data-began-before={beganBefore || undefined}
        style={{ left: `${left}%`, width: `${width}%` }}
      />
    </div>
  )
}
