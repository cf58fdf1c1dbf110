import type { EventIdentity, EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { scanKey } from '../correlation-key.ts'
import type { Facts, ScanCounts } from '../facts.ts'
import { isBefore, laterOf, toInstant } from '../instant.ts'
import type { Interpretation, OpenControls } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Reading } from '../reading.ts'
import { readScore } from './read-score.ts'

/** So many scans are remembered. */
const MAX_SCANS = 8

/**
 * A completed scan ends a failed one; a clean one within scope ends every control that failed before it, however late it
 * comes, because it touches only what is older. The score counts only from the newest.
 *
 * Scans do not say which controls they evaluated, so a clean one is taken for proof about all of them only where it
 * evaluated
 *
 * - at least as many as there are open controls that it would end, without exception: fewer cannot be all of them;
 * - at least as many as each of the eight completed scans known before it, unless `recovery.scopeGuard` is off. Once eight
 *   scans in a row have evaluated fewer, the smaller scope is believed. The first scan known has none before it: it sets the
 *   scope.
 */
export function interpretScanCompleted(
  event: EventOf<'scan.completed'>,
  memory: Memory,
  settings: Settings,
  openControls: OpenControls,
): Interpretation {
  const scan = countsOf(event)
  const { at } = scan
  const last = memory.scans.at(-1)
  const isNewest = last === undefined || !isBefore(at, last.at)
  const largestTotal = Math.max(memory.largestTotal, scan.total)
  const isClean = scan.failed === 0 && scan.total > 0 && scan.passed === scan.total
  const openCount = isClean ? countBefore(at, openControls()) : 0
  const { scopeGuard, sweepOnCleanScan } = settings.recovery
  const isPartial = isClean && (scan.total < openCount || (scopeGuard && scan.total < largestTotal))
  const isSweep = isClean && !isPartial && sweepOnCleanScan
  const history = memory.scans.filter((known) => !isBefore(at, known.at)).slice(1 - MAX_SCANS)
  const facts = {
    kind: 'scan_completed',
    scan,
    history,
    isPartial,
    largestTotal,
    ...(isPartial && scan.total < openCount && { openCount }),
  } as const
  const remembered = rememberScan(memory, scan, isSweep)
  const score = isNewest
    ? readScore({ score: scan.score, at, isFromScan: true }, remembered, settings)
    : { readings: [], memory: remembered }
  return {
    readings: [
      recovery(settings),
      ...(isSweep ? [sweepBy(scan, scopeGuard ? memory.scans.length : undefined)] : []),
      ...score.readings,
      ...(isAnnounced(scan, isNewest, last, settings)
        ? [{ kind: 'announcement', labels: {}, severity: 'info', facts } as const]
        : []),
    ],
    memory: score.memory,
  }
}

/** A completed scan whose counts cannot be read: it ends a failed one, and that is all that is known of it. */
export function interpretUncountedScan(
  { timestamp }: EventIdentity,
  memory: Memory,
  settings: Settings,
): Interpretation {
  return { readings: [recovery(settings)], memory: rememberCompletion(memory, toInstant(timestamp)) }
}

function countBefore(at: string, open: ReturnType<OpenControls>): number {
  return new Set(open.filter(({ lastAt }) => !isBefore(at, lastAt)).map(({ key }) => key)).size
}

function sweepBy({ total, at }: ScanCounts, scansBefore: number | undefined): Reading {
  const scan = { at, total, ...(scansBefore !== undefined && { scansBefore }) }
  const facts: Facts = { kind: 'recovered', proof: 'clean_scan', scan }
  return { kind: 'sweep', facts }
}

function recovery(settings: Settings): Reading {
  return {
    kind: 'recovery',
    subject: { kind: 'scan', key: scanKey(settings), labels: {} },
    facts: { kind: 'recovered', proof: 'scan_completed' },
  }
}

function countsOf({ timestamp, data }: EventOf<'scan.completed'>): ScanCounts {
  const { total_controls: total, passed, failed, score } = data
  return { at: toInstant(timestamp), total, passed, failed, score }
}

function rememberScan(memory: Memory, scan: ScanCounts, isSweep: boolean): Memory {
  const { at } = scan
  const scans = [
    ...memory.scans.filter((known) => !isBefore(at, known.at)),
    scan,
    ...memory.scans.filter((known) => isBefore(at, known.at)),
  ].slice(-MAX_SCANS)
  return {
    ...rememberCompletion(memory, at),
    scans,
    largestTotal: Math.max(...scans.map(({ total }) => total)),
    ...(isSweep && { cleanScanAt: laterOf(at, memory.cleanScanAt) }),
  }
}

function rememberCompletion(memory: Memory, at: string): Memory {
  // A scan that failed at the same instant still counts: failure beats recovery.
  const endsFailures = memory.lastScanAt === undefined || isBefore(memory.lastScanAt, at)
  return {
    ...memory,
    failedScans: endsFailures ? 0 : memory.failedScans,
    lastScanAt: laterOf(at, memory.lastScanAt),
  }
}

function isAnnounced(
  scan: ScanCounts,
  isNewest: boolean,
  last: ScanCounts | undefined,
  { scans }: Settings,
): boolean {
  if (scans.announce !== 'changes') return scans.announce === 'always'
  if (!isNewest) return false
  return (
    last === undefined ||
    scan.total !== last.total ||
    scan.passed !== last.passed ||
    scan.failed !== last.failed ||
    scan.score !== last.score
  )
}
