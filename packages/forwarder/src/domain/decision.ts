import type { EventIdentity } from '@complywise/webhooks'
import type { Settings } from '../config/settings.ts'
import type { Alert } from './alert.ts'
import type { Facts } from './facts.ts'
import type { Reading } from './reading.ts'
import type { Severity } from './severity.ts'
import type { Action } from './step.ts'

/** A reading about at most one condition. A sweep has to be taken apart first, see `sweepRecovery`. */
export type SingleReading = Exclude<Reading, { readonly kind: 'sweep' }>

/** Everything that a decision for one target and key depends on, as it is under the key's lock. */
export interface Deciding {
  readonly reading: SingleReading
  /** The event that says so; for what a person or the clock says, an identity of its own and the time of it. */
  readonly event: EventIdentity
  readonly target: string
  /** The target's alert of the reading's subject, with its `remote`. */
  readonly alert: Alert | undefined
  /** The target's alert of `stormKey(settings, framework)`, open or not; only for controls, `undefined` otherwise. */
  readonly storm: Alert | undefined
  /**
   * How many other controls of the framework were opened or reopened at the target within `settings.storm.windowMs`, by
   * the ledger's clock, those that a storm stands for included. Counted by key, this one left out.
   */
  readonly recentOpenings: number
  /** `memory.cleanScanAt` as it is now, not when the event was read. */
  readonly cleanScanAt: string | undefined
  readonly settings: Settings
  /** After the severity rules and the route. Of an alert that is only ended it is ignored. */
  readonly severity: Severity
  /** As the route says; what the alert had before is kept where it is `undefined`. */
  readonly owner: string | undefined
  readonly dueMs: number | undefined
}

/** Something to tell the target; the engine adds the event, the target, what is open, and the time. */
export interface DecidedStep {
  /**
   * Of the alert that is told of: the storm's when a storm stands for the control. Steps of one key are carried out in
   * order. `undefined` for `announce`.
   */
  readonly key: string | undefined
  readonly action: Action
  /** As it is once the step is done, without `remote`. */
  readonly alert: Alert | undefined
  /** As it was, with its `remote`: a new issue may want to link the old one. */
  readonly before: Alert | undefined
  readonly facts: Facts
}

/**
 * Why there is nothing to tell.
 *
 * | Reason              | Result      | Means                                                                      |
 * | ------------------- | ----------- | -------------------------------------------------------------------------- |
 * | `newer_event_known` | `stale`     | a newer event about the same condition counted already, or one as old that failed |
 * | `newer_clean_scan`  | `stale`     | a newer clean scan is known, so the control has recovered since             |
 * | `nothing_open`      | `unchanged` | it was never open; kept as resolved, so that a late problem is stale        |
 * | `already_resolved`  | `unchanged` | it is resolved already                                                     |
 * | `told_with_storm`   | `unchanged` | the storm that stands for it has said so already                           |
 */
export type DecisionReason =
  | 'newer_event_known'
  | 'newer_clean_scan'
  | 'nothing_open'
  | 'already_resolved'
  | 'told_with_storm'

/** What a reading changes at one target. To be stored whole, in one transaction, before any step is carried out. */
export interface Decision {
  /** `stale` may still have a step: `late`. */
  readonly result: 'step' | 'stale' | 'unchanged'
  /** Always there when the result is not `step`. */
  readonly reason?: DecisionReason
  /**
   * The alerts that changed, to replace those of the same target and key. They keep the `remote` they were given, except
   * that one which is opened anew has none until the destination has made something for it.
   */
  readonly alerts: readonly Alert[]
  /** At most one. */
  readonly steps: readonly DecidedStep[]
}
