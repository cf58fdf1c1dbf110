import type { Evidence } from './evidence.ts'
import type { Reconciliation } from './reconcile.ts'
import { count, type Report, seconds } from './report.ts'

/** One sender's part. */
export interface Share {
  /** Attempts in its log. */
  readonly attempts: number
  /** Its exit code when it was asked to stop. */
  readonly exitCode: number | null
}

/** A run of several senders. */
export interface ShareRun {
  readonly database: string
  readonly shares: readonly Share[]
  readonly evidence: Evidence
}

/** The report on a run of several senders: nothing was killed, so nothing may have been repeated for any reason. */
export function reportShares(
  { database, shares, evidence }: ShareRun,
  reconciliation: Reconciliation,
): Report {
  const { repeats, delivered } = reconciliation
  const { accepted, ledger } = evidence
  const attempts = shares.reduce((total, share) => total + share.attempts, 0)
  const arrivals = ledger.map((entry) => entry.at)
  const tookMs = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)
  const overlaps = repeats.filter((repeat) => repeat.overlapMs > 0).length
  return {
    title: `${shares.length} senders on one database, ${database}`,
    rows: shares.map((share, index) => ({
      sender: String(index + 1),
      attempts: count(share.attempts),
      share: `${((100 * share.attempts) / Math.max(1, attempts)).toFixed(1)} %`,
    })),
    findings: [
      `${count(accepted.size)} events accepted, ${count(delivered.size)} delivered, in ${count(ledger.length)} requests within ${seconds(tookMs)}.`,
      `${count(repeats.length)} repeats, ${count(overlaps)} of them attempted by two at once.`,
    ],
    broken: [
      ...reconciliation.broken,
      ...repeats.map(
        ({ deliveryId, attempt, outcome }) =>
          `Attempt ${attempt} of delivery ${deliveryId} was repeated (${outcome}) though nothing was killed.`,
      ),
      ...(attempts === ledger.length
        ? []
        : [`The senders made ${attempts} attempts, and the receiver got ${ledger.length}.`]),
      ...shares.flatMap(problemsOfShare),
    ],
    details: {
      database,
      totals: {
        accepted: accepted.size,
        delivered: delivered.size,
        requests: ledger.length,
        repeats: repeats.length,
        overlaps,
        tookMs,
      },
      senders: shares,
      repeats,
    },
  }
}

function problemsOfShare({ attempts, exitCode }: Share, index: number): readonly string[] {
  return [
    ...(attempts > 0 ? [] : [`Sender ${index + 1} made no attempt.`]),
    ...(exitCode === 0 ? [] : [`Asked to stop, sender ${index + 1} exited with ${exitCode}.`]),
  ]
}
