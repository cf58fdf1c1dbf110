import type { WebhookEvent } from '@complywise/webhooks'
import type { Alert } from './alert.ts'
import type { Facts } from './facts.ts'

/**
 * What happens to an alert.
 *
 * | Action     | When                                                                                   |
 * | ---------- | -------------------------------------------------------------------------------------- |
 * | `open`     | the condition holds, and nothing is open for it (or what was, is older than the window) |
 * | `repeat`   | it holds still, another event says                                                       |
 * | `reopen`   | it holds again within the reopen window of what was resolved and is known there          |
 * | `progress` | of a storm: some of its controls have joined or recovered                                |
 * | `resolve`  | it is over, with proof                                                                   |
 * | `note`     | something belongs to it that does not change it, such as evidence                        |
 * | `late`     | an event older than what is known; never changes anything                                |
 * | `announce` | news without an alert                                                                    |
 */
export type Action = 'open' | 'repeat' | 'reopen' | 'progress' | 'resolve' | 'note' | 'late' | 'announce'

/** One thing that one target is to be told because of one event; decided once, stored, and carried out once. */
export interface Step {
  /** UUIDv5 of event, target, key and action: the same however often it is decided. */
  readonly id: string
  readonly event: WebhookEvent
  readonly target: string
  readonly action: Action
  /** The alert as it is once the step is done, without `remote`; `undefined` for `announce`. */
  readonly alert: Alert | undefined
  /** The alert before, if there was one. */
  readonly before: Alert | undefined
  readonly facts: Facts
  /** What was open at the target when it was decided, for announcements of scans. */
  readonly open: readonly Alert[]
  /** RFC 3339. */
  readonly decidedAt: string
}
