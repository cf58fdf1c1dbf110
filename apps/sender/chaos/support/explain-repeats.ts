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
  const crash =
    outcome === 'lease_expired'
      ? evidence.crashes.find((crash) => crash.startedAt <= claimedAt && claimedAt <= crash.endedAt)
      : undefined
  const overlapMs = Math.max(0, (first.endedAt ?? Infinity) - again.startedAt)
  const earlyMs = claimedAt + evidence.leaseMs - again.at
  const what = `Attempt ${attempt} of delivery ${deliveryId}`
  const broken: string[] = []
  if (again.attempt <= attempt) broken.push(`${what} was followed by attempt ${again.attempt}.`)
  if (outcome === 'succeeded' || logged === undefined)
    broken.push(`${what} was repeated though it is ${outcome}.`)
  if (outcome === 'lease_expired') {
    if (crash === undefined) broken.push(`${what} was repeated though no kill cut it off.`)
    if (earlyMs > CLOCK_TOLERANCE_MS)
      broken.push(`${what} was repeated ${earlyMs} ms before its lease ended.`)
  }
  if (overlapMs > 0)
    broken.push(
      `Attempts ${attempt} and ${again.attempt} of delivery ${deliveryId} overlapped by ${overlapMs.toFixed(1)} ms.`,
    )
  return {
    deliveryId,
    attempt,
    repeatedBy: again.attempt,
    round: crash?.round,
    outcome,
    afterMs: again.startedAt - first.startedAt,
    overlapMs,
    broken,
  }
}
