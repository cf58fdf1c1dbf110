import type { EventDefinition } from './definition.ts'
import type { EvidenceUploadedData } from './evidence.ts'

/** The definition of `evidence.uploaded`. */
export const evidenceUploaded: EventDefinition<EvidenceUploadedData> = {
  title: 'Evidence uploaded',
  meaning: 'new evidence artifact was uploaded',
  description: 'The evidence and what it supports.',
  fields: {
    evidence_id: 'The evidence artifact; a new version of a file is a new artifact.',
    control_id: 'The control that it supports, such as `CC6.1`; null when it is not attached to one.',
    framework: 'The framework that the control belongs to; null when `control_id` is.',
    file_name: "The file's name as it was uploaded, without a path.",
    content_type: "The file's media type.",
    size_bytes: "The file's size in bytes.",
    sha256: 'The SHA-256 of the file in lowercase hexadecimal.',
    uploaded_by: 'The display name of the person or integration that uploaded it.',
  },
  example: {
    evidence_id: 'c7a1f2de-1f0b-4c7e-8b57-0f6f6c6a9d21',
    control_id: 'CC6.1',
    framework: 'SOC 2',
    file_name: 'access-review-2026-q1.pdf',
    content_type: 'application/pdf',
    size_bytes: 482_113,
    sha256: '5d2fbb6d4c2c4f8f0a6d3c1b9e8a7f60514233241506f7e8d9cabbac9d8e7f60',
    uploaded_by: 'Dana Whitfield',
  },
}
