import { type ReactNode, useState } from 'react'
import type { Statistics } from '../../api/statistics.ts'
import { strings } from '../../strings/index.ts'
import type { TimeBounds } from '../filters/time-range.ts'
import { boundsOfBuckets } from './chart-model.ts'
import { DeliveriesChart } from './deliveries-chart.tsx'
import { LatencyChart } from './latency-chart.tsx'
import styles from './charts.module.css'

/** What the charts draw. */
export interface ChartPairProps {
  readonly statistics: Statistics
  /** A part of the time was chosen. */
  readonly onTime: (time: TimeBounds) => void
}

/** Deliveries and latency over the same time; pointing at one points at both. */
export function ChartPair({ statistics, onTime }: ChartPairProps): ReactNode {
  const [pointed, setPointed] = useState<number>()
  const { charts } = strings.log

  function choose(from: number, to: number): void {
    const bounds = boundsOfBuckets(statistics, from, to)
    setPointed(undefined)
    if (bounds) onTime(bounds)
  }

  const shared = { statistics, pointed, onPoint: setPointed, onChoose: choose }
  return (
    <div className={styles.pair}>
      <figure>
        <figcaption className={styles.caption}>{charts.deliveries}</figcaption>
        <DeliveriesChart {...shared} />
        <p className="visually-hidden">{charts.hint}</p>
      </figure>
      <figure>
        <figcaption className={styles.caption}>
          {charts.latency}
          {(['p50', 'p95'] as const).map((name) => (
            <span key={name} className={styles.entry}>
              <i className={styles.stroke} data-line={name} />
              {charts[name]}
            </span>
          ))}
        </figcaption>
        <LatencyChart {...shared} />
      </figure>
    </div>
  )
}
