import type { Trial } from '../trials/trial.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { formatReport } from './report.ts'
import { openScene } from './scene.ts'
import { listOf, usageOf } from './usage.ts'

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
  let settings: CommandLine | undefined
  try {
    settings = readCommandLine(trial, rest)
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
