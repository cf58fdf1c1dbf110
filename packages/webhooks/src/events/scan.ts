import type { EventDefinition } from './definition.ts'
import { instant, integer, number, object, text, uuid } from './schema.ts'

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

/** The definition of `scan.completed`. */
export const scanCompleted: EventDefinition<ScanCompletedData> = {
  title: 'Scan completed',
  meaning: 'a scan job finished with results summary',
  isDocumented: true,
  data: object('The results of the scan.', {
    scan_job_id: uuid('The scan job that finished, a UUID.'),
    total_controls: integer('How many controls were evaluated.'),
    passed: integer('How many of them passed.'),
    failed: integer('How many of them failed.'),
    score: number('The score after the scan, in percent.'),
  }),
  example: {
    scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
    total_controls: 49,
    passed: 38,
    failed: 11,
    score: 77.6,
  },
}

/** The definition of `scan.failed`. */
export const scanFailed: EventDefinition<ScanFailedData> = {
  title: 'Scan failed',
  meaning: 'a scan job encountered an error',
  isDocumented: false,
  data: object('The scan and what stopped it.', {
    scan_job_id: uuid('The scan job that stopped, a UUID.'),
    error: object('What stopped it.', {
      code: text('A stable identifier of the cause, such as `integration_unauthorized`.'),
      message: text('One English sentence for people.'),
    }),
    started_at: instant('When the scan job was started, ISO 8601.'),
  }),
  example: {
    scan_job_id: '9b1d1f0e-3c44-4c43-8f57-2d0a9a6f6d5e',
    error: {
      code: 'integration_unauthorized',
      message: 'AWS refused the credentials of the integration "AWS production".',
    },
    started_at: '2026-03-01T11:52:08.000Z',
  },
}
