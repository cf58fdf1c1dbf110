import { exitCodes } from '@complywise/service'
import { formatProblems } from '../config/format-problems.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import type { ForwarderApp } from '../forwarder-app.ts'

/** A configuration that can be used. */
export type ValidConfig<Target, Options> = Extract<LoadedConfig<Target, Options>, { readonly kind: 'valid' }>

/** The configuration from the environment and the file. With any problem, prints them all to stderr and exits with 2. */
export function loadConfigOrExit<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
): ValidConfig<Target, Options> {
  const loaded = loadConfig(app, process.env, new Date())
  if (loaded.kind === 'valid') return loaded
  process.stderr.write(formatProblems(loaded.problems, loaded.configPath))
  return process.exit(exitCodes.usage)
}
