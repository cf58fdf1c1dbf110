import type { Logger } from '@complywise/service'
import type { AppConfig } from '../forwarder-app.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Destination } from './destination.ts'
import type { EngineObserver } from './engine-observer.ts'
import type { Engine } from './engine.ts'

/** What an engine works with. */
export interface EngineOptions<Target, Options, Remote> {
  readonly ledger: Ledger
  readonly destination: Destination<Target, Remote>
  readonly config: AppConfig<Target, Options>
  readonly deadLetters: DeadLetters
  readonly logger: Logger
  /** Names the process to others on the same ledger; two that run at the same time must differ. */
  readonly owner: string
  /** Milliseconds since 1970. Default the machine's clock. */
  readonly now?: () => number
  /** Logs what would be sent instead of sending it; to be used with a ledger of its own. Default false. */
  readonly dryRun?: boolean
  readonly observer?: EngineObserver
}

/** Makes an engine. It starts nothing by itself: call `runDue` every few seconds. */
export function createEngine<Target, Options, Remote>(
  options: EngineOptions<Target, Options, Remote>,
): Engine {
  throw new Error(`Not made yet: ${options.owner}`)
}
