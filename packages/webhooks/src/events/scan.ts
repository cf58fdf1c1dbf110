import * as z from 'zod/mini'
import { instant, integer, uuid } from '../wire/fields.ts'
import type { SchemaFields } from './schema-fields.ts'

/** `data` of `scan.completed`, documented on the product page. */
export interface ScanCompletedData {
  /** The scan job that finished, a UUID. */
  readonly scan_job_id: string
  /** How many controls were evaluated. */
  readonly total_controls: number
  /** How many of them passed. */
  readonly passed: number
  /** How many of them failed. */
  readonly failed: number
  /** The score after the scan, in percent. */
  readonly score: number
}

/** `data` of `scan.failed`. */
export interface ScanFailedData {
  /** The scan job that stopped, a UUID. */
  readonly scan_job_id: string
  /** What stopped it. */
  readonly error: {
    /** A stable identifier of the cause, such as `integration_unauthorized`. */
    readonly code: string
    /** One English sentence for people. */
    readonly message: string
  }
  /** When the scan job was started, ISO 8601. */
  readonly started_at: string
}

/** `data` of `scan.completed`, in zod. */
export const scanCompletedSchema = z.looseObject({
  scan_job_id: uuid,
  total_controls: integer,
  passed: integer,
  failed: integer,
  score: z.number(),
} satisfies SchemaFields<ScanCompletedData>)

/** `data` of `scan.failed`, in zod. */
export const scanFailedSchema = z.looseObject({
  scan_job_id: uuid,
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
  } satisfies SchemaFields<ScanFailedData['error']>),
  started_at: instant,
} satisfies SchemaFields<ScanFailedData>)
