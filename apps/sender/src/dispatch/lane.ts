import {
  type AdaptiveLimit,
  adapt,
  type Answer,
  initialLimit,
  limitAfterIdling,
  limitWhileProbed,
} from './adaptive-limit.ts'

/** What one dispatcher knows of one lane. */
export interface Lane {
  readonly subscriptionId: string
  /** Attempts in flight. */
  inFlight: number
  /** Those of them that are retries. */
  retriesInFlight: number
  limit: AdaptiveLimit
  /** Whether the last claim brought as much as the limit allows. */
  isLimitUsed: boolean
  lastUsedAt: number
  /** In which line it stands; see lanes.ts. */
  line: 'ordinary' | 'risky' | undefined
}

// After so long other processes may have found the endpoint down and up again.
const IDLE_AFTER_MS = 5000

/** A lane that nothing is known of. */
export function newLane(subscriptionId: string, max: number, now: number): Lane {
  return {
    subscriptionId,
    inFlight: 0,
    retriesInFlight: 0,
    limit: initialLimit(max),
    isLimitUsed: false,
    lastUsedAt: now,
    line: undefined,
  }
}

/** How many more attempts its limit allows. */
export function freeIn(lane: Lane): number {
  return Math.floor(lane.limit.allowed) - lane.inFlight
}

/**
 * How many of its attempts in flight may hold their slots for long without any use: the retries, or all, if the
 * endpoint did not answer well last time or has not answered yet.
 */
export function riskOf(lane: Lane): number {
  return lane.limit.standing === 'healthy' ? lane.retriesInFlight : lane.inFlight
}

/** Learns from an answer. */
export function learn(lane: Lane, answer: Omit<Answer, 'isLimitUsed'>, now: number, max: number): void {
  lane.limit = adapt(lane.limit, { ...answer, isLimitUsed: lane.isLimitUsed }, now, max)
}

/** Starts anew after a rest. */
export function refresh(lane: Lane, now: number): void {
  if (lane.inFlight === 0 && now - lane.lastUsedAt > IDLE_AFTER_MS) lane.limit = limitAfterIdling(lane.limit)
}

/** Goes back to one attempt at a time: the endpoint is down. */
export function beginProbing(lane: Lane, now: number, max: number): void {
  lane.limit = limitWhileProbed(lane.limit, now, max)
}
