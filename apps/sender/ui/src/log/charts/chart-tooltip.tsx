import type { ReactNode } from 'react'
import type { Statistics, StatisticsBucket } from '../../api/statistics.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { deliveryStatuses } from '../log-search.ts'
import { formatBucketTime, formatCount } from './describe-bucket.ts'
import styles from './charts.module.css'

/** The bucket that is pointed at. */
export interface ChartTooltipProps {
  readonly statistics: Statistics
  readonly bucket: StatisticsBucket
  /** In pixels, within the chart. */
  readonly x: number
  /** Whether it stands left of `x`. */
  readonly isLeft: boolean
}

/** The numbers of one bucket. Screen readers have them as the bucket's name. */
export function ChartTooltip({ statistics, bucket, x, isLeft }: ChartTooltipProps): ReactNode {
  const { charts } = strings.log
  const latency = bucket.latency_ms
  return (
    <div className={styles.tooltip} style={{ left: x }} data-left={isLeft || undefined} aria-hidden="true">
      <strong>{formatBucketTime(statistics, bucket)}</strong>
      {deliveryStatuses.map((status) => (
        <span key={status} className={styles.entry}>
          <i className={styles.swatch} data-status={status} />
          {charts.legend(strings.statuses[status], formatCount(bucket.deliveries[status]))}
        </span>
      ))}
      {latency !== null && (
        <span>{charts.latencyOf(formatDuration(latency.p50), formatDuration(latency.p95))}</span>
      )}
    </div>
  )
}
