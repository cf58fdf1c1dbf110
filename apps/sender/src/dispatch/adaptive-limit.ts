import type { Outcome } from '../domain/outcome.ts'

/** How many attempts one lane may have in flight, learned from how its endpoint answers: pure, without settings. */
export interface AdaptiveLimit {
  /** Attempts in flight at most; the fraction is progress towards the next whole one. */
  readonly allowed: number
  /** Up to here every success adds one, which doubles it each round trip; from here on a round trip adds one. */
  readonly slowStartUntil: number
  /** How long successes took: the last few, and usually. 0 before the first. */
  readonly recentMs: number
  readonly usualMs: number
  /** When it was last lowered: attempts that began before tell nothing about the load since. */
  readonly loweredAt: number
  /** `troubled` when the last answer was a failure, or successes take longer than a second. */
  readonly standing: 'unknown' | 'healthy' | 'troubled'
}

/** What an answer tells of the endpoint. */
export interface Answer {
  readonly signal: 'success' | 'failure' | 'overload'
  /** By the clock that `now` is of. */
  readonly beganAt: number
  readonly tookMs: number
  /** Whether the lane had as many attempts in flight as it may. A limit that is not used proves nothing. */
  readonly isLimitUsed: boolean
}

/** Where a lane begins that nothing is known of. */
export const INITIAL_ALLOWED = 4

const RECENT_WEIGHT = 1 / 8
const USUAL_WEIGHT = 1 / 256
const OVERLOAD_FACTOR = 0.5
const SLOWDOWN_FACTOR = 0.9
// A slowdown is measured here, where this machine's own pauses are part of it.
const SLOWDOWN_SLACK_MS = 250
const SLOW_MS = 1000

/** The limit of a lane that nothing is known of. */
export function initialLimit(max: number): AdaptiveLimit {
  return {
    allowed: Math.min(INITIAL_ALLOWED, max),
    slowStartUntil: max,
    recentMs: 0,
    usualMs: 0,
    loweredAt: -Infinity,
    standing: 'unknown',
  }
}

/**
 * The limit after an answer, from 1 to `max`.
 *
 * It is halved by a sign of overload and lowered by a tenth when answers take more than twice as long as usual, in both
 * cases once for all attempts that were in flight together, and grows by successes while it is used.
 */
export function adapt(limit: AdaptiveLimit, answer: Answer, now: number, max: number): AdaptiveLimit {
  const next = observe(limit, answer)
  if (answer.beganAt < limit.loweredAt) return next
  if (answer.signal === 'overload') return lowered(next, OVERLOAD_FACTOR, now)
  if (answer.signal === 'failure') return next
  if (next.recentMs > 2 * next.usualMs + SLOWDOWN_SLACK_MS) return lowered(next, SLOWDOWN_FACTOR, now)
  if (!answer.isLimitUsed) return next
  const step = next.allowed < next.slowStartUntil ? 1 : 1 / next.allowed
  return { ...next, allowed: Math.min(next.allowed + step, max) }
}

/** The limit of a lane that was down and is probed: one, and from there with a slow start. */
export function limitWhileProbed(limit: AdaptiveLimit, now: number, max: number): AdaptiveLimit {
  return { ...limit, allowed: 1, slowStartUntil: max, loweredAt: now, standing: 'troubled' }
}

/** The limit of a lane that made no attempt for some seconds: what was learned may no longer hold. */
export function limitAfterIdling(limit: AdaptiveLimit): AdaptiveLimit {
  if (limit.allowed <= INITIAL_ALLOWED) return limit
  return {
    ...limit,
    allowed: INITIAL_ALLOWED,
    slowStartUntil: Math.max(limit.slowStartUntil, limit.allowed),
  }
}

const overloads = new Set<Outcome>([
  'timeout',
  'connect',
  'reset',
  'http_429',
  'http_502',
  'http_503',
  'http_504',
])
const saysNothing = new Set<Outcome>(['canceled', 'lease_expired', 'internal', 'ssrf_blocked'])

/** What an outcome says of the endpoint's load; `undefined` when the endpoint had no part in it. */
export function signalOf(outcome: Outcome): Answer['signal'] | undefined {
  if (outcome === 'succeeded') return 'success'
  if (saysNothing.has(outcome)) return undefined
  return overloads.has(outcome) ? 'overload' : 'failure'
}

function observe(limit: AdaptiveLimit, { signal, tookMs }: Answer): AdaptiveLimit {
  if (signal !== 'success') return { ...limit, standing: 'troubled' }
  const isFirst = limit.usualMs === 0
  const recentMs = isFirst ? tookMs : limit.recentMs + (tookMs - limit.recentMs) * RECENT_WEIGHT
  const usualMs = isFirst ? Math.max(tookMs, 1) : limit.usualMs + (tookMs - limit.usualMs) * USUAL_WEIGHT
  return { ...limit, recentMs, usualMs, standing: recentMs > SLOW_MS ? 'troubled' : 'healthy' }
}

function lowered(limit: AdaptiveLimit, factor: number, now: number): AdaptiveLimit {
  const allowed = Math.max(1, limit.allowed * factor)
  return { ...limit, allowed, slowStartUntil: allowed, loweredAt: now }
}
