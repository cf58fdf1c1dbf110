/** An event as it is delivered. */
export interface TrialEvent {
  readonly event_id: string
  readonly event: string
  /** RFC 3339 UTC. No two events of a plan have the same. */
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What an event says of one condition at its time. */
export interface Mark {
  readonly key: string
  readonly at: string
  readonly eventId: string
  readonly says: 'fails' | 'holds'
}

/** An event, and what it says, written down where it was made up. */
export interface PlannedEvent {
  readonly event: TrialEvent
  readonly marks: readonly Mark[]
  /** A clean scan of everything: what failed before it holds. */
  readonly isSweep?: boolean
  /** Something that every destination that tells news has to tell once; found by this text. */
  readonly news?: string
}
