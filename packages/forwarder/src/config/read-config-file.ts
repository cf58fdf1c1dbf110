import type { AppConfig } from '../forwarder-app.ts'
import { configWarnings } from './config-warnings.ts'
import type { Complaint } from './describe-issue.ts'
import type { FilePath, FileProblem } from './file-problem.ts'
import { inputSchema } from './input-schema.ts'
import { parseYaml } from './parse-yaml.ts'
import { type Place, placeKey } from './place.ts'
import { readDocument } from './read-document.ts'
import type { ReferenceSources } from './references.ts'
import { type CheckedApp, validateConfig } from './validate-config.ts'
import { withoutSecrets } from './without-secrets.ts'
import { wordProblem } from './word-problem.ts'

/** What a configuration file says, or everything that is wrong with it, in the order of its lines. */
export type ConfigReading<Target, Options, Problem> =
  | {
      readonly ok: true
      readonly config: AppConfig<Target, Options>
      /** What is allowed and hardly meant. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Where references get their values, and what time it is. */
export interface ReadOptions extends Pick<ReferenceSources, 'readSecretFile'> {
  /** For mutes and secrets that are over. */
  readonly now: Date
}

/**
 * Reads the text of a configuration file: YAML 1.2, in which `${NAME}` in a value stands for an environment variable and a
 * secret may be `file:/run/secrets/token`.
 *
 * @returns the configuration with every default filled in, or all problems at once, none of which shows a secret. Never throws.
 */
export function readConfigFile<Target, Options>(
  text: string,
  app: CheckedApp<Target, Options>,
  environment: Readonly<Record<string, string | undefined>>,
  { readSecretFile, now }: ReadOptions,
): ConfigReading<Target, Options, FileProblem> {
  const file = parseYaml(text)
  if (file.document === undefined) return { ok: false, problems: file.problems }
  const schema = inputSchema(app)
  const read = readDocument(file, schema, { environment, readSecretFile })
  const { value, places, broken, hidden } = read
  const locate = (path: FilePath, at: 'key' | 'value') => file.position(placeOf(places, path, at))
  const validation = validateConfig(value ?? undefined, app)
  const sourceOf = (path: FilePath) => places.get(placeKey(path))?.source
  const complaints = validation.kind === 'valid' ? [] : validation.complaints
  const problems = [
    ...file.problems,
    ...read.problems,
    ...complaints
      .filter(({ path }) => !path.some((_, index) => broken.has(placeKey(path.slice(0, index + 1)))))
      .map((complaint: Complaint) => ({
        ...locate(complaint.path, complaint.kind === 'value' ? 'value' : 'key'),
        path: complaint.path,
        ...wordProblem(complaint, { schema, value, sourceOf }),
      })),
  ]
  if (validation.kind === 'invalid' || problems.length > 0) {
    return { ok: false, problems: finish(problems, hidden) }
  }
  const literal = read.literalSecrets.map((path) => ({
    path,
    problem: 'is a secret that stands in the file itself',
    remedy: 'Write ${NAME} or file:/path instead, so that the file may be shown to others.',
  }))
  const warnings = [...literal, ...configWarnings(validation.config, now)].map((warning) => ({
    ...locate(warning.path, 'key'),
    ...warning,
  }))
  return { ok: true, config: validation.config, warnings: finish(warnings, hidden) }
}

function placeOf(places: ReadonlyMap<string, Place>, path: FilePath, at: 'key' | 'value'): number {
  const place = places.get(placeKey(path))
  if (place !== undefined) return place[at]
  return path.length === 0 ? 0 : placeOf(places, path.slice(0, -1), 'key')
}

function finish(problems: readonly FileProblem[], hidden: ReadonlySet<string>): readonly FileProblem[] {
  return problems
    .map((problem) => withoutSecrets(problem, hidden))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
