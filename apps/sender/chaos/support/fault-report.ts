import type { Evidence } from './evidence.ts'
import type { HostileFigures } from './hostility.ts'
import type { Published } from './publish-over-api.ts'
import type { Reconciliation } from './reconcile.ts'
import { count, type Report, seconds } from './report.ts'

/** One thing that was done to the senders. */
export interface Fault {
  readonly kind: string
  /** Until everything ran again, and all that was published around it was accepted. */
  readonly tookMs: number
  readonly published: Published
}

/** A run of faults. */
export interface FaultRun {
  readonly seed: number
  readonly faults: readonly Fault[]
  readonly evidence: Evidence
  readonly hostile: readonly HostileFigures[]
  /** Resident bytes, a sample a second, of every life of a sender. */
  readonly memory: readonly (readonly number[])[]
  /** Of the senders that ran in the end, which were asked to stop. */
  readonly exitCodes: readonly (number | null)[]
}

const MEGABYTE = 1024 * 1024
/** Whoever lives that long has settled. */
const SETTLED_SAMPLES = 60
const MAX_GROWTH = 1.5
const MAX_BYTES = 768 * MEGABYTE

/** The report on a run of faults. */
export function reportFaults(run: FaultRun, reconciliation: Reconciliation): Report {
  const { seed, faults, evidence, hostile, exitCodes } = run
  const { repeats, delivered } = reconciliation
  const memory = measureMemory(run.memory)
  const cutOff = repeats.filter((repeat) => repeat.round !== undefined).length
  const totals = {
    accepted: evidence.accepted.size,
    delivered: delivered.size,
    requests: evidence.ledger.length,
    repeats: repeats.length,
    cutOff,
    failed: repeats.length - cutOff,
  }
  const rows = [...Map.groupBy(faults, (fault) => fault.kind)].map(([kind, some]) => ({
    fault: kind,
    times: count(some.length),
    accepted: count(some.reduce((total, { published }) => total + published.accepted.size, 0)),
    'in doubt': count(some.reduce((total, { published }) => total + published.inDoubt.size, 0)),
    longest: seconds(some.reduce((longest, { tookMs }) => Math.max(longest, tookMs), 0)),
  }))
  return {
    title: `${faults.length} faults (seed ${seed})`,
    rows,
    findings: [
      `${count(totals.accepted)} events accepted, ${count(totals.delivered)} delivered, in ${count(totals.requests)} requests.`,
      `${count(totals.repeats)} repeats: ${count(totals.cutOff)} of what a kill had cut off, after its lease; ${count(totals.failed)} of attempts that failed.`,
      ...hostile.map(
        (figures) =>
          `Endpoint that ${figures.hostility}: ${figures.deliveries} deliveries, ${figures.attempts} attempts: ${figures.outcomes.join(', ')}.`,
      ),
      `Memory of a sender at most ${megabytes(memory.maxBytes)}; the longest life went from ${megabytes(memory.earlyBytes)} to ${megabytes(memory.lateBytes)} in ${memory.longestSeconds} s.`,
    ],
    broken: [
      ...reconciliation.broken,
      ...hostile.flatMap((figures) => figures.broken),
      ...memory.broken,
      ...exitCodes.filter((code) => code !== 0).map((code) => `Asked to stop, a sender exited with ${code}.`),
    ],
    details: { seed, totals, rows, hostile, memory, repeats },
  }
}

interface MemoryFigures {
  readonly maxBytes: number
  readonly longestSeconds: number
  /** Of the longest life: the median of its first and of its last third. */
  readonly earlyBytes: number
  readonly lateBytes: number
  readonly broken: readonly string[]
}

function measureMemory(lives: readonly (readonly number[])[]): MemoryFigures {
  const longest = lives.reduce((a, b) => (b.length > a.length ? b : a), [])
  const third = Math.ceil(longest.length / 3)
  const earlyBytes = median(longest.slice(0, third))
  const lateBytes = median(longest.slice(-third))
  const maxBytes = lives.flat().reduce((a, b) => Math.max(a, b), 0)
  return {
    maxBytes,
    longestSeconds: longest.length,
    earlyBytes,
    lateBytes,
    broken: [
      ...(maxBytes > MAX_BYTES ? [`A sender took ${megabytes(maxBytes)}.`] : []),
      ...(longest.length >= SETTLED_SAMPLES && lateBytes > earlyBytes * MAX_GROWTH
        ? [`A sender grew from ${megabytes(earlyBytes)} to ${megabytes(lateBytes)}.`]
        : []),
    ],
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE)} MB`
}
