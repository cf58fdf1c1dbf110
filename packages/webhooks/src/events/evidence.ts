import * as z from 'zod/mini'
import { integer } from '../wire/fields.ts'
import type { SchemaFields } from './schema-fields.ts'

/** `data` of `evidence.uploaded`. */
export interface EvidenceUploadedData {
  /** The evidence artifact; a new version of a file is a new artifact. */
  readonly evidence_id: string
  /** The control that it supports, such as `CC6.1`; null when it is not attached to one. */
  readonly control_id: string | null
  /** The framework that the control belongs to; null when `control_id` is. */
  readonly framework: string | null
  /** The file's name as it was uploaded, without a path. */
  readonly file_name: string
  /** The file's media type. */
  readonly content_type: string
  /** The file's size in bytes. */
  readonly size_bytes: number
  /** The SHA-256 of the file in lowercase hexadecimal. */
  readonly sha256: string
  /** The display name of the person or integration that uploaded it. */
  readonly uploaded_by: string
}

/** `data` of `evidence.uploaded`, in zod. */
export const evidenceUploadedSchema = z.looseObject({
  evidence_id: z.string(),
  control_id: z.nullable(z.string()),
  framework: z.nullable(z.string()),
  file_name: z.string(),
  content_type: z.string(),
  size_bytes: integer,
  sha256: z.string(),
  uploaded_by: z.string(),
} satisfies SchemaFields<EvidenceUploadedData>)
