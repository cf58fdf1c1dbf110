import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import { controlSubject } from './control-failed.ts'
import { nameFrom, present } from './text.ts'

/** Evidence belongs to its control where the event names one, with its framework; it is news otherwise. */
export function interpretEvidence(
  { data }: EventOf<'evidence.uploaded'>,
  memory: Memory,
  settings: Settings,
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
  const hasControl = labels.controlId !== undefined && labels.framework !== undefined
  return {
    readings: [
      hasControl
        ? { kind: 'note', subject: controlSubject(settings, framework ?? '', controlId ?? ''), facts }
        : { kind: 'announcement', labels, severity: 'info', facts },
    ],
    memory,
  }
}
