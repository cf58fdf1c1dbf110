import type { RecoverJob } from '../../api/recover-jobs.ts'

/**
 * How long a recovery still takes, in milliseconds, if it goes on as it did so far, and never faster than it may;
 * `undefined` while that cannot be told.
 */
export function estimateMs(job: RecoverJob, nowMs: number): number | undefined {
  const { total_count: total, redelivered_count: made, deliveries_per_second: perSecond } = job
  const elapsedMs = nowMs - Date.parse(job.created_at)
  if (made === 0 || elapsedMs <= 0) return undefined
  const left = Math.max(0, total - made)
  return left * Math.max(elapsedMs / made, 1000 / perSecond)
}
