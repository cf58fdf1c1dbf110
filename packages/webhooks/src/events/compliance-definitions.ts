import type { ControlFailedData, ScoreChangedData } from './compliance.ts'
import type { EventDefinition } from './definition.ts'

/** The definition of `compliance.score_changed`. */
export const scoreChanged: EventDefinition<ScoreChangedData> = {
  title: 'Compliance score changed',
  meaning: 'overall or framework compliance score changed',
  description: 'The score before and now.',
  fields: {
    framework: 'The framework whose score changed, such as `SOC 2`; null for the overall score.',
    previous_score: 'The score before, in percent.',
    new_score: 'The score now, in percent.',
    scan_job_id: 'The scan job that changed it, a UUID; null when something else did, such as new evidence.',
  },
  example: {
    framework: 'SOC 2',
    previous_score: 81.6,
    new_score: 77.6,
    scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
  },
}

/** The definition of `compliance.control_failed`. */
export const controlFailed: EventDefinition<ControlFailedData> = {
  title: 'Control failed',
  meaning: 'a previously passing control is now failing',
  description: 'The control, its status before and now.',
  fields: {
    control_id: "The control's id in its framework, such as `CC6.1`; unique only together with `framework`.",
    framework: 'The framework that the control belongs to, such as `SOC 2`.',
    previous_status: "The control's status before, such as `passed`.",
    new_status: "The control's status now, such as `failed`.",
  },
  example: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
}
