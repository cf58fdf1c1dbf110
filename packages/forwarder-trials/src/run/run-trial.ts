import { randomInt } from 'node:crypto'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { type AppName, isAppName } from '../destinations/destination.ts'
import type { Trial, TrialOptions } from '../trials/trial.ts'
import { formatReport } from './report.ts'
import { openScene } from './scene.ts'

const usageCode = 2
const failureCode = 1

/** Runs the trial that the command line names; returns the exit code: 0 every promise was kept, 1 one was broken, 2 called wrongly. */
export async function runTrial(args: readonly string[], trials: readonly Trial[]): Promise<number> {
  const [name, ...rest] = args
  const trial = trials.find((each) => each.name === name)
  if (trial === undefined) {
    const isAsked = name === '--help' || name === '-h'
    const problem = isAsked || name === undefined ? '' : `There is no trial ${name}.\n\n`
    ;(isAsked ? process.stdout : process.stderr).write(problem + listOf(trials))
    return isAsked ? 0 : usageCode
  }
  let settings
  try {
    settings = readSettings(trial, rest)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usageOf(trial)}`)
    return usageCode
  }
  if (settings === undefined) {
    process.stdout.write(usageOf(trial))
    return 0
  }
  const scene = await openScene(trial.name, tell)
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`Interrupted by ${signal}.`)))
    }
  })
  let isKept = false
  try {
    scene.progress(`${trial.name}, seed ${settings.seed}`)
    const report = await Promise.race([trial.run(scene, settings), interrupted])
    process.stdout.write(formatReport(report, settings.json))
    isKept = report.broken.length === 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  }
  await scene.leave(!isKept)
  return isKept ? 0 : failureCode
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** `undefined` when only help is asked for. */
function readSettings(trial: Trial, args: readonly string[]) {
  const own: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(trial.options).map(([name, { fallback }]) => [
      name,
      { type: typeof fallback === 'boolean' ? 'boolean' : 'string' },
    ]),
  )
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      ...own,
      app: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values['help'] === true) return undefined
  return {
    app: appOf(trial, values['app']),
    seed: wholeNumber('seed', values['seed'], randomInt(1e9)),
    json: values['json'] === true,
    options: optionsOf(trial, values),
  }
}

function optionsOf(trial: Trial, values: Readonly<Record<string, unknown>>): TrialOptions {
  return Object.fromEntries(
    Object.entries(trial.options).map(([name, { fallback }]) => [
      name,
      typeof fallback === 'boolean'
        ? ((values[name] as boolean | undefined) ?? fallback)
        : wholeNumber(name, values[name], fallback),
    ]),
  )
}

function appOf({ apps }: Trial, value: unknown): AppName {
  // One without a choice does not look at it.
  const [first = 'slack'] = apps
  if (value === undefined) return first
  if (typeof value === 'string' && isAppName(value) && apps.includes(value)) return value
  throw new Error(`--app must be one of ${apps.join(', ')}, but is ${String(value)}.`)
}

function wholeNumber(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value)
  throw new Error(`--${name} must be a whole number, but is ${String(value)}.`)
}

function listOf(trials: readonly Trial[]): string {
  const width = Math.max(...trials.map(({ name }) => name.length))
  const lines = trials.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Runs the forwarders as processes, between the sender and strict fakes of the destinations.

Usage: trial <name> [options]

${lines.join('\n')}

trial <name> --help says more about one.
`
}

function usageOf({ name, description, options, apps }: Trial): string {
  const own = Object.entries(options).map(([option, { description, fallback }]): [string, string] =>
    typeof fallback === 'boolean'
      ? [`--${fallback ? 'no-' : ''}${option}`, fallback ? `do not ${description}` : description]
      : [`--${option} <n>`, `${description} (default: ${fallback})`],
  )
  const lines: readonly (readonly [string, string])[] = [
    ...(apps.length > 1 ? [['--app <name>', `${apps.join(', ')} (default: ${apps[0] ?? ''})`] as const] : []),
    ...own,
    ['--seed <n>', 'repeats the choices of an earlier run (default: a new one; it is printed)'],
    ['--json', 'print one JSON object'],
    ['-h, --help', 'show this'],
  ]
  const width = Math.max(...lines.map(([option]) => option.length))
  return `${description}

Usage: trial ${name} [options]

${lines.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`).join('\n')}

Exit codes: 0 every promise was kept, 1 one was broken or the trial failed, 2 called wrongly.
`
}
