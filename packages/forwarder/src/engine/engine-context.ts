import type { Logger } from '@complywise/service'
import type { Settings } from '../config/settings.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Destination } from './destination.ts'
import type { EngineObserver } from './engine-observer.ts'
import type { KeyLocks } from './key-locks.ts'
import type { OperatorActions } from './operator-actions.ts'

/** What the parts of an engine share. */
export interface EngineContext<Target, Remote> {
  readonly ledger: Ledger
  readonly destination: Destination<Target, Remote>
  readonly settings: Settings
  readonly targets: Readonly<Record<string, Target>>
  readonly deadLetters: DeadLetters
  readonly logger: Logger
  readonly now: () => number
  readonly isDryRun: boolean
  /** Never throws. */
  readonly observer: Required<EngineObserver>
  readonly locks: KeyLocks
  readonly operatorActions: OperatorActions
}

/** The part that decides: it reads and stores, and calls nobody. */
export type DecidingContext = Pick<
  EngineContext<unknown, unknown>,
  'ledger' | 'settings' | 'now' | 'logger' | 'isDryRun'
>
