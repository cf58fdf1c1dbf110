import type { Logger } from '@complywise/service'
import type { AppConfig } from '../forwarder-app.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Destination } from './destination.ts'
import type { EngineContext } from './engine-context.ts'
import type { EngineObserver } from './engine-observer.ts'
import type { Engine } from './engine.ts'
import { explainEvent } from './explain.ts'
import { forwardEvent } from './forward.ts'
import { createKeyLocks } from './key-locks.ts'
import { createOperatorActions } from './operator-actions.ts'
import { replayEvent } from './replay-event.ts'
import { resolveKey } from './resolve-key.ts'
import { reviewHolds, runDue } from './run-due.ts'

/** What an engine works with. */
export interface EngineOptions<Target, Remote> {
  readonly ledger: Ledger
  readonly destination: Destination<Target, Remote>
  readonly config: Pick<AppConfig<Target, unknown>, 'settings' | 'targets'>
  readonly deadLetters: DeadLetters
  readonly logger: Logger
  /**
   * Names the process to others on the same ledger; two that run at the same time must differ. One that keeps its name over
   * a restart has its locks again at once, any other waits for up to 10 s for those of a process that was killed.
   */
  readonly owner: string
  /** Milliseconds since 1970. Default the machine's clock. */
  readonly now?: () => number
  /** Logs what would be sent instead of sending it; to be used with a ledger of its own. Default false. */
  readonly dryRun?: boolean
  readonly observer?: EngineObserver
  /** How long bodies of finished events are kept, in milliseconds. Default 30 days. */
  readonly retentionMs?: number
}

const dayMs = 86_400_000
const pruneEveryMs = 60_000

/**
 * Makes an engine. It starts nothing by itself: call `runDue` every few seconds, and before the ledger is closed wait until
 * it is `idle`.
 */
export function createEngine<Target, Remote>(options: EngineOptions<Target, Remote>): Engine {
  const { ledger, destination, config, deadLetters, logger, owner } = options
  const { now = Date.now, dryRun = false, observer = {}, retentionMs = 30 * dayMs } = options
  const context: EngineContext<Target, Remote> = {
    ledger,
    destination,
    settings: config.settings,
    targets: config.targets,
    deadLetters,
    logger,
    now,
    isDryRun: dryRun,
    observer: safe(observer, logger),
    locks: createKeyLocks(ledger, owner, now, logger),
    operatorActions: createOperatorActions(),
  }
  let isReviewed = false
  let prunedAtMs = -Infinity

  return {
    forward: (event, signal, origin = 'webhook') => forwardEvent(context, event, signal, origin),
    replay: (eventId, signal) => replayEvent(context, eventId, signal),
    explain: (event) => explainEvent(context, event),
    resolve: (key, by, signal) => resolveKey(context, key, by, signal),
    async runDue(signal) {
      if (!isReviewed) await reviewHolds(context)
      isReviewed = true
      await runDue(context, signal)
      if (Math.abs(now() - prunedAtMs) < pruneEveryMs) return
      prunedAtMs = now()
      await ledger.prune(now() - retentionMs)
    },
    idle: () => context.locks.idle(),
    operatorActions: () => context.operatorActions.list(),
  }
}

/** What watches must not change what happens. */
function safe(observer: EngineObserver, logger: Logger): Required<EngineObserver> {
  function told<Facts>(tell: ((facts: Facts) => void) | undefined): (facts: Facts) => void {
    return (facts) => {
      try {
        tell?.(facts)
      } catch (error) {
        logger.error({ err: error }, 'An observer of the engine has failed.')
      }
    }
  }
  return {
    event: told(observer.event?.bind(observer)),
    step: told(observer.step?.bind(observer)),
    operation: told(observer.operation?.bind(observer)),
    ambiguous: told(observer.ambiguous?.bind(observer)),
    degraded: told(observer.degraded?.bind(observer)),
    dead: told(observer.dead?.bind(observer)),
  }
}
