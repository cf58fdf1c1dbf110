import type { EventDefinition } from './definition.ts'
import { nullable, number, object, text, uuid } from './schema.ts'

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

/** The definition of `compliance.score_changed`. */
export const scoreChanged: EventDefinition<ScoreChangedData> = {
  title: 'Compliance score changed',
  meaning: 'overall or framework compliance score changed',
  isDocumented: false,
  data: object('The score before and now.', {
    framework: nullable(
      text('The framework whose score changed, such as `SOC 2`; null for the overall score.'),
    ),
    previous_score: number('The score before, in percent.'),
    new_score: number('The score now, in percent.'),
    scan_job_id: nullable(
      uuid('The scan job that changed it, a UUID; null when something else did, such as new evidence.'),
    ),
  }),
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
  isDocumented: true,
  data: object('The control, its status before and now.', {
    control_id: text(
      "The control's id in its framework, such as `CC6.1`; unique only together with `framework`.",
    ),
    framework: text('The framework that the control belongs to, such as `SOC 2`.'),
    previous_status: text("The control's status before, such as `passed`."),
    new_status: text("The control's status now, such as `failed`."),
  }),
  example: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
}
