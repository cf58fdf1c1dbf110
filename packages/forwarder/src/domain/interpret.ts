import type { KnownEvent, WebhookEvent } from '@complywise/webhooks'
import type { Settings } from '../config/settings.ts'
import { interpretControlFailed } from './interpret/control-failed.ts'
import { interpretEvidence } from './interpret/evidence.ts'
import { interpretIntegration, lifeOfIntegration } from './interpret/integration.ts'
import { readEvent } from './interpret/read-event.ts'
import { interpretScanCompleted, interpretUncountedScan } from './interpret/scan-completed.ts'
import { interpretScanFailed } from './interpret/scan-failed.ts'
import { interpretScoreChanged } from './interpret/score-changed.ts'
import { interpretUnknown, unreadable } from './interpret/unknown.ts'
import type { Interpretation, OpenControls } from './interpretation.ts'
import type { Memory } from './memory.ts'

/**
 * What an event means, whoever is told of it. Once for each event, in the order in which they are seen first; the memory
 * it returns is given to the next.
 *
 * Events may come in any order: what is older than what the memory knows of scans and scores changes neither. Data need not
 * be as the catalog has it: what can be read of it counts, and what cannot is told as it came. Types may be unknown. It
 * never throws on what a receiver lets through. Texts are cleaned and cut here, so that nothing behind has to.
 *
 * @param openControls the open alerts of controls at every target, now; asked for only where it matters: what a clean
 * scan may end, and which control evidence belongs to. Default: none.
 */
export function interpret(
  event: WebhookEvent,
  memory: Memory,
  settings: Settings,
  openControls: OpenControls = () => [],
): Interpretation {
  const said = interpretByType(event, memory, settings, openControls)
  const life = lifeOfIntegration(event, settings)
  return life === undefined ? said : { readings: [life, ...said.readings], memory: said.memory }
}

function interpretByType(
  event: WebhookEvent,
  memory: Memory,
  settings: Settings,
  openControls: OpenControls,
): Interpretation {
  const read = readEvent(event)
  if (read.kind === 'unknown_type') return interpretUnknown(read.event, memory)
  if (read.kind === 'read') return interpretKnown(read.event, memory, settings, openControls)
  const news = unreadable(event, read.lacks)
  if (event.event !== 'scan.completed') return { readings: [news], memory }
  const completed = interpretUncountedScan(event, memory, settings)
  return { ...completed, readings: [...completed.readings, news] }
}

function interpretKnown(
  event: KnownEvent,
  memory: Memory,
  settings: Settings,
  openControls: OpenControls,
): Interpretation {
  switch (event.event) {
    case 'scan.completed':
      return interpretScanCompleted(event, memory, settings, openControls)
    case 'scan.failed':
      return interpretScanFailed(event, memory, settings)
    case 'compliance.score_changed':
      return interpretScoreChanged(event, memory, settings)
    case 'compliance.control_failed':
      return interpretControlFailed(event, memory, settings)
    case 'evidence.uploaded':
      return interpretEvidence(event, memory, settings, openControls)
    default:
      return interpretIntegration(event, memory, settings)
  }
}
