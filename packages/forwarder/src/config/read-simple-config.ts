import { type ConfigProblem, readConfig, type Settings } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import { configWarnings } from './config-warnings.ts'
import type { Complaint } from './describe-issue.ts'
import type { FilePath } from './file-problem.ts'
import { inputSchema } from './input-schema.ts'
import { simpleSettings } from './process-settings.ts'
import type { ConfigReading } from './read-config-file.ts'
import { type CheckedApp, validateConfig } from './validate-config.ts'
import { findVariables, nameVariables, variableOf } from './variables-of-paths.ts'
import { withoutSecrets } from './without-secrets.ts'
import { wordProblem } from './word-problem.ts'

/** What of an app its simple case is read with. */
export type SimpleApp<Target, Options> = CheckedApp<Target, Options> &
  Pick<ForwarderApp<Target, Options, unknown>, 'simple'>

/**
 * The configuration of the simple case: what the app's variables stand for is checked exactly like a file, and problems name
 * the variable instead of a line.
 *
 * @param instance `FORWARDER_INSTANCE`.
 */
export function readSimpleConfig<Target, Options>(
  app: SimpleApp<Target, Options>,
  environment: Readonly<Record<string, string | undefined>>,
  instance: string | undefined,
  now: Date,
): ConfigReading<Target, Options, ConfigProblem> {
  const settings: Settings = { ...simpleSettings, ...app.simple.settings }
  // No variable has this prefix: those of other programs are none of ours.
  const reading = readConfig({ prefix: '=', settings }, environment)
  if (reading.kind === 'invalid') return { ok: false, problems: reading.problems }
  const own = app.simple.toFile(reading.config)
  if (own === undefined) return { ok: false, problems: [nothingSet(app)] }
  const value = present({ instance, webhook: { secret: reading.config['webhookSecret'] }, ...own })
  const variables = findVariables(app, settings, reading.config)
  const hidden = new Set(
    Object.entries(settings)
      .filter(([, { secret }]) => secret === true)
      .map(([name]) => reading.config[name])
      .filter((each) => typeof each === 'string'),
  )
  const named = (
    path: FilePath,
    { problem, remedy }: { readonly problem: string; readonly remedy: string },
  ) => {
    const clean = withoutSecrets({ path: [], problem, remedy }, hidden)
    return {
      variable: variableOf(variables, path),
      problem: nameVariables(variables, clean.problem),
      remedy: nameVariables(variables, clean.remedy),
    }
  }
  const validation = validateConfig(value, app)
  if (validation.kind === 'valid') {
    const warnings = configWarnings(validation.config, now)
    return {
      ok: true,
      config: validation.config,
      warnings: warnings.map((warning) => named(warning.path, warning)),
    }
  }
  const wording = { schema: inputSchema(app), value, sourceOf: () => undefined }
  const problems = validation.complaints
    .filter(({ kind, path }) => {
      // A name that is made of a value is no news where the value itself is wrong.
      const isOfSame = (other: Complaint) => variableOf(variables, other.path) === variableOf(variables, path)
      return (
        kind !== 'name' || !validation.complaints.some((other) => other.kind !== 'name' && isOfSame(other))
      )
    })
    .map((complaint) => named(complaint.path, wordProblem(complaint, wording)))
  return { ok: false, problems: problems.filter((problem, index) => isFirst(problems, problem, index)) }
}

function nothingSet<Target, Options>(app: SimpleApp<Target, Options>): ConfigProblem {
  const names = Object.values(app.simple.settings).map(({ env }) => env)
  return {
    variable: 'FORWARDER_CONFIG',
    problem: 'is required',
    remedy: `Set it to the path of a configuration file. Or, for the simple case, set FORWARDER_INSTANCE, COMPLYWISE_WEBHOOK_SECRET and ${names.join(', ')}.`,
  }
}

/** Without what is `undefined`, as a file cannot say that. */
function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => [key, present(each)]),
  )
}

function isFirst(problems: readonly ConfigProblem[], problem: ConfigProblem, index: number): boolean {
  return (
    problems.findIndex(
      (other) => other.variable === problem.variable && other.problem === problem.problem,
    ) === index
  )
}
