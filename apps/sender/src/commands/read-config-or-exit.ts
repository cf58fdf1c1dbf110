import { exitCodes, formatConfigProblems, readConfig } from '@complywise/service'
import { configDefinition, type SenderConfig } from '../config.ts'

/** The configuration from the environment. With any problem, prints them all to stderr and exits with 2. */
export function readConfigOrExit(): SenderConfig {
  const result = readConfig(configDefinition, process.env)
  if (result.kind === 'valid') return result.config
  process.stderr.write(formatConfigProblems(result.problems))
  return process.exit(exitCodes.usage)
}
