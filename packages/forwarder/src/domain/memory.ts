import type { ScanCounts, ScoreBand } from './facts.ts'

/** What readings of later events depend on, besides alerts. Kept in the ledger, the same for every target. */
export interface Memory {
  /** The most controls that one of `scans` evaluated: a scan of fewer proves nothing about all of them. */
  readonly largestTotal: number
  /** Timestamp of the newest clean scan within scope: a control that failed before it has recovered. */
  readonly cleanScanAt?: string
  /** The newest eight completed scans, the oldest first. */
  readonly scans: readonly ScanCounts[]
  /** How many scans failed since the last one that completed, and the timestamp of the newest of either. */
  readonly failedScans: number
  readonly lastScanAt?: string
  /** By `overall` or the canonical framework. */
  readonly scores: Readonly<
    Record<string, { readonly band: ScoreBand; readonly score: number; readonly at: string }>
  >
}

/** Before the first event. */
export const emptyMemory: Memory = { largestTotal: 0, scans: [], failedScans: 0, scores: {} }
