import type { Evidence } from './evidence.ts'
import type { LedgerEntry } from './ledger.ts'

/** A delivery that the receiver saw again. */
export interface Repeat {
  readonly deliveryId: string
  /** The attempt that was repeated, and the one that repeated it. */
  readonly attempt: number
  readonly repeatedBy: number
  /** Why: the round whose crash cut the first one off; or `undefined`, and then how the log says that it ended. */
  readonly round: number | undefined
  readonly outcome: string
  /** From the start of one to the start of the other. */
  readonly afterMs: number
  /** From the end of the first one's lease to the start of the other; `null` where it was not the lease that ended. */
  readonly afterLeaseMs: number | null
  /** How long the receiver was at both at once. */
  readonly overlapMs: number
  /** The promises that it breaks, in sentences. */
  readonly broken: readonly string[]
}

// Both instants are this machine's, but the log cuts off what is less than a millisecond.
const CLOCK_TOLERANCE_MS = 5

/**
 * Explains why deliveries came more than once.
 *
 * Promises: an attempt is repeated only if it failed, or if a crash cut it off; it was then claimed during the life of
 * the sender that ended in that crash, and is repeated only after its lease ended. No two attempts of a delivery
 * overlap, and no attempt comes twice.
 */
export function explainRepeats(
  requestsOf: ReadonlyMap<string, readonly LedgerEntry[]>,
  evidence: Evidence,
): readonly Repeat[] {
  return [...requestsOf.values()].flatMap((entries) =>
    entries.slice(1).map((again, index) => explain(entries[index] ?? again, again, evidence)),
  )
}

function explain(first: LedgerEntry, again: LedgerEntry, evidence: Evidence): Repeat {
  const { deliveryId, attempt } = first
  const logged = evidence.attemptsOf.get(deliveryId)?.find((candidate) => candidate.number === attempt)
  const outcome = logged?.outcome ?? 'not logged'
  const claimedAt = Date.parse(logged?.started_at ?? '')
  const isCutOff = outcome === 'lease_expired'
  const crash = evidence.crashes.find(
    ({ startedAt, endedAt }) => isCutOff && startedAt <= claimedAt && claimedAt <= endedAt,
  )
  const repeat = {
    deliveryId,
    attempt,
    repeatedBy: again.attempt,
    round: crash?.round,
    outcome,
    afterMs: again.startedAt - first.startedAt,
    afterLeaseMs: isCutOff ? again.at - (claimedAt + evidence.leaseMs) : null,
    overlapMs: Math.max(0, (first.endedAt ?? Infinity) - again.startedAt),
  }
  return { ...repeat, broken: problemsOf(repeat) }
}

function problemsOf(repeat: Omit<Repeat, 'broken'>): readonly string[] {
  const { deliveryId, attempt, repeatedBy, round, outcome, afterLeaseMs, overlapMs } = repeat
  const what = `Attempt ${attempt} of delivery ${deliveryId}`
  const problems: string[] = []
  if (repeatedBy <= attempt) problems.push(`${what} was followed by attempt ${repeatedBy}.`)
  if (outcome === 'succeeded' || outcome === 'not logged') {
    problems.push(`${what} was repeated though it is ${outcome}.`)
  }
  if (afterLeaseMs !== null && round === undefined) {
    problems.push(`${what} was repeated though no kill cut it off.`)
  }
  if (afterLeaseMs !== null && afterLeaseMs < -CLOCK_TOLERANCE_MS) {
    problems.push(`${what} was repeated ${-afterLeaseMs} ms before its lease ended.`)
  }
  if (overlapMs > 0) {
    const ms = overlapMs.toFixed(1)
    problems.push(`Attempts ${attempt} and ${repeatedBy} of delivery ${deliveryId} overlapped by ${ms} ms.`)
  }
  return problems
}
