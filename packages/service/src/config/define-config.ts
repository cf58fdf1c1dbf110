import type { z } from 'zod'
import type { ConfigProblem } from './config-problem.ts'

/** One setting: which variable it is read from, what is accepted, and what documentation says about it. */
export interface Setting {
  /** The environment variable. A duration's name ends in its unit: `…_MS` or `…_SECONDS`. */
  readonly env: string
  /**
   * Parses the variable's text. `undefined` stands for a variable that is not set, so `.default(…)` gives a
   * default, `.optional()` makes the setting optional, and without either it is required.
   */
  readonly schema: z.ZodType
  /** What the setting is for, as sentences; shown in `--help`, in the documentation and beside a problem. */
  readonly description: string
  /** Never shown, and may also be read from the file that `<env>_FILE` names. Default `false`. */
  readonly secret?: boolean
  /** How documentation writes a default that differs between machines. Default: the default itself. */
  readonly defaultText?: string
}

/** Settings by the name the program uses for them. */
export type Settings = Readonly<Record<string, Setting>>

/** The values that a set of settings reads as. */
export type Config<Declared extends Settings> = {
  readonly [Name in keyof Declared]: z.output<Declared[Name]['schema']>
}

/** Everything an app can be told through its environment. */
export interface ConfigDefinition<Declared extends Settings = Settings> {
  /** What the app's own variables start with, such as `SENDER_`; an unknown variable under it is a problem. */
  readonly prefix: string
  readonly settings: Declared
  /** What must hold between settings; asked once every setting is valid by itself. */
  readonly rules?: readonly ((config: Config<Declared>) => ConfigProblem | undefined)[]
}

/**
 * Declares the configuration of an app.
 *
 * ```ts
 * const definition = defineConfig({
 *   prefix: 'SENDER_',
 *   settings: {
 *     port: { env: 'SENDER_PORT', schema: integer({ min: 0, max: 65535 }).default(8080), description: 'Port of the API.' },
 *     databaseUrl: { env: 'DATABASE_URL', schema: z.string().optional(), secret: true, description: 'PostgreSQL to use.' },
 *   },
 * })
 * const result = readConfig(definition, process.env)
 * ```
 */
export function defineConfig<const Declared extends Settings>(
  definition: ConfigDefinition<Declared>,
): ConfigDefinition<Declared> {
  return definition
}
