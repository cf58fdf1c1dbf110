import type { Logger } from 'pino'

/** What an exit code of any app means: done as asked; failed; called or configured wrongly. */
export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/** A service that has started. */
export interface RunningService {
  /** Finishes the work in hand and gives everything back. Called once. */
  readonly stop: () => Promise<void>
  /** Resolves with the error when the service can no longer do its work; it is then stopped. Default: never. */
  readonly failed?: Promise<Error>
}

/** What {@link runService} runs, and how it ends. */
export interface ServiceOptions {
  readonly logger: Logger
  /** How long `stop` may take; the process exits without it afterwards. */
  readonly graceMs: number
  /** Starts the service. The signal is aborted when the process is asked to stop before `start` has resolved. */
  readonly start: (stopping: AbortSignal) => Promise<RunningService>
}

/**
 * Runs a service until the process is asked to stop, then ends the process.
 *
 * SIGTERM or SIGINT stops it gracefully, once; a second signal, or `graceMs` passing, exits at once with
 * {@link exitCodes}`.failure`. So does anything thrown that nobody caught.
 *
 * ```ts
 * await runService({ logger, graceMs: 30_000, start: async () => {
 *   const server = await listen(config)
 *   return { stop: () => server.close() }
 * } })
 * ```
 */
export async function runService({ logger, graceMs, start }: ServiceOptions): Promise<never> {
  const stopping = new AbortController()
  process.on('uncaughtException', (err, origin) => {
    logger.fatal({ err, origin }, 'stopping at once: an error nobody handled')
    process.exit(exitCodes.failure)
  })
  const asked = whenAskedToStop((signal) => {
    logger.info({ signal, graceMs }, 'stopping')
    limitStop(logger, graceMs)
    stopping.abort()
  }, logger)
  let service: RunningService
  try {
    service = await start(stopping.signal)
  } catch (err) {
    if (stopping.signal.aborted && err === stopping.signal.reason) {
      logger.info('stopped before it had started')
      return process.exit(exitCodes.ok)
    }
    logger.fatal({ err }, 'could not start')
    return process.exit(exitCodes.failure)
  }
  const failure = await Promise.race(service.failed === undefined ? [asked] : [asked, service.failed])
  if (failure !== undefined) {
    logger.fatal({ err: failure, graceMs }, 'stopping: the service can no longer do its work')
    limitStop(logger, graceMs)
  }
  try {
    await service.stop()
  } catch (err) {
    logger.fatal({ err }, 'could not stop cleanly')
    return process.exit(exitCodes.failure)
  }
  logger.info('stopped')
  return process.exit(failure === undefined ? exitCodes.ok : exitCodes.failure)
}

async function whenAskedToStop(
  onFirst: (signal: NodeJS.Signals) => void,
  logger: Logger,
): Promise<undefined> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) {
          logger.warn({ signal }, 'stopping at once: asked a second time')
          process.exit(exitCodes.failure)
        }
        asked = true
        onFirst(signal)
        resolve(undefined)
      })
    }
  })
}

function limitStop(logger: Logger, graceMs: number): void {
  setTimeout(() => {
    logger.error({ graceMs }, 'stopping at once: the work in hand took too long')
    process.exit(exitCodes.failure)
  }, graceMs)
}
