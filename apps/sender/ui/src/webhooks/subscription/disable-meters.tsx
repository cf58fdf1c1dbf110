import type { ReactNode } from 'react'
import type { Subscription } from '../../api/subscriptions.ts'
import { useNow } from '../../components/clock.ts'
import { formatDuration } from '../../components/format-time.ts'
import { Meter } from '../../components/meter.tsx'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { type DisableForecast, forecastDisabling } from './disable-forecast.ts'
import styles from './health-section.module.css'

/** How close a failing subscription is to being disabled: in a sentence, and both thresholds. Nothing while none fails. */
export function DisableMeters({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const forecast = forecastDisabling(subscription, useNow())
  if (forecast === undefined) return null
  const { disabling } = strings.subscription
  const { failures, time } = forecast
  const isWarned = subscription.health.degraded_at !== null
  const tone = forecast.waitsFor === 'nothing' ? 'danger' : isWarned ? 'warning' : 'accent'
  return (
    <div className={styles.disabling}>
      <h3>{disabling.title}</h3>
      <p>
        <Words
          text={sentenceOf(forecast)}
          values={{ at: <Time at={time.disablesAt} />, in: formatDuration(time.remainingMs) }}
        />{' '}
        {disabling.kept}
      </p>
      <div className={styles.meters}>
        <Meter
          label={disabling.failuresMeter}
          value={failures.count}
          max={failures.limit ?? Math.max(1, failures.count)}
          text={
            failures.limit === null
              ? disabling.failuresReached(failures.count)
              : disabling.failuresValue(failures.count, failures.limit)
          }
          tone={tone}
        />
        <Meter
          label={disabling.timeMeter}
          value={time.totalMs === 0 ? 1 : time.elapsedMs}
          max={Math.max(1, time.totalMs)}
          text={
            time.remainingMs === 0
              ? disabling.timeReached(formatDuration(time.totalMs))
              : disabling.timeValue(formatDuration(time.elapsedMs), formatDuration(time.totalMs))
          }
          tone={tone}
        />
      </div>
    </div>
  )
}

function sentenceOf({ waitsFor, failures }: DisableForecast): string {
  const { disabling } = strings.subscription
  switch (waitsFor) {
    case 'both':
      return disabling.both(failures.remaining)
    case 'failures':
      return disabling.failures(failures.remaining)
    case 'time':
      return disabling.time
    default:
      return disabling.nothing
  }
}
