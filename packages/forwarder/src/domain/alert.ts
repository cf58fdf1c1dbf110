import type { Severity } from './severity.ts'
import type { Subject } from './subject.ts'

/** One of the controls that a storm stands for. */
export interface StormMember {
  readonly key: string
  readonly controlId: string
  readonly state: 'open' | 'resolved'
  /** Somebody has closed it; nothing shows that it has recovered. */
  readonly isClosedByHand?: boolean
}

/** What one target has been told of a subject. There is one for each target and key, kept after it is resolved. */
export interface Alert extends Subject {
  readonly target: string
  readonly state: 'open' | 'resolved'
  readonly severity: Severity
  /** Timestamp of the event that opened it last, RFC 3339; of the resolving one, where nothing ever opened it. */
  readonly openedAt: string
  readonly resolvedAt?: string
  /** Timestamp of the newest event that counted: the event-time fence. Older events change nothing. */
  readonly lastAt: string
  readonly lastEventId: string
  /** How many events since it was opened said that the condition holds, the first included. */
  readonly count: number
  /** Who is responsible, as the route says. */
  readonly owner?: string
  /** When it is to be fixed, by the route's `due`. */
  readonly dueAt?: string
  /** The key of the storm that stands for it at the destination; it has no message, incident or issue of its own then. */
  readonly carrier?: string
  /** Of a storm: which controls it stands for. */
  readonly members?: readonly StormMember[]
  /** What the destination made for it, in the destination's own shape; absent until its first operation succeeded. */
  readonly remote?: unknown
}
