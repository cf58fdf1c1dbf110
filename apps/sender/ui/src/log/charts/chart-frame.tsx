import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react'
import type { Statistics } from '../../api/statistics.ts'
import { bucketAt, type Tick, timeTicks } from './chart-model.ts'
import { ChartTooltip } from './chart-tooltip.tsx'
import { describeBucket, formatTick } from './describe-bucket.ts'
import { useWidth } from './use-width.ts'
import styles from './charts.module.css'

/** Height of what is drawn, in pixels. */
export const PLOT_HEIGHT = 96
const LEFT = 56
const TOP = 8
const BOTTOM = 22
/** Of the widest text below the time, in pixels. */
const TICK_WIDTH = 64

/** One of the charts over time. */
export interface ChartFrameProps {
  readonly statistics: Statistics
  readonly label: string
  readonly ticks: readonly Tick<string>[]
  /** The bucket that is pointed at, in any of the charts. */
  readonly pointed: number | undefined
  readonly onPoint: (index: number | undefined) => void
  /** Buckets, one or several, were chosen. */
  readonly onChoose: (from: number, to: number) => void
  /** Whether the keyboard reaches each bucket here; one chart is enough, as each tells of both. */
  readonly hasKeyboard?: boolean
  /** Draws into a plot so many pixels wide. */
  readonly children: (width: number) => ReactNode
}

/** Axes, pointing, choosing by click, drag or keyboard: what charts over time have in common. */
export function ChartFrame(props: ChartFrameProps): ReactNode {
  const { statistics, label, ticks, pointed, onPoint, onChoose, hasKeyboard = false, children } = props
  const { buckets } = statistics
  const [element, fullWidth] = useWidth<HTMLDivElement>()
  const [start, setStart] = useState<number>()
  const [isHere, setIsHere] = useState(false)
  const width = Math.max(60, fullWidth - LEFT - 1)
  const step = width / buckets.length
  const band = start === undefined || pointed === undefined ? pointed : Math.min(start, pointed)
  const bandEnd = start === undefined || pointed === undefined ? pointed : Math.max(start, pointed)

  function indexOf(event: PointerEvent<SVGSVGElement>): number {
    return bucketAt(
      event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT,
      width,
      buckets.length,
    )
  }

  function press(event: PointerEvent<SVGSVGElement>): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setStart(indexOf(event))
    onPoint(indexOf(event))
  }

  function letGo(event: PointerEvent<SVGSVGElement>): void {
    if (start === undefined) return
    setStart(undefined)
    onChoose(start, indexOf(event))
  }

  function pressKey(event: KeyboardEvent<SVGElement>, index: number): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: buckets.length - 1,
    }
    const to = moves[event.key]
    if (event.key === 'Enter' || event.key === ' ') {
      // These buckets make way for those of the chosen time.
      event.currentTarget.ownerSVGElement?.focus()
      onChoose(start ?? index, index)
    } else if (event.key === 'Escape' && start !== undefined) setStart(undefined)
    else if (to === undefined) return
    else {
      setStart(event.shiftKey ? (start ?? index) : undefined)
      focusBucket(event.currentTarget, to)
    }
    event.preventDefault()
  }

  const tabStop = pointed ?? buckets.length - 1
  const bucket = pointed === undefined ? undefined : buckets[pointed]
  return (
    <div ref={element} className={styles.frame} style={{ height: TOP + PLOT_HEIGHT + BOTTOM }}>
      <svg
        className={styles.svg}
        height={TOP + PLOT_HEIGHT + BOTTOM}
        role={hasKeyboard ? 'group' : 'img'}
        aria-label={label}
        tabIndex={-1}
        onPointerEnter={() => setIsHere(true)}
        onPointerDown={press}
        onPointerMove={(event) => onPoint(indexOf(event))}
        onPointerUp={letGo}
        onPointerCancel={() => setStart(undefined)}
        onPointerLeave={() => {
          setIsHere(false)
          if (start === undefined) onPoint(undefined)
        }}
      >
        <g transform={`translate(${LEFT} ${TOP})`}>
          {ticks.map(({ at, value }) => (
            <g key={value} transform={`translate(0 ${at})`} aria-hidden="true">
              <line x2={width} className={styles.rule} />
              <text x={-8} dy="0.32em" textAnchor="end" className={styles.tick}>
                {value}
              </text>
            </g>
          ))}
          {timeTicks(statistics, width).map(({ at, value }) => (
            <text
              key={value.getTime()}
              x={at > width - TICK_WIDTH / 2 ? width : at}
              y={PLOT_HEIGHT + 16}
              textAnchor={at > width - TICK_WIDTH / 2 ? 'end' : 'middle'}
              className={styles.tick}
              aria-hidden="true"
            >
              {formatTick(value)}
            </text>
          ))}
          {children(width)}
          {band !== undefined && bandEnd !== undefined && (
            <rect
              className={styles.band}
              x={band * step}
              width={(bandEnd - band + 1) * step}
              height={PLOT_HEIGHT}
            />
          )}
          {hasKeyboard &&
            buckets.map((bucket, index) => (
              <rect
                key={bucket.at}
                role="button"
                tabIndex={index === tabStop ? 0 : -1}
                aria-label={describeBucket(statistics, bucket)}
                className={styles.bucket}
                x={index * step}
                width={step}
                height={PLOT_HEIGHT}
                onFocus={() => {
                  setIsHere(true)
                  onPoint(index)
                }}
                onBlur={({ currentTarget, relatedTarget }) => {
                  if (currentTarget.parentElement?.contains(relatedTarget)) return
                  setStart(undefined)
                  setIsHere(false)
                  onPoint(undefined)
                }}
                onKeyDown={(event) => pressKey(event, index)}
              />
            ))}
        </g>
      </svg>
      {isHere && pointed !== undefined && bucket !== undefined && (
        <ChartTooltip
          statistics={statistics}
          bucket={bucket}
          x={LEFT + (pointed + 0.5) * step}
          isLeft={pointed > buckets.length / 2}
        />
      )}
    </div>
  )
}

function focusBucket(element: SVGElement, index: number): void {
  const all = element.parentElement?.querySelectorAll<SVGElement>('[role="button"]')
  all?.item(Math.max(0, Math.min(index, all.length - 1))).focus()
}
