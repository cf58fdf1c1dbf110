/** The band of a score: `ok`, below the warning line, below the critical line. */
export type ScoreBand = 'ok' | 'warning' | 'critical'

/** What shows that a condition is over. */
export type Proof =
  /** The event itself says that the control passes. */
  | 'status'
  /** A scan within scope found no failing control. */
  | 'clean_scan'
  /** A scan completed after one that had failed. */
  | 'scan_completed'
  /** The score is back above its line. */
  | 'score'
  /** A later event names the integration; only where configured. */
  | 'evidence_of_life'
  /** A person said so, by the `resolve` command. */
  | 'operator'
  /** Nothing was heard for the configured time: closed, not confirmed. */
  | 'expired'

/** The counts of one scan. */
export interface ScanCounts {
  /** The scan's own timestamp, RFC 3339. */
  readonly at: string
  readonly total: number
  readonly passed: number
  readonly failed: number
  /** In percent. */
  readonly score: number
}

/** What an event says, for people: everything a rendering needs besides the alert. Absent fields were not in the event. */
export type Facts =
  | {
      readonly kind: 'control_failed'
      readonly previousStatus: string
      readonly newStatus: string
      /** The status is in neither list of the configuration, and was taken for failing. */
      readonly isUnknownStatus: boolean
    }
  | {
      readonly kind: 'recovered'
      readonly proof: Proof
      readonly by?: string
      readonly newStatus?: string
      /** The score that is back above its line. */
      readonly score?: number
      /** The clean scan that is the proof. */
      readonly scan?: {
        /** RFC 3339. */
        readonly at: string
        readonly total: number
        /** How many scans before it are known, at most eight, none of which evaluated more; absent without the guard. */
        readonly scansBefore?: number
      }
    }
  | {
      readonly kind: 'scan_failed'
      readonly code?: string
      readonly message?: string
      readonly consecutive: number
    }
  | {
      readonly kind: 'scan_completed'
      readonly scan: ScanCounts
      /** The scans before it, the oldest first, at most seven. */
      readonly history: readonly ScanCounts[]
      /** Nothing failed, but fewer controls were evaluated than lately, or than are open: no proof for all of them. */
      readonly isPartial: boolean
      /** The most controls that one of the last eight scans evaluated, or this one. */
      readonly largestTotal?: number
      /** How many controls were open that it would have ended; only where it evaluated fewer. */
      readonly openCount?: number
    }
  | {
      readonly kind: 'score_changed'
      /** `undefined`: the overall score. */
      readonly framework?: string
      readonly previousScore?: number
      readonly newScore?: number
      readonly band: ScoreBand
      readonly previousBand: ScoreBand
      /** It fell by at least the configured number of points. */
      readonly isDrop: boolean
    }
  | {
      readonly kind: 'evidence_uploaded'
      readonly evidenceId?: string
      readonly fileName?: string
      readonly contentType?: string
      readonly sizeBytes?: number
      readonly uploadedBy?: string
      readonly controlId?: string
      readonly framework?: string
    }
  | {
      readonly kind: 'integration_disconnected'
      readonly code?: string
      readonly message?: string
      /** `undefined`: never, or nobody knows. */
      readonly lastConnectedAt?: string
      /** What is not monitored until it is connected again, at most a hundred, and how many there are. */
      readonly affectedControls?: readonly { readonly controlId: string; readonly framework?: string }[]
      readonly affectedCount?: number
    }
  /** The alert's `members` say the rest. */
  | { readonly kind: 'storm' }
  | {
      /** Of a type that this version does not know, or of a known one that does not say what it is about. */
      readonly kind: 'unknown'
      /** As it came, JSON of at most 2,000 characters. */
      readonly data: string
      /** Of a known type: what its data does not say, such as `data.control_id`. */
      readonly lacks?: string
    }
