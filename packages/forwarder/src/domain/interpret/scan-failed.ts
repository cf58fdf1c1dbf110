import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { scanKey } from '../correlation-key.ts'
import { isBefore, laterOf, toInstant } from '../instant.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import { nameFrom, present, sentenceFrom } from './text.ts'

/** A failed scan counts unless a newer one has completed; several in a row are worse. */
export function interpretScanFailed(
  { timestamp, data }: EventOf<'scan.failed'>,
  memory: Memory,
  settings: Settings,
): Interpretation {
  const at = toInstant(timestamp)
  const completed = memory.scans.at(-1)
  if (completed !== undefined && isBefore(at, completed.at)) {
    return { readings: [], memory, reason: 'newer_event_known' }
  }
  const consecutive = memory.failedScans + 1
  const texts = present({ code: nameFrom(data.error?.code), message: sentenceFrom(data.error?.message) })
  return {
    readings: [
      {
        kind: 'problem',
        subject: { kind: 'scan', key: scanKey(settings), labels: {} },
        severity: consecutive >= settings.scans.errorAfter ? 'error' : 'warning',
        facts: { kind: 'scan_failed', ...texts, consecutive },
      },
    ],
    memory: { ...memory, failedScans: consecutive, lastScanAt: laterOf(at, memory.lastScanAt) },
  }
}
