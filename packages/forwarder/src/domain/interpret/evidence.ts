import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { canonical } from '../correlation-key.ts'
import type { Interpretation, OpenControls } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Subject } from '../subject.ts'
import { controlSubject } from './control-failed.ts'
import { nameFrom, present } from './text.ts'

/**
 * Evidence belongs to its control where the event names one, with its framework; without a framework, to the only open
 * control of that id. It is news otherwise.
 */
export function interpretEvidence(
  { data }: EventOf<'evidence.uploaded'>,
  memory: Memory,
  settings: Settings,
  openControls: OpenControls,
): Interpretation {
  const { control_id: controlId, framework } = data
  const labels = present({ framework: nameFrom(framework), controlId: nameFrom(controlId) })
  const facts = {
    kind: 'evidence_uploaded',
    ...labels,
    ...present({
      evidenceId: nameFrom(data.evidence_id),
      fileName: nameFrom(data.file_name),
      contentType: nameFrom(data.content_type),
      sizeBytes: data.size_bytes,
      uploadedBy: nameFrom(data.uploaded_by),
    }),
  } as const
  const subject =
    labels.controlId === undefined
      ? undefined
      : labels.framework === undefined
        ? onlyOpen(labels.controlId, openControls())
        : controlSubject(settings, framework ?? '', controlId ?? '')
  return {
    readings: [
      subject === undefined
        ? { kind: 'announcement', labels, severity: 'info', facts }
        : { kind: 'note', subject, facts },
    ],
    memory,
  }
}

function onlyOpen(controlId: string, open: ReturnType<OpenControls>): Subject | undefined {
  const wanted = canonical(controlId)
  const matching = open.filter(({ labels }) => canonical(labels.controlId ?? '') === wanted)
  const [first] = matching
  if (first === undefined || matching.some(({ key }) => key !== first.key)) return undefined
  const { kind, key, labels } = first
  return { kind, key, labels }
}
