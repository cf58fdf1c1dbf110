import { readFileSync } from 'node:fs'
import type { ConfigProblem } from './config-problem.ts'
import type { Config, ConfigDefinition, Setting, Settings } from './define-config.ts'
import { nearestName } from './nearest-name.ts'

/** A configuration that can be used as it is, or everything that is wrong with it. */
export type ConfigResult<Values> =
  | { readonly kind: 'valid'; readonly config: Values }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] }

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads an app's configuration from its environment.
 *
 * An empty variable counts as not set. A secret may instead be read from the file named by `<env>_FILE`, without one
 * newline at its end. A variable with the app's prefix that is no setting is a problem.
 *
 * @returns the frozen configuration, or all problems at once; never throws on what the environment holds.
 * @see https://12factor.net/config
 */
export function readConfig<Declared extends Settings>(
  definition: ConfigDefinition<Declared>,
  env: Environment,
): ConfigResult<Config<Declared>> {
  const values: Record<string, unknown> = {}
  const problems: ConfigProblem[] = []
  for (const [name, setting] of Object.entries<Setting>(definition.settings)) {
    const reading = readSetting(setting, env)
    if ('problem' in reading) problems.push(reading)
    else values[name] = reading.value
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Every value came from the schema of its setting.
  const config = Object.freeze(values) as Config<Declared>
  if (problems.length === 0) {
    problems.push(
      ...(definition.rules ?? []).map((rule) => rule(config)).filter((found) => found !== undefined),
    )
  }
  problems.push(...unknownVariables(definition, env))
  return problems.length === 0 ? { kind: 'valid', config } : { kind: 'invalid', problems }
}

type Reading = ConfigProblem | { readonly value: unknown }

function readSetting(setting: Setting, env: Environment): Reading {
  const source = readText(setting, env)
  if ('problem' in source) return source
  const { variable, text } = source
  const parsed = setting.schema.safeParse(text)
  if (parsed.success) return { value: freeze(parsed.data) }
  if (text === undefined) return { variable, problem: 'is required', remedy: remedyForMissing(setting) }
  const complaint = parsed.error.issues.map((issue) => sentencePart(issue.message)).join('; ')
  return {
    variable,
    problem: setting.secret === true ? withoutSecret(complaint, text) : `${complaint}, but is ${shown(text)}`,
    remedy: remedyForValue(setting, text),
  }
}

function freeze(value: unknown): unknown {
  // JavaScript refuses to freeze bytes, such as a key.
  return ArrayBuffer.isView(value) ? value : Object.freeze(value)
}

type Source = ConfigProblem | { readonly variable: string; readonly text: string | undefined }

function readText(setting: Setting, env: Environment): Source {
  const variable = setting.env
  const text = env[variable] === '' ? undefined : env[variable]
  const fileVariable = `${variable}_FILE`
  const path = env[fileVariable]
  if (setting.secret !== true || path === undefined || path === '') return { variable, text }
  if (text !== undefined) {
    return { variable, problem: `and ${fileVariable} are both set`, remedy: 'Keep one of them.' }
  }
  try {
    const content = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return { variable: fileVariable, text: content === '' ? undefined : content }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return {
      variable: fileVariable,
      problem: `names ${shown(path)}, which cannot be read (${reason})`,
      remedy: 'Name a file that exists and that this process may read.',
    }
  }
}

function remedyForMissing({ env, secret, description }: Setting): string {
  return secret === true
    ? `${description} Set it, or set ${env}_FILE to the path of a file that holds it.`
    : `${description} Set it.`
}

function remedyForValue({ description }: Setting, text: string): string {
  // In Kubernetes a Service named `sender` makes every pod of its namespace start with SENDER_PORT=tcp://….
  return /^(tcp|udp|sctp):\/\//.test(text)
    ? `${description} Kubernetes set this for a Service of that name: put enableServiceLinks: false in the pod's spec.`
    : description
}

/** zod writes whole sentences and names types; ours read on from the variable's name. */
function sentencePart(message: string): string {
  return message.startsWith('must ') ? message : `is not valid: ${message}`
}

function withoutSecret(complaint: string, secret: string): string {
  return complaint.includes(secret) ? 'is not valid' : complaint
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

/** What Kubernetes sets for a Service whose name happens to be the app's. */
const kubernetesServiceLink =
  /^(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

function unknownVariables(
  { prefix, settings }: Pick<ConfigDefinition, 'prefix' | 'settings'>,
  env: Environment,
): ConfigProblem[] {
  const known = Object.values(settings).flatMap(({ env, secret }) =>
    secret === true ? [env, `${env}_FILE`] : [env],
  )
  return Object.keys(env)
    .filter((variable) => variable.startsWith(prefix) && !known.includes(variable))
    .filter((variable) => !kubernetesServiceLink.test(variable.slice(prefix.length)))
    .map((variable) => {
      const nearest = nearestName(variable, known)
      return {
        variable,
        problem: 'is not a setting',
        remedy:
          nearest === undefined ? 'Remove it, or look its name up in --help.' : `Did you mean ${nearest}?`,
      }
    })
}
