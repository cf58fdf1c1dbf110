import type { ReactNode } from 'react'
import type { Statistics } from '../../api/statistics.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { deliveryStatuses } from '../log-search.ts'
import { totalOf } from './chart-model.ts'
import { formatBucketTime, formatCount } from './describe-bucket.ts'
import styles from './charts.module.css'

/** The numbers of the charts, newest first, without the times in which nothing was. */
export function ChartsTable({ statistics }: { readonly statistics: Statistics }): ReactNode {
  const { charts } = strings.log
  const buckets = statistics.buckets.filter((bucket) => totalOf(bucket) > 0 || bucket.latency_ms !== null)
  return (
    <div className={styles.table} tabIndex={0} role="region" aria-label={charts.tableLabel}>
      <table>
        <caption className="visually-hidden">
          {charts.caption(formatDuration(statistics.step_seconds * 1000))}
        </caption>
        <thead>
          <tr>
            <th scope="col">{charts.columns.from}</th>
            <th scope="col">{charts.columns.total}</th>
            {deliveryStatuses.map((status) => (
              <th key={status} scope="col">
                {strings.statuses[status]}
              </th>
            ))}
            <th scope="col">{charts.columns.p50}</th>
            <th scope="col">{charts.columns.p95}</th>
          </tr>
        </thead>
        <tbody>
          {buckets.toReversed().map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row">{formatBucketTime(statistics, bucket)}</th>
              <td>{formatCount(totalOf(bucket))}</td>
              {deliveryStatuses.map((status) => (
                <td key={status}>{formatCount(bucket.deliveries[status])}</td>
              ))}
              <td>{bucket.latency_ms ? formatDuration(bucket.latency_ms.p50) : strings.none}</td>
              <td>{bucket.latency_ms ? formatDuration(bucket.latency_ms.p95) : strings.none}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
