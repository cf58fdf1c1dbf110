import { scaleLinear, scaleLog, scaleTime } from 'd3-scale'
import type { Statistics, StatisticsBucket } from '../../api/statistics.ts'
import type { TimeBounds } from '../filters/time-range.ts'
import { type DeliveryStatus, deliveryStatuses } from '../log-search.ts'

/** A tick of an axis: where it stands, in pixels, and what it stands for. */
export interface Tick<Value> {
  readonly at: number
  readonly value: Value
}

/** A part of a bar, in pixels from the top. */
export interface Segment {
  readonly status: DeliveryStatus
  readonly y: number
  readonly height: number
}

/** How many deliveries a bucket has, of any status. */
export function totalOf({ deliveries }: StatisticsBucket): number {
  return deliveryStatuses.reduce((total, status) => total + deliveries[status], 0)
}

/** How many deliveries there are in all, by status. */
export function countsOf(buckets: readonly StatisticsBucket[]): Readonly<Record<DeliveryStatus, number>> {
  const count = (status: DeliveryStatus): number =>
    buckets.reduce((total, { deliveries }) => total + deliveries[status], 0)
  return {
    succeeded: count('succeeded'),
    pending: count('pending'),
    failed: count('failed'),
    canceled: count('canceled'),
  }
}

/** The bars of a chart of `height` pixels, one for each bucket, and the ticks beside them. */
export function stackBars(
  buckets: readonly StatisticsBucket[],
  height: number,
): { readonly bars: readonly (readonly Segment[])[]; readonly ticks: readonly Tick<number>[] } {
  const highest = Math.max(1, ...buckets.map(totalOf))
  const y = scaleLinear([0, highest], [height, 0]).nice(3)
  const bars = buckets.map(({ deliveries }) => {
    let from = 0
    return deliveryStatuses
      .filter((status) => deliveries[status] > 0)
      .map((status) => {
        const bottom = y(from)
        from += deliveries[status]
        // One delivery among thousands can still be seen.
        const top = Math.min(y(from), bottom - 1)
        return { status, y: top, height: bottom - top }
      })
  })
  const ticks = y.ticks(3).filter((value) => Number.isInteger(value))
  return { bars, ticks: ticks.map((value) => ({ value, at: y(value) })) }
}

/** A line through the middles of buckets; where there is no value, it is interrupted. */
export function latencyLines(
  buckets: readonly StatisticsBucket[],
  width: number,
  height: number,
): {
  readonly lines: Readonly<Record<'p50' | 'p95', readonly (readonly (readonly [number, number])[])[]>>
  readonly ticks: readonly Tick<number>[]
} {
  const values = buckets.flatMap(({ latency_ms: latency }) =>
    latency === null ? [] : [latency.p50, latency.p95],
  )
  if (values.length === 0) return { lines: { p50: [], p95: [] }, ticks: [] }
  const lowest = 10 ** Math.floor(Math.log10(Math.max(1, Math.min(...values))))
  const highest = 10 ** Math.ceil(Math.log10(Math.max(10, ...values)))
  const y = scaleLog([lowest, Math.max(highest, lowest * 10)], [height, 0])
  const step = width / buckets.length
  const line = (name: 'p50' | 'p95') => {
    const parts: (readonly [number, number])[][] = [[]]
    for (const [index, { latency_ms: latency }] of buckets.entries()) {
      if (latency === null) parts.push([])
      else parts.at(-1)?.push([(index + 0.5) * step, y(Math.max(1, latency[name]))])
    }
    return parts.filter((part) => part.length > 0)
  }
  const ticks = y.ticks().filter((value) => Number.isInteger(Math.log10(value)))
  return {
    lines: { p50: line('p50'), p95: line('p95') },
    ticks: ticks.map((value) => ({ value, at: y(value) })),
  }
}

/** Ticks for the time below a chart, in the viewer's time zone. */
export function timeTicks({ since, until }: Statistics, width: number): readonly Tick<Date>[] {
  const x = scaleTime([new Date(since), new Date(until)], [0, width])
  const count = Math.max(2, Math.floor(width / 110))
  return x
    .ticks(count)
    .map((value) => ({ value, at: x(value) }))
    .filter(({ at }) => at > 16 && at < width - 16)
}

/** The bucket at a place of a chart that is `width` pixels wide; the nearest one beside it. */
export function bucketAt(x: number, width: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((x / width) * count)))
}

/** The time of some buckets that follow each other, as a filter of the log; given in either order. */
export function boundsOfBuckets(
  { buckets, step_seconds: stepSeconds }: Statistics,
  from: number,
  to: number,
): Required<TimeBounds> | undefined {
  const first = buckets[Math.min(from, to)]
  const last = buckets[Math.max(from, to)]
  if (first === undefined || last === undefined) return undefined
  const until = new Date(Date.parse(last.at) + stepSeconds * 1000)
  return { since: new Date(first.at).toISOString(), until: until.toISOString() }
}
