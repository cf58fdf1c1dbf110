import { createLogger, runService } from '@complywise/service'
import { formatPath } from '../config/file-problem.ts'
import type { LoadProblem } from '../config/load-config.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { startForwarder } from '../serve/start-forwarder.ts'
import { loadConfigOrExit } from './load-config-or-exit.ts'

/** What `serve` was asked for. */
export interface ServeOptions {
  readonly dryRun?: boolean
}

/** `serve`: receives events until the process is asked to stop. */
export async function serve<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  { dryRun = false }: ServeOptions,
): Promise<never> {
  const { app: config, process: settings, warnings } = loadConfigOrExit(app)
  const logger = createLogger({ name: app.name, level: settings.logLevel })
  for (const warning of warnings) logger.warn(placeOf(warning), `${warning.problem}. ${warning.remedy}`)
  return runService({
    logger,
    graceMs: settings.graceMs,
    start: () => startForwarder({ app, config, process: settings, logger, isDryRun: dryRun }),
  })
}

function placeOf(problem: LoadProblem): Readonly<Record<string, unknown>> {
  if ('variable' in problem) return { setting: problem.variable }
  return { setting: formatPath(problem.path), line: problem.line }
}
