import type { Logger, Settings as EnvironmentSettings } from '@complywise/service'
import type { z } from 'zod'
import type { Settings } from './config/settings.ts'
import type { WebhookSettings } from './config/webhook-settings.ts'
import type { Destination } from './engine/destination.ts'

/** What an app adds to make a forwarder of its own. */
export interface ForwarderApp<Target, Options, Remote> {
  /** As it is called on the command line: `slack-forwarder`. */
  readonly name: string
  /** One sentence for `--help`. */
  readonly description: string
  /** One entry of `targets` in the configuration file. Its descriptions go into the JSON Schema. */
  readonly targetSchema: z.ZodType<Target>
  /** The section of the file that is named as the destination: `slack:`. Parses `undefined` too. */
  readonly optionsSchema: z.ZodType<Options>
  /** The key of that section, also the destination's name in metrics. */
  readonly destination: string
  /** The simple case: variables that suffice without a file, and what file they stand for. */
  readonly simple: {
    readonly settings: EnvironmentSettings
    /** `undefined` when none of them is set. */
    toFile(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined
  }
  /** Checks between targets, options and routes, once each is valid by itself; paths are those of the file. */
  problems?(
    config: AppConfig<Target, Options>,
  ): readonly { readonly path: readonly (string | number)[]; readonly message: string }[]
  connect(
    config: AppConfig<Target, Options>,
    context: { readonly logger: Logger; readonly now: () => number },
  ): Destination<Target, Remote>
}

/** A configuration that was read and checked. */
export interface AppConfig<Target, Options> {
  readonly settings: Settings
  readonly webhook: WebhookSettings
  readonly targets: Readonly<Record<string, Target>>
  readonly options: Options
}
