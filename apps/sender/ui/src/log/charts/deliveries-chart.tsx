import { memo, type ReactNode } from 'react'
import { strings } from '../../strings/index.ts'
import { ChartFrame, type ChartFrameProps, PLOT_HEIGHT } from './chart-frame.tsx'
import { type Segment, stackBars } from './chart-model.ts'
import { formatCount } from './describe-bucket.ts'
import styles from './charts.module.css'

type DeliveriesChartProps = Pick<ChartFrameProps, 'statistics' | 'pointed' | 'onPoint' | 'onChoose'>

/** How many deliveries were created when, by their status now. */
export function DeliveriesChart(props: DeliveriesChartProps): ReactNode {
  const { bars, ticks } = stackBars(props.statistics.buckets, PLOT_HEIGHT)
  const texts = ticks.map(({ at, value }) => ({ at, value: formatCount(value) }))
  return (
    <ChartFrame {...props} label={strings.log.charts.deliveries} ticks={texts} hasKeyboard>
      {(width) => <Bars bars={bars} width={width} />}
    </ChartFrame>
  )
}

interface BarsProps {
  readonly bars: readonly (readonly Segment[])[]
  readonly width: number
}

const Bars = memo(function Bars({ bars, width }: BarsProps): ReactNode {
  const step = width / bars.length
  const gap = step > 4 ? 1 : 0
  return (
    <g aria-hidden="true">
      {bars.map((segments, index) =>
        segments.map(({ status, y, height }) => (
          <rect
            key={`${index} ${status}`}
            className={styles.mark}
            data-status={status}
            x={index * step + gap / 2}
            width={step - gap}
            y={y}
            height={height}
          />
        )),
      )}
    </g>
  )
})
