import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { scanKey } from '../correlation-key.ts'
import type { ScanCounts } from '../facts.ts'
import { isBefore, laterOf, toInstant } from '../instant.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Reading } from '../reading.ts'
import { readScore } from './read-score.ts'

/** So many scans are remembered. */
const MAX_SCANS = 8

/**
 * A completed scan ends a failed one; a clean one within scope ends every control that failed before it, however late it
 * comes, because it touches only what is older. The score counts only from the newest.
 */
export function interpretScanCompleted(
  event: EventOf<'scan.completed'>,
  memory: Memory,
  settings: Settings,
): Interpretation {
  const scan = countsOf(event)
  const { at } = scan
  const last = memory.scans.at(-1)
  const isNewest = last === undefined || !isBefore(at, last.at)
  const largestTotal = Math.max(memory.largestTotal, scan.total)
  const isClean = scan.failed === 0 && scan.total > 0 && scan.passed === scan.total
  const isPartial = isClean && settings.recovery.scopeGuard && scan.total < largestTotal
  const isSweep = isClean && !isPartial && settings.recovery.sweepOnCleanScan
  const history = memory.scans.filter((known) => !isBefore(at, known.at)).slice(1 - MAX_SCANS)
  const facts = { kind: 'scan_completed', scan, history, isPartial, largestTotal } as const
  const remembered = rememberScan({ ...memory, largestTotal }, scan, isSweep)
  const score = isNewest
    ? readScore({ score: scan.score, at, isFromScan: true }, remembered, settings)
    : { readings: [], memory: remembered }
  return {
    readings: [
      recovery(settings),
      ...(isSweep ? [sweep] : []),
      ...score.readings,
      ...(isAnnounced(scan, isNewest, last, settings)
        ? [{ kind: 'announcement', labels: {}, severity: 'info', facts } as const]
        : []),
    ],
    memory: score.memory,
  }
}

const sweep: Reading = { kind: 'sweep', facts: { kind: 'recovered', proof: 'clean_scan' } }

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
  // A scan that failed at the same instant still counts: failure beats recovery.
  const endsFailures = memory.lastScanAt === undefined || isBefore(memory.lastScanAt, at)
  return {
    ...memory,
    scans: [
      ...memory.scans.filter((known) => !isBefore(at, known.at)),
      scan,
      ...memory.scans.filter((known) => isBefore(at, known.at)),
    ].slice(-MAX_SCANS),
    failedScans: endsFailures ? 0 : memory.failedScans,
    lastScanAt: laterOf(at, memory.lastScanAt),
    ...(isSweep && { cleanScanAt: laterOf(at, memory.cleanScanAt) }),
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
