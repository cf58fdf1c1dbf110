import type { Facts } from './facts.ts'
import type { Severity } from './severity.ts'
import type { Labels, Subject } from './subject.ts'

/**
 * What one event means, before it is known who is told and what they know already. An event has none, one or several
 * readings: a completed scan can end a failed scan, end every open control, change the score, and be news itself.
 */
export type Reading =
  /** The condition holds from the event's timestamp on. `severity` is the default that rules and routes may replace. */
  | {
      readonly kind: 'problem'
      readonly subject: Subject
      readonly severity: Severity
      readonly facts: Facts
    }
  /** It does not hold any more, and this is proof. */
  | { readonly kind: 'recovery'; readonly subject: Subject; readonly facts: Facts }
  /** A clean scan within scope: every control that failed before it is taken to have recovered. */
  | { readonly kind: 'sweep'; readonly facts: Facts }
  /** Belongs to the alert if that is open; news of its own otherwise. */
  | { readonly kind: 'note'; readonly subject: Subject; readonly facts: Facts }
  /** News about no condition. */
  | {
      readonly kind: 'announcement'
      readonly labels: Labels
      readonly severity: Severity
      readonly facts: Facts
    }
