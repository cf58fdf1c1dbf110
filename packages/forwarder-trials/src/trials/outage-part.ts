import type { Counted } from '../run/report.ts'
import type { TrialSettings } from './trial.ts'

/** What the trial of an outage is asked for. */
export type OutageSettings = TrialSettings<OutageOptions>

/** Its options. */
export type OutageOptions = {
  readonly minutes: number
  readonly events: number
  readonly published: number
}

/** What one of its parts has found. */
export interface OutagePart {
  readonly counts: Readonly<Record<string, Counted>>
  readonly broken: readonly string[]
}

/** Everything goes to the one target, told by itself. */
export const outageFile = {
  storm: { controls: 100_000 },
  routes: [{ to: ['trial'] }, { match: { event: 'policy.*' }, to: ['trial'] }],
} as const
