import type { ReactNode } from 'react'
import styles from './sparkline.module.css'

/** One bar of a {@link Sparkline}. */
export interface SparklineBar {
  readonly succeeded: number
  readonly failed: number
}

/** What a {@link Sparkline} draws. */
export interface SparklineProps {
  /** In order of time; the highest one fills the height. */
  readonly bars: readonly SparklineBar[]
  /** What it shows, in words. */
  readonly label: string
}

const STEP = 5
const WIDTH = 4
const HEIGHT = 28
/** Below it a single failure among thousands could not be seen. */
const MIN_HEIGHT = 2

/** Small bars without axes: what failed stands on what succeeded. */
export function Sparkline({ bars, label }: SparklineProps): ReactNode {
  const most = Math.max(1, ...bars.map(({ succeeded, failed }) => succeeded + failed))
  const heights = bars.map(({ succeeded, failed }) => heightsOf(succeeded, failed, most))
  return (
    <svg
      role="img"
      aria-label={label}
      className={styles.sparkline}
      width={bars.length * STEP}
      height={HEIGHT}
      viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
    >
      {/* One path for each color: the list has hundreds of these. */}
      <path className={styles.base} d={heights.map((_, index) => bar(index, HEIGHT, 1)).join('')} />
      <path
        className={styles.succeeded}
        d={heights.map(({ succeeded }, index) => bar(index, HEIGHT, succeeded)).join('')}
      />
      <path
        className={styles.failed}
        d={heights.map(({ succeeded, failed }, index) => bar(index, HEIGHT - succeeded, failed)).join('')}
      />
    </svg>
  )
}

function heightsOf(succeeded: number, failed: number, most: number): SparklineBar {
  const above = scale(failed, most)
  // Both fit below the top, also where the smaller one is drawn higher than it is.
  return { succeeded: Math.min(scale(succeeded, most), HEIGHT - above), failed: above }
}

function scale(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(MIN_HEIGHT, Math.round((count / most) * HEIGHT * 10) / 10)
}

function bar(index: number, bottom: number, height: number): string {
  return height === 0 ? '' : `M${index * STEP} ${bottom}v${-height}h${WIDTH}v${height}z`
}
