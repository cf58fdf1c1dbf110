import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { isBefore } from '../instant.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { sizeWords, timeBetween } from '../words.ts'
import { controlWords, field, inFramework } from './alert-fields.ts'

/** Evidence, on its own or under the open control that it belongs to. */
export function describeEvidence(
  { alert, event }: Step,
  facts: Extract<Facts, { readonly kind: 'evidence_uploaded' }>,
  settings: Settings,
): Description {
  const { fileName, contentType, sizeBytes, uploadedBy, controlId, evidenceId, framework } = facts
  const file = fileName ?? 'Evidence'
  const control = controlId === undefined ? undefined : controlWords(facts)
  return {
    headline: `Evidence${controlId === undefined ? '' : ` for ${controlId}`}: ${fileName ?? evidenceId ?? 'uploaded'}${inFramework(facts)}`,
    tone: 'info',
    summary: `${uploadedBy ?? 'Somebody'} uploaded ${fileName === undefined ? 'evidence' : file}${control === undefined ? '' : ` for ${control}`}.`,
    fields: [
      ...field('Control', controlId),
      ...field('Framework', framework),
      ...field('File', fileName),
      ...field('Type', contentType),
      ...field('Size', sizeBytes === undefined ? undefined : sizeWords(sizeBytes)),
      ...field('Uploaded by', uploadedBy),
    ],
    lines: [],
    hints:
      alert?.kind === 'control' && isBefore(alert.openedAt, event.timestamp)
        ? [
            `The control has been open for ${timeBetween(alert.openedAt, event.timestamp)}; evidence does not resolve it, only a passing status or a clean scan does.`,
          ]
        : [],
    ...linkTo(
      'evidence',
      'Open the evidence',
      { evidence_id: evidenceId, framework, control_id: controlId },
      settings,
    ),
  }
}
