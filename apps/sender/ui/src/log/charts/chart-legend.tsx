import type { ReactNode } from 'react'
import type { Statistics } from '../../api/statistics.ts'
import { strings } from '../../strings/index.ts'
import { type DeliveryStatus, deliveryStatuses } from '../log-search.ts'
import { countsOf } from './chart-model.ts'
import { formatCount } from './describe-bucket.ts'
import styles from './charts.module.css'

/** Which status the log is narrowed to. */
export interface ChartLegendProps {
  /** Absent while it is loaded: the legend stands without counts then, as large as with them. */
  readonly statistics: Statistics | undefined
  readonly status: DeliveryStatus | undefined
  readonly onStatus: (status: DeliveryStatus | undefined) => void
}

/** What the colors of the bars mean, with the counts; each narrows the log to its status. */
export function ChartLegend({ statistics, status: chosen, onStatus }: ChartLegendProps): ReactNode {
  const counts = statistics && countsOf(statistics.buckets)
  const { charts } = strings.log
  return (
    <div className={styles.legend}>
      {deliveryStatuses.map((status) => (
        <button
          key={status}
          type="button"
          className={styles.choice}
          aria-pressed={status === chosen}
          title={charts.legendLabel(strings.statuses[status])}
          onClick={() => onStatus(status === chosen ? undefined : status)}
        >
          <i className={styles.swatch} data-status={status} />
          {strings.statuses[status]}{' '}
          <span className={styles.count}>{counts && formatCount(counts[status])}</span>
        </button>
      ))}
    </div>
  )
}
