// What says nothing of the endpoint is not counted: the sender stopped during the attempt, or died.
const IS_COUNTED = "i.outcome not in ('canceled', 'lease_expired')"

/**
 * The columns `has_succeeded`, `ended_at` and `latency_bin` of `webhooks.statistics_delta` for an attempt that ended as `i`
 * says, for SQL; all `null` if it is not counted.
 */
export const COUNTED_ATTEMPT = `
      case when ${IS_COUNTED} then i.outcome = 'succeeded' end as has_succeeded,
      case when ${IS_COUNTED} then i.started_at + i.duration_ms * interval '1 millisecond' end as ended_at,
      case when ${IS_COUNTED} and i.http_status is not null then webhooks.latency_bin(i.duration_ms) end as latency_bin`
