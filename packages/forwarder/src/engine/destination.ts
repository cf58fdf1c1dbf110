import type { Alert } from '../domain/alert.ts'
import type { Step } from '../domain/step.ts'

/**
 * A system that people are told in: Slack, PagerDuty, Jira. Everything it does outside the process is in the operations,
 * which the engine runs one after the other, each with an intent before and an outcome after it in the ledger.
 */
export interface Destination<Target, Remote> {
  /** As metrics and the ledger name it: `slack`. */
  readonly name: string
  /**
   * For how many keys of one target it may be called at the same time because of one event, such as a clean scan. Default 4;
   * more where calls for several keys are joined. Keys of different events, and targets, are always independent.
   */
  readonly concurrency?: number
  /**
   * What a step takes, in order; pure, and the same for the same step. None where the destination has nothing to say to it.
   * `target` is `undefined` when the configuration does not name it any more: what is open there still has to be closed.
   */
  operations(step: Step, target: Target | undefined): readonly Operation<Remote>[]
  /** Asks the destination whether it would take what is configured, one finding for each thing looked at. Never throws. */
  check(signal: AbortSignal): Promise<readonly Finding[]>
  close(): Promise<void>
}

/** One call to the destination, or several that are safe to repeat together. */
export interface Operation<Remote> {
  /** Unique in its step: `post_message`. */
  readonly name: string
  /**
   * `safe`: done twice it is as if done once, so it is simply repeated when nobody knows whether it was done. `reconcile`:
   * it is looked for first.
   */
  readonly repeat: 'safe' | 'reconcile'
  /** What would be sent, without secrets, for `explain` and dry runs; what only an earlier operation tells is a placeholder. */
  readonly preview: unknown
  /** Does it. @throws {DestinationError} */
  perform(call: Call<Remote>): Promise<Effect<Remote>>
  /**
   * Looks for what an operation whose outcome is unknown has left. Required for `reconcile`.
   * @param intentAt when it was begun, RFC 3339.
   * @throws {DestinationError}
   */
  reconcile?(call: Call<Remote>, intentAt: string): Promise<Reconciliation<Remote>>
}

/** What an operation is given when it runs. */
export interface Call<Remote> {
  /** Aborts when the request's deadline has passed or the process stops. */
  readonly signal: AbortSignal
  /** What the destination has for the alert by now, earlier operations of the step included. */
  readonly remote: Remote | undefined
  /** The alert as the ledger has it now. */
  readonly alert: Alert | undefined
  /** Alerts of the target whose newest effect had this `ref`, as the ledger has them now: those that share a message. */
  sharing(ref: string): readonly Alert[]
}

/** What an operation has left at the destination. */
export interface Effect<Remote> {
  /** Replaces the alert's `remote`. Absent: unchanged. */
  readonly remote?: Remote
  /** What `sharing` looks up, such as `C012/1700000000.000100`. Absent: unchanged. */
  readonly ref?: string
  /** What an auditor can look up: a permalink, an issue key, a dedup key. */
  readonly proof?: string
  /** Parts that the destination refused and that were left out, such as `customfield_10010`. */
  readonly degraded?: readonly string[]
  /** It might have been done twice, because there was no way to find out; the reason. */
  readonly ambiguous?: string
}

/** Whether an operation whose outcome is unknown was done. A `reason` is a stable code, which the sender is shown. */
export type Reconciliation<Remote> =
  | { readonly kind: 'found'; readonly effect: Effect<Remote> }
  | { readonly kind: 'absent' }
  /** Cannot be known yet, such as while a search index is behind. */
  | { readonly kind: 'unsettled'; readonly retryAfterMs: number; readonly reason: string }
  /** Cannot be known at all, such as without the scope to read; it is then done again: rather twice than never. */
  | { readonly kind: 'unknowable'; readonly reason: string }

/** One thing that `check` looked at. */
export interface Finding {
  readonly status: 'ok' | 'warning' | 'failed'
  /** Stable: `slack_channel_not_found`. */
  readonly code: string
  /** What was looked at and seen: `Channel C012 of target "alerts"`. */
  readonly message: string
  /** What to do; absent when it is ok. */
  readonly fix?: string
  /** That it failed passes by itself: the destination is down or busy, and nobody has to act. Default false. */
  readonly isOutage?: boolean
}
