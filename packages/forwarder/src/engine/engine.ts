import type { WebhookEvent } from '@complywise/webhooks'
import type { Step } from '../domain/step.ts'

/**
 * What became of one step.
 *
 * | Result      | Means                                                                    | Answered |
 * | ----------- | ------------------------------------------------------------------------ | -------- |
 * | `delivered` | the destination has it                                                   | 200      |
 * | `stale`     | something newer is known already                                         | 200      |
 * | `unchanged` | nothing to tell: it is known, or nobody was told of what it ends          | 200      |
 * | `ignored`   | no route, or the destination has nothing to say to it                    | 200      |
 * | `held`      | waits in the ledger for the end of quiet hours or of a mute               | 200      |
 * | `dead`      | can never succeed; in the dead-letter file                               | 200      |
 * | `dry_run`   | would have been sent                                                     | 200      |
 * | `retry`     | may still succeed                                                        | 503      |
 */
export type StepResult =
  | 'delivered'
  | 'stale'
  | 'unchanged'
  | 'ignored'
  | 'held'
  | 'dead'
  | 'dry_run'
  | 'retry'

/** One line of what became of an event. */
export interface ForwardedStep {
  /** `undefined` when no route matched. */
  readonly target: string | undefined
  readonly key: string | undefined
  readonly action: Step['action'] | undefined
  readonly result: StepResult
  /** Why, as a stable code: `no_route`, `newer_event_known`, `quiet_hours`, `muted`, `slack_rate_limited`. */
  readonly reason?: string
  /** As the destination knows it. */
  readonly proof?: string
}

/** What became of an event. */
export interface Forwarded {
  readonly steps: readonly ForwardedStep[]
  /** Set when a step is to be retried: how long to wait, in milliseconds. */
  readonly retryAfterMs?: number
}

/** What would become of an event, for `explain`. */
export interface Explanation {
  readonly event: WebhookEvent
  /** Each target that would be told, or why nobody is. */
  readonly steps: readonly {
    readonly target: string | undefined
    readonly route: number | undefined
    /** Which routes and rules send it there, or what every route said; sentences. */
    readonly why: readonly string[]
    readonly step: Step | undefined
    readonly result: StepResult
    readonly reason?: string
    readonly operations: readonly { readonly name: string; readonly preview: unknown }[]
  }[]
}

/** Forwards events to one destination: decides what each means to whom, and carries that out once. */
export interface Engine {
  /**
   * Forwards an event, or as much of it as was not done yet. Safe to call again, at the same time too.
   *
   * Under the lock of each correlation key it finishes what earlier events left unfinished for that key, so that people are
   * told in order, then decides and carries out its own steps. When `signal` aborts, what is not done is a `retry`: the
   * answer comes at once, also while a call goes on that ignores its own signal. Never rejects.
   *
   * @param origin how the event came; default `webhook`.
   */
  forward(event: WebhookEvent, signal: AbortSignal, origin?: 'webhook' | 'command'): Promise<Forwarded>
  /**
   * Forwards an event that the ledger has once more: what is dead is tried again, unless people were told something newer
   * meanwhile, and whoever the routes send it to by now is told as well.
   *
   * @returns `undefined` when the ledger does not know the event.
   */
  replay(eventId: string, signal: AbortSignal): Promise<Forwarded | undefined>
  /** Decides without storing or sending anything. */
  explain(event: WebhookEvent): Explanation
  /** Resolves the alerts of a key at every target, because a person says so. Nothing when none is open. */
  resolve(key: string, by: string, signal: AbortSignal): Promise<Forwarded>
  /** Carries out what was held and is due, and expires what is to be expired. Called every few seconds while serving. */
  runDue(signal: AbortSignal): Promise<void>
  /** Resolves once no call to the destination is going on, and no key is locked by this process: before closing the ledger. */
  idle(): Promise<void>
  /** What the destination refuses until somebody acts, the newest last; emptied by the next success at the same target. */
  operatorActions(): readonly {
    readonly target: string
    readonly code: string
    readonly message: string
    readonly fix?: string
  }[]
}
