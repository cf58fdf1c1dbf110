/** A range of time in buckets of one size, whole ones: `since` is the first one's start, `until` the last one's end. */
export interface StatisticsRange {
  readonly since: Date
  readonly until: Date
  readonly stepSeconds: StatisticsStep
}

/** Sizes of buckets, in seconds. They divide a day of UTC. */
export const statisticsSteps = [60, 300, 900, 3600, 21_600, 86_400] as const
export type StatisticsStep = (typeof statisticsSteps)[number]

/** What a range has at most. */
export const MAX_BUCKETS = 120

/** For how long less than whole hours is known, in milliseconds. */
export const FINE_STEPS_KEPT_MS = 48 * 3_600_000

const HOUR_SECONDS = 3600
const DAY_MS = 86_400_000
const TOO_LATE_MS = Date.UTC(10_000, 0)

/**
 * A range, or why there is none: it is empty, would have more than {@link MAX_BUCKETS} of the largest buckets, or would end
 * in the year 10000, which RFC 3339 has no place for.
 */
export type ChosenRange =
  | { readonly kind: 'range'; readonly range: StatisticsRange }
  | { readonly kind: 'empty' | 'too_long' | 'too_late' }

/**
 * The range that covers `asked` in at most {@link MAX_BUCKETS} of the smallest buckets that will do, rounded outward to
 * their size. What is absent is: until now, from a day before.
 */
export function chooseRange(
  asked: { readonly since?: Date | undefined; readonly until?: Date | undefined },
  now: Date,
): ChosenRange {
  const untilMs = (asked.until ?? now).getTime()
  const sinceMs = asked.since?.getTime() ?? untilMs - DAY_MS
  if (sinceMs >= untilMs) return { kind: 'empty' }
  const isFine = sinceMs >= now.getTime() - FINE_STEPS_KEPT_MS
  for (const stepSeconds of statisticsSteps) {
    if (stepSeconds < HOUR_SECONDS && !isFine) continue
    const stepMs = stepSeconds * 1000
    const since = Math.floor(sinceMs / stepMs) * stepMs
    const until = Math.ceil(untilMs / stepMs) * stepMs
    if ((until - since) / stepMs > MAX_BUCKETS) continue
    if (until >= TOO_LATE_MS) return { kind: 'too_late' }
    return { kind: 'range', range: { since: new Date(since), until: new Date(until), stepSeconds } }
  }
  return { kind: 'too_long' }
}

/** The starts of a range's buckets, in order. */
export function bucketStarts({ since, until, stepSeconds }: StatisticsRange): readonly Date[] {
  const stepMs = stepSeconds * 1000
  const count = (until.getTime() - since.getTime()) / stepMs
  return Array.from({ length: count }, (_, place) => new Date(since.getTime() + place * stepMs))
}
