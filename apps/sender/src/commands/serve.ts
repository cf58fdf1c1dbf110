import { createLogger, runService } from '@complywise/service'
import { startSender } from '../sender.ts'
import { readConfigOrExit } from './read-config-or-exit.ts'

/** Beyond what attempts may take to end: closing connections, and an embedded database that stops slowly. */
const CLOSING_MS = 40_000

/** `sender serve`: runs until the process is asked to stop. */
export async function serve(): Promise<never> {
  const config = readConfigOrExit()
  const logger = createLogger({ name: 'sender', level: config.logLevel })
  return runService({
    logger,
    graceMs: config.drainDelayMs + config.shutdownGraceMs + CLOSING_MS,
    start: () => startSender(config, logger),
  })
}
