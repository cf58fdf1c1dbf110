import type { ReactNode } from 'react'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { ChartFrame, type ChartFrameProps, PLOT_HEIGHT } from './chart-frame.tsx'
import { latencyLines } from './chart-model.ts'
import styles from './charts.module.css'

type LatencyChartProps = Pick<ChartFrameProps, 'statistics' | 'pointed' | 'onPoint' | 'onChoose'>

/** How long attempts took that were answered, on a logarithmic scale. */
export function LatencyChart(props: LatencyChartProps): ReactNode {
  const { buckets } = props.statistics
  const { ticks } = latencyLines(buckets, 1, PLOT_HEIGHT)
  const { charts } = strings.log
  return (
    <ChartFrame
      {...props}
      label={ticks.length === 0 ? charts.noLatency : charts.latency}
      ticks={ticks.map(({ at, value }) => ({ at, value: formatDuration(value) }))}
    >
      {(width) => {
        const { lines } = latencyLines(buckets, width, PLOT_HEIGHT)
        if (ticks.length === 0) {
          return (
            <text x={width / 2} y={PLOT_HEIGHT / 2} textAnchor="middle" className={styles.tick}>
              {charts.noLatency}
            </text>
          )
        }
        return (['p95', 'p50'] as const).map((name) =>
          lines[name].map((points) => (
            <polyline
              key={`${name} ${points[0]?.[0]}`}
              className={styles.line}
              data-line={name}
              // A single point is a line to itself, with round ends.
              points={[...points, ...points.slice(-1)].map(([x, y]) => `${x},${y}`).join(' ')}
            />
          )),
        )
      }}
    </ChartFrame>
  )
}
