import type { Settings } from '../config/settings.ts'
import { cleanText } from './clean-text.ts'
import { describeControlFailed } from './describe/control-failed.ts'
import { describeEvidence } from './describe/evidence.ts'
import { describeIntegration } from './describe/integration.ts'
import { describeLate } from './describe/late.ts'
import { describeRecovery } from './describe/recovery.ts'
import { describeScanCompleted } from './describe/scan-completed.ts'
import { describeScanFailed } from './describe/scan-failed.ts'
import { describeScore } from './describe/score.ts'
import { describeStorm } from './describe/storm.ts'
import { describeUnknown } from './describe/unknown.ts'
import type { Description } from './description.ts'
import type { Step } from './step.ts'

/**
 * What a step says, in English and plain text: each string is one line, free of control characters, overrides of
 * direction and lone surrogates, but in no destination's syntax and of no destination's length yet. Times are in UTC;
 * durations are from the events' timestamps.
 */
export function describe(step: Step, settings: Settings): Description {
  return clean(describeFacts(step, settings))
}

function describeFacts(step: Step, settings: Settings): Description {
  const { facts } = step
  if (step.action === 'late') return describeLate(step)
  switch (facts.kind) {
    case 'control_failed':
      return describeControlFailed(step, facts, settings)
    case 'recovered':
      return describeRecovery(step, facts, settings)
    case 'scan_failed':
      return describeScanFailed(step, facts, settings)
    case 'scan_completed':
      return describeScanCompleted(step, facts, settings)
    case 'score_changed':
      return describeScore(step, facts, settings)
    case 'evidence_uploaded':
      return describeEvidence(step, facts, settings)
    case 'integration_disconnected':
      return describeIntegration(step, facts, settings)
    case 'storm':
      return describeStorm(step, settings)
    default:
      return describeUnknown(step, facts)
  }
}

// Everything from events was cleaned when it was read; names of owners, a person's own, and an alert of an older version
// were not.
function clean({ headline, tone, summary, fields, lines, hints, link }: Description): Description {
  return {
    headline: cleanText(headline),
    tone,
    summary: cleanText(summary),
    fields: fields.map(({ label, value }) => ({ label, value: cleanText(value) })),
    lines: lines.map((line) => cleanText(line)),
    hints: hints.map((hint) => cleanText(hint)),
    ...(link !== undefined && { link: { label: cleanText(link.label), url: link.url } }),
  }
}
