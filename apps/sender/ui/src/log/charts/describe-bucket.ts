import type { Statistics, StatisticsBucket } from '../../api/statistics.ts'
import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { deliveryStatuses } from '../log-search.ts'
import { totalOf } from './chart-model.ts'

const day = { month: 'short', day: 'numeric' } as const
const minute = { hour: 'numeric', minute: '2-digit' } as const
const dayFormat = new Intl.DateTimeFormat(undefined, day)
const minuteFormat = new Intl.DateTimeFormat(undefined, minute)
const dayMinuteFormat = new Intl.DateTimeFormat(undefined, { ...day, ...minute })
const number = new Intl.NumberFormat('en')

/** A count as people read it. */
export function formatCount(count: number): string {
  return number.format(count)
}

/** A tick of the time: the day at midnight, else the time of day. */
export function formatTick(date: Date): string {
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0
  return (isMidnight ? dayFormat : minuteFormat).format(date)
}

/** From when to when a bucket is, in the viewer's time zone. */
export function formatBucketTime(
  { step_seconds: stepSeconds }: Statistics,
  { at }: StatisticsBucket,
): string {
  const from = new Date(at)
  return dayMinuteFormat.formatRange(from, new Date(from.getTime() + stepSeconds * 1000))
}

/** A bucket in a sentence, for screen readers. */
export function describeBucket(statistics: Statistics, bucket: StatisticsBucket): string {
  const { charts } = strings.log
  const counts = deliveryStatuses
    .filter((status) => bucket.deliveries[status] > 0)
    .map((status) => charts.count(strings.statuses[status], formatCount(bucket.deliveries[status])))
  const latency = bucket.latency_ms
  return charts.bucket(
    formatBucketTime(statistics, bucket),
    totalOf(bucket) === 0 ? charts.noneDelivered : counts.join(', '),
    latency === null ? '' : charts.latencyOf(formatDuration(latency.p50), formatDuration(latency.p95)),
  )
}
