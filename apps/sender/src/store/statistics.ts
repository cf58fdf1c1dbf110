import type { LatencyHistogram } from '../domain/latency-histogram.ts'
import type { StatisticsRange } from '../domain/statistics-range.ts'
import type { DeliveryStatus } from './tables.ts'

/** Which deliveries and attempts are counted. Tests never are. */
export interface StatisticsFilter {
  readonly subscriptionId?: string
  readonly event?: string
}

/** Attempts, apart from those whose end says nothing of the endpoint: the sender stopped during them, or died. */
export interface AttemptCounts {
  readonly succeeded: number
  readonly failed: number
  /** How long those took that got an answer. */
  readonly latency: LatencyHistogram
}

/** What happened in one bucket of time. */
export interface StatisticsBucket {
  readonly at: Date
  /** Those made in the bucket, by their status now. */
  readonly deliveries: Readonly<Record<DeliveryStatus, number>>
  /** Those that ended in the bucket. */
  readonly attempts: AttemptCounts
}

/** A range of time, bucket by bucket. */
export interface StatisticsOverTime {
  /** Every one of the range, in order. */
  readonly buckets: readonly StatisticsBucket[]
  /** Whether all that is pending was counted; if not, the oldest was left out. */
  readonly isExact: boolean
}

/** How a subscription has been doing lately. */
export interface SubscriptionStatistics {
  readonly subscriptionId: string
  /** When the first of the hours began. */
  readonly since: Date
  /** 24 hours of the clock, in order; the last one is under way. */
  readonly hours: readonly (AttemptCounts & { readonly at: Date })[]
  /** The newest delivery, tests included, as in the Delivery Log. */
  readonly lastDelivery: LastDelivery | undefined
  /** Tests included. `isExact` is false where there may be more than were counted. */
  readonly pending: { readonly count: number; readonly isExact: boolean }
}

/** Of a subscription's newest delivery, what tells how it went. */
export interface LastDelivery {
  readonly id: string
  readonly event: string
  readonly status: DeliveryStatus
  readonly lastOutcome: string | null
  readonly createdAt: Date
  readonly completedAt: Date | null
}

/** Statistics of one account at a time; another account's are never counted. */
export interface StatisticsStore {
  overTime(accountId: string, filter: StatisticsFilter, range: StatisticsRange): Promise<StatisticsOverTime>
  /** In the order of `ids`, without those that the account does not have. */
  ofSubscriptions(
    accountId: string,
    ids: readonly string[],
    now: Date,
  ): Promise<readonly SubscriptionStatistics[]>
}
