import type { Logger } from '@complywise/service'
import type { Engine } from '../engine/engine.ts'

/** What has to be done in the background, and how often. */
export interface DueLoopOptions {
  readonly engine: Pick<Engine, 'runDue'>
  /** Between the end of one round and the next. Default 2,000. */
  readonly everyMs?: number
  /** How long a round may take; what is not done then is due again. */
  readonly roundMs: number
  readonly logger: Logger
}

/** Does what is due, one round after the other, until it is stopped. */
export interface DueLoop {
  /** Begins no further round, and lets the one that goes on end; aborts it when `patience` does. */
  stop(patience: AbortSignal): Promise<void>
}

/** Starts with a round at once. */
export function startDueLoop({ engine, everyMs = 2000, roundMs, logger }: DueLoopOptions): DueLoop {
  let round = new AbortController()
  const abortRound = (): void => round.abort()
  let timer: NodeJS.Timeout | undefined
  let hasStopped = false
  let running = run()

  async function run(): Promise<void> {
    round = new AbortController()
    const limit = setTimeout(() => round.abort(), roundMs)
    try {
      await engine.runDue(round.signal)
    } catch (error) {
      logger.error({ err: error }, 'What was due could not be done; it is tried again.')
    } finally {
      clearTimeout(limit)
    }
    if (hasStopped) return
    timer = setTimeout(() => {
      running = run()
    }, everyMs)
  }

  return {
    async stop(patience) {
      hasStopped = true
      clearTimeout(timer)
      if (patience.aborted) abortRound()
      patience.addEventListener('abort', abortRound, { once: true })
      await running
      patience.removeEventListener('abort', abortRound)
    },
  }
}
