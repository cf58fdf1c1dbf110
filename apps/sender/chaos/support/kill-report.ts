import type { Crash } from './crash.ts'
import type { Evidence } from './evidence.ts'
import type { Repeat } from './explain-repeats.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Published } from './publish-over-api.ts'
import type { Reconciliation } from './reconcile.ts'
import { count, type Report, seconds } from './report.ts'

/** What happened in one round. */
export interface KillRound {
  readonly published: Published
  readonly crash: Crash
  /** When the next sender was ready, in milliseconds since the epoch. */
  readonly readyAt: number
  /** Whether the next sender uses the same server as the one that was killed. */
  readonly tookOver: boolean
}

/** A run of kills. */
export interface KillRun {
  readonly database: string
  readonly seed: number
  readonly rounds: readonly KillRound[]
  readonly evidence: Evidence
  /** Of the last sender, which was asked to stop. */
  readonly exitCode: number | null
}

/** The figures of one round; the report's `rounds`. */
interface RoundFigures {
  readonly round: number
  readonly killed: string
  readonly accepted: number
  readonly inDoubt: number
  readonly delivered: number
  readonly repeats: number
  readonly maxOverlapMs: number
  /** From the end of the lease to the repeat that came first; `null` when there was none. */
  readonly soonestAfterLeaseMs: number | null
  readonly readyAfterMs: number
  /** Until all that was published in this round, and all that its kill cut off, was delivered. */
  readonly deliveredAfterMs: number
}

/** The report on a run of kills. */
export function reportKills(run: KillRun, reconciliation: Reconciliation): Report {
  const { database, seed, evidence } = run
  const { repeats } = reconciliation
  const figures = run.rounds.map((round) => measure(round, evidence, reconciliation))
  const totals = {
    accepted: sum(figures, 'accepted'),
    delivered: sum(figures, 'delivered'),
    refused: run.rounds.reduce((total, { published }) => total + published.refused.size, 0),
    requests: evidence.ledger.length,
    repeats: repeats.length,
    byKill: repeats.filter((repeat) => repeat.round !== undefined).length,
  }
  return {
    title: `kill -9 in the middle of deliveries, ${run.rounds.length} times, ${database} (seed ${seed})`,
    rows: figures.map(toRow),
    findings: [
      `${count(totals.accepted)} events accepted, ${count(totals.delivered)} delivered, in ${count(totals.requests)} requests. ${count(totals.refused)} with wrong data were refused.`,
      `${count(totals.repeats)} repeats: ${count(totals.byKill)} of what a kill had cut off, ${count(totals.repeats - totals.byKill)} for other reasons. A lease was ${seconds(evidence.leaseMs)}.`,
    ],
    broken: [
      ...reconciliation.broken,
      ...run.rounds.flatMap(problemsOfRound),
      ...(run.exitCode === 0 ? [] : [`Asked to stop, the last sender exited with ${run.exitCode}.`]),
    ],
    details: { seed, database, leaseMs: evidence.leaseMs, totals, rounds: figures, repeats },
  }
}

function measure(round: KillRound, evidence: Evidence, { delivered, repeats }: Reconciliation): RoundFigures {
  const { crash, published, readyAt } = round
  const eventIds = [...published.accepted.keys()]
  const caused = repeats.filter((repeat) => repeat.round === crash.round)
  const cutOff = new Set(caused.map((repeat) => repeat.deliveryId))
  const doneAt = evidence.ledger
    .filter(({ eventId, deliveryId }) => published.accepted.has(eventId) || cutOff.has(deliveryId))
    .map(endOf)
  return {
    round: crash.round,
    killed: crash.victim,
    accepted: eventIds.length,
    inDoubt: published.inDoubt.size,
    delivered: eventIds.filter((eventId) => delivered.has(eventId)).length,
    repeats: caused.length,
    maxOverlapMs: max(caused.map((repeat) => repeat.overlapMs)),
    soonestAfterLeaseMs: soonest(caused),
    readyAfterMs: readyAt - crash.killedAt,
    deliveredAfterMs: Math.round(max(doneAt) - crash.killedAt),
  }
}

function endOf({ at, startedAt, endedAt = startedAt }: LedgerEntry): number {
  return at + (endedAt - startedAt)
}

function soonest(repeats: readonly Repeat[]): number | null {
  const waits = repeats.map((repeat) => repeat.afterLeaseMs).filter((wait) => wait !== null)
  return waits.length === 0 ? null : -max(waits.map((wait) => -wait))
}

function toRow(figures: RoundFigures): Readonly<Record<string, string>> {
  return {
    round: String(figures.round),
    killed: figures.killed,
    accepted: count(figures.accepted),
    'in doubt': count(figures.inDoubt),
    delivered: count(figures.delivered),
    repeats: count(figures.repeats),
    'max overlap': `${figures.maxOverlapMs.toFixed(0)} ms`,
    'after lease': figures.soonestAfterLeaseMs === null ? '-' : seconds(figures.soonestAfterLeaseMs),
    'ready after': seconds(figures.readyAfterMs),
    'all delivered after': seconds(figures.deliveredAfterMs),
  }
}

function problemsOfRound({ crash, tookOver }: KillRound): readonly string[] {
  const isServerKilled = crash.victim !== 'sender'
  if (tookOver !== isServerKilled) return []
  return [
    isServerKilled
      ? `Round ${crash.round}: the server that was killed is still there.`
      : `Round ${crash.round}: the server left behind was not taken over.`,
  ]
}

function sum(figures: readonly RoundFigures[], name: 'accepted' | 'delivered'): number {
  return figures.reduce((total, figure) => total + figure[name], 0)
}

// Not Math.max(...values), which takes so many arguments only.
function max(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), values.length === 0 ? 0 : -Infinity)
}
