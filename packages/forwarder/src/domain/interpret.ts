import { isKnownEvent, type WebhookEvent } from '@complywise/webhooks'
import type { Settings } from '../config/settings.ts'
import { interpretControlFailed } from './interpret/control-failed.ts'
import { interpretEvidence } from './interpret/evidence.ts'
import { interpretIntegration, lifeOfIntegration } from './interpret/integration.ts'
import { interpretScanCompleted } from './interpret/scan-completed.ts'
import { interpretScanFailed } from './interpret/scan-failed.ts'
import { interpretScoreChanged } from './interpret/score-changed.ts'
import { interpretUnknown } from './interpret/unknown.ts'
import type { Interpretation } from './interpretation.ts'
import type { Memory } from './memory.ts'

/**
 * What an event means, whoever is told of it. Once for each event, in the order in which they are seen first; the memory
 * it returns is given to the next.
 *
 * Events may come in any order: what is older than what the memory knows of scans and scores changes neither. Fields that
 * the product page does not document may be absent, unknown ones may hold anything, and types may be unknown: it never
 * throws on what a receiver lets through. Texts are cleaned and cut here, so that nothing behind has to.
 */
export function interpret(event: WebhookEvent, memory: Memory, settings: Settings): Interpretation {
  const said = interpretByType(event, memory, settings)
  const life = lifeOfIntegration(event, settings)
  return life === undefined ? said : { readings: [life, ...said.readings], memory: said.memory }
}

function interpretByType(event: WebhookEvent, memory: Memory, settings: Settings): Interpretation {
  if (!isKnownEvent(event)) return interpretUnknown(event, memory)
  switch (event.event) {
    case 'scan.completed':
      return interpretScanCompleted(event, memory, settings)
    case 'scan.failed':
      return interpretScanFailed(event, memory, settings)
    case 'compliance.score_changed':
      return interpretScoreChanged(event, memory, settings)
    case 'compliance.control_failed':
      return interpretControlFailed(event, memory, settings)
    case 'evidence.uploaded':
      return interpretEvidence(event, memory, settings)
    default:
      return interpretIntegration(event, memory, settings)
  }
}
