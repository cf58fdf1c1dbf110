import type { ParseArgsOptionsConfig } from 'node:util'
import { exitCodes } from '@complywise/service'

/** Where a run's database is: `embedded`, or the URL of a PostgreSQL on which it may create one. */
export type DatabaseChoice = 'embedded' | `postgres${string}`

/** What the programs have in common on the command line. */
export const commonOptions = {
  deliveries: { type: 'string' },
  database: { type: 'string', default: 'embedded' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsOptionsConfig

/** What `parse` makes of the command line. Prints `usage` and exits where it asks for help (0) or is wrong (2). */
export function readArguments<Values extends { readonly help: boolean }>(
  usage: string,
  parse: () => { readonly values: Values },
): Values {
  try {
    const { values } = parse()
    if (!values.help) return values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(exitCodes.usage)
  }
  process.stdout.write(usage)
  return process.exit(exitCodes.ok)
}

/** A whole number of at least `min`. Exits with 2 where `text` is none. */
export function wholeNumber(name: string, text: string, min: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= min) return Number(text)
  process.stderr.write(`--${name} must be a whole number of at least ${min}, but is ${text}.\n`)
  return process.exit(exitCodes.usage)
}

/** `embedded` or a URL. Exits with 2 where `text` is neither. */
export function databaseChoice(text: string): DatabaseChoice {
  if (text === 'embedded' || isPostgresUrl(text)) return text
  process.stderr.write(`--database must be embedded or start with postgres://, but is ${text}.\n`)
  return process.exit(exitCodes.usage)
}

function isPostgresUrl(text: string): text is `postgres${string}` {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text)
}
