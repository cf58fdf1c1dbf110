import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type ConfigProblem, type Environment, readConfig } from '@complywise/service'
import type { AppConfig } from '../forwarder-app.ts'
import type { FileProblem } from './file-problem.ts'
import { maxFileBytes } from './parse-yaml.ts'
import { type ProcessConfig, processSettings } from './process-settings.ts'
import { proxyProblems } from './proxy-problems.ts'
import { type ConfigReading, readConfigFile } from './read-config-file.ts'
import { readSimpleConfig, type SimpleApp } from './read-simple-config.ts'

/** A problem with a variable, or with a line of the file. */
export type LoadProblem = ConfigProblem | FileProblem

/** Everything an app is configured with, or everything that is wrong with it. */
export type LoadedConfig<Target, Options> =
  | {
      readonly kind: 'valid'
      readonly process: ProcessConfig
      readonly app: AppConfig<Target, Options>
      readonly warnings: readonly LoadProblem[]
    }
  | {
      readonly kind: 'invalid'
      readonly problems: readonly LoadProblem[]
      readonly configPath: string | undefined
    }

/**
 * Configures an app from its environment and, if `FORWARDER_CONFIG` names one, its file. Paths in `file:` references begin at
 * the directory of the file.
 *
 * @returns all problems of both at once, for {@link formatProblems}; never throws on what either holds.
 */
export function loadConfig<Target, Options>(
  app: SimpleApp<Target, Options>,
  environment: Environment,
  now: Date,
): LoadedConfig<Target, Options> {
  const settings = processSettings(app.name)
  const variables = readConfig({ prefix: 'FORWARDER_', settings }, environment)
  const configPath = environment['FORWARDER_CONFIG'] || undefined
  const instance = environment['FORWARDER_INSTANCE'] || undefined
  const reading =
    configPath === undefined
      ? readSimpleConfig(app, environment, instance, now)
      : readFile(app, configPath, environment, now)
  const ofProxies = proxyProblems(environment)
  if (variables.kind === 'invalid' || !reading.ok || ofProxies.length > 0) {
    const problems = [
      ...ofProxies,
      ...(variables.kind === 'invalid' ? variables.problems : []),
      ...(reading.ok ? [] : reading.problems),
    ]
    return { kind: 'invalid', problems, configPath }
  }
  const { graceSeconds, deadLettersPath, instance: _instance, ...rest } = variables.config
  return {
    kind: 'valid',
    process: {
      ...rest,
      deadLettersPath: deadLettersPath ?? `${rest.ledgerPath}.dead.jsonl`,
      graceMs: graceSeconds * 1000,
    },
    app: reading.config,
    warnings: reading.warnings,
  }
}

function readFile<Target, Options>(
  app: SimpleApp<Target, Options>,
  path: string,
  environment: Environment,
  now: Date,
): ConfigReading<Target, Options, LoadProblem> {
  const content = readText(path)
  if (typeof content !== 'string') return { ok: false, problems: [content] }
  const readSecretFile = (name: string) =>
    readSmallFile(resolve(dirname(path), name), 65_536, true).toString('utf8')
  const reading = readConfigFile(content, app, environment, { readSecretFile, now })
  return reading.ok
    ? { ...reading, warnings: [...reading.warnings, ...ignoredVariables(app, content, environment)] }
    : reading
}

function readText(path: string): string | ConfigProblem {
  const variable = 'FORWARDER_CONFIG'
  const shown = JSON.stringify(path)
  let bytes: Buffer
  try {
    bytes = readSmallFile(path, maxFileBytes, false)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const remedy = 'Name a file that exists, that this process may read, and that has at most 1 MiB.'
    return { variable, problem: `names ${shown}, which cannot be read (${reason})`, remedy }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { variable, problem: `names ${shown}, which is not UTF-8`, remedy: 'Save it as UTF-8.' }
  }
}

/**
 * Looks before it reads: neither a device without an end nor a huge file fills the memory. A secret may come through a pipe;
 * the configuration only through stdin, since a pipe that nobody writes to would be waited for without a word.
 */
function readSmallFile(path: string, maxBytes: number, allowsPipes: boolean): Buffer {
  const status = statSync(path)
  const isPipe = status.isFIFO() && (allowsPipes || path === '/dev/stdin')
  if (!status.isFile() && !isPipe) throw Object.assign(new Error('no file'), { code: 'ENOTFILE' })
  const file = openSync(path, 'r')
  try {
    const content = readUpTo(file, maxBytes + 1)
    if (content.length > maxBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' })
    return content
  } finally {
    closeSync(file)
  }
}

function readUpTo(file: number, maxBytes: number): Buffer {
  const buffer = Buffer.alloc(maxBytes)
  let length = 0
  for (;;) {
    const read = readSync(file, buffer, length, maxBytes - length, null)
    length += read
    if (read === 0 || length === maxBytes) return buffer.subarray(0, length)
  }
}

function ignoredVariables<Target, Options>(
  app: SimpleApp<Target, Options>,
  content: string,
  environment: Environment,
): readonly ConfigProblem[] {
  return [...Object.values(app.simple.settings).map(({ env }) => env), 'FORWARDER_INSTANCE']
    .filter((variable) => (environment[variable] ?? '') !== '' && !content.includes(`\${${variable}}`))
    .map((variable) => ({
      variable,
      problem: 'is ignored, because FORWARDER_CONFIG names a file',
      remedy: `Write \${${variable}} where the file is to use it, or unset it.`,
    }))
}
