import { randomInt } from 'node:crypto'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { type AppName, isAppName } from '../destinations/destination.ts'
import type { Trial, TrialOptions, TrialSettings } from '../trials/trial.ts'

/** What a command line asks of a trial. */
export interface CommandLine extends TrialSettings {
  readonly json: boolean
}

/**
 * Reads the command line of a trial.
 *
 * @returns `undefined` when only help is asked for.
 * @throws {Error} when it is wrong; the message says what.
 */
export function readCommandLine(trial: Trial, args: readonly string[]): CommandLine | undefined {
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
  if (values['help']) return undefined
  return {
    app: appOf(trial, values['app']),
    seed: wholeNumber('seed', values['seed'], randomInt(1e9)),
    json: values['json'],
    options: optionsOf(trial, values),
  }
}

function optionsOf(trial: Trial, values: Readonly<Record<string, unknown>>): TrialOptions {
  return Object.fromEntries(
    Object.entries(trial.options).map(([name, { fallback }]) => [
      name,
      typeof fallback === 'boolean'
        ? values[name] === undefined
          ? fallback
          : values[name] === true
        : wholeNumber(name, values[name], fallback),
    ]),
  )
}

function appOf({ apps }: Trial, value: unknown): AppName {
  // One without a choice does not look at it.
  const [first = 'slack'] = apps
  if (value === undefined) return first
  if (typeof value === 'string' && isAppName(value) && apps.includes(value)) return value
  throw new Error(`--app must be one of ${apps.join(', ')}, but is ${JSON.stringify(value)}.`)
}

function wholeNumber(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value)
  throw new Error(`--${name} must be a whole number, but is ${JSON.stringify(value)}.`)
}
