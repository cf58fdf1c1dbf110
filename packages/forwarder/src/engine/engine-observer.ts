import type { Step } from '../domain/step.ts'
import type { DestinationErrorKind } from './destination-error.ts'
import type { StepResult } from './engine.ts'

/** How one operation ended. `found`: it had been done already, as looking for it has shown. */
export type OperationResult = 'done' | 'found' | 'dry_run' | DestinationErrorKind

/** Is told what the engine does, for metrics. Called at once; what it throws is logged and changes nothing. */
export interface EngineObserver {
  /** An event has been forwarded, or as much of it as could be; `result` is the one of its steps that counts most. */
  event?(facts: { readonly event: string; readonly timestamp: string; readonly result: StepResult }): void
  /** A step has come to an end for now. */
  step?(facts: {
    readonly target: string
    readonly action: Step['action'] | undefined
    readonly result: StepResult
    readonly reason: string | undefined
  }): void
  /** A call to the destination has ended. */
  operation?(facts: {
    readonly target: string
    readonly operation: string
    readonly result: OperationResult
    readonly code: string | undefined
    readonly durationMs: number
  }): void
  /** It might have been done twice. */
  ambiguous?(facts: { readonly target: string; readonly operation: string; readonly reason: string }): void
  /** The destination refused a part, which was left out. */
  degraded?(facts: { readonly target: string; readonly operation: string; readonly part: string }): void
  /** A step went to the dead-letter file. */
  dead?(facts: { readonly target: string; readonly code: string }): void
}
