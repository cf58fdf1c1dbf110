import type { EventDefinition } from './definition.ts'
import type { ScanCompletedData, ScanFailedData } from './scan.ts'

/** The definition of `scan.completed`. */
export const scanCompleted: EventDefinition<ScanCompletedData> = {
  title: 'Scan completed',
  meaning: 'a scan job finished with results summary',
  description: 'The results of the scan.',
  fields: {
    scan_job_id: 'The scan job that finished, a UUID.',
    total_controls: 'How many controls were evaluated.',
    passed: 'How many of them passed.',
    failed: 'How many of them failed.',
    score: 'The score after the scan, in percent.',
  },
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
  description: 'The scan and what stopped it.',
  fields: {
    scan_job_id: 'The scan job that stopped, a UUID.',
    error: 'What stopped it.',
    'error.code': 'A stable identifier of the cause, such as `integration_unauthorized`.',
    'error.message': 'One English sentence for people.',
    started_at: 'When the scan job was started, ISO 8601.',
  },
  example: {
    scan_job_id: '9b1d1f0e-3c44-4c43-8f57-2d0a9a6f6d5e',
    error: {
      code: 'integration_unauthorized',
      message: 'AWS refused the credentials of the integration "AWS production".',
    },
    started_at: '2026-03-01T11:52:08.000Z',
  },
}
