import type { AppName } from '../destinations/destination.ts'
import type { Report } from '../run/report.ts'
import type { Scene } from '../run/scene.ts'

/** Options by name, as whole numbers, yes or no; those that were not given have their defaults. */
export type TrialOptions = Readonly<Record<string, number | boolean>>

/** One kind of trial. */
export interface Trial<Options extends TrialOptions = TrialOptions> {
  readonly name: string
  /** One sentence for the list of trials. */
  readonly summary: string
  /** What it does and what it promises, for its help. */
  readonly description: string
  readonly options: { readonly [Name in keyof Options]: TrialOption }
  /** Which apps it can be run with; the first unless another is asked for. None: it has no choice. */
  readonly apps: readonly AppName[]
  run(scene: Scene, settings: TrialSettings<Options>): Promise<Report>
}

/** An option of a trial. */
export interface TrialOption {
  readonly description: string
  readonly fallback: number | boolean
}

/** What a trial was asked for. */
export interface TrialSettings<Options extends TrialOptions = TrialOptions> {
  readonly app: AppName
  /** The same seed makes the same choices. */
  readonly seed: number
  readonly options: { readonly [Name in keyof Options]: Options[Name] }
}
