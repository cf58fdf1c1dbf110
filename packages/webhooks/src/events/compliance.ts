import * as z from 'zod/mini'
import { uuid } from '../wire/fields.ts'
import type { SchemaFields } from './schema-fields.ts'

/** `data` of `compliance.score_changed`. */
export interface ScoreChangedData {
  /** The framework whose score changed, such as `SOC 2`; null for the overall score. */
  readonly framework: string | null
  /** The score before, in percent. */
  readonly previous_score: number
  /** The score now, in percent. */
  readonly new_score: number
  /** The scan job that changed it, a UUID; null when something else did, such as new evidence. */
  readonly scan_job_id: string | null
}

/** `data` of `compliance.control_failed`, documented on the product page. */
export interface ControlFailedData {
  /** The control's id in its framework, such as `CC6.1`; unique only together with `framework`. */
  readonly control_id: string
  /** The framework that the control belongs to, such as `SOC 2`. */
  readonly framework: string
  /** The control's status before, such as `passed`. */
  readonly previous_status: string
  /** The control's status now, such as `failed`. */
  readonly new_status: string
}

/** `data` of `compliance.score_changed`, in zod. */
export const scoreChangedSchema = z.looseObject({
  framework: z.nullable(z.string()),
  previous_score: z.number(),
  new_score: z.number(),
  scan_job_id: z.nullable(uuid),
} satisfies SchemaFields<ScoreChangedData>)

/** `data` of `compliance.control_failed`, in zod. */
export const controlFailedSchema = z.looseObject({
  control_id: z.string(),
  framework: z.string(),
  previous_status: z.string(),
  new_status: z.string(),
} satisfies SchemaFields<ControlFailedData>)
