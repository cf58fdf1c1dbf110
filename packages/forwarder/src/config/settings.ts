import type { Severity } from '../domain/severity.ts'

/** A pattern for each thing that is asked for; all of them have to match, each by any of its patterns (`*` is anything). */
export interface Match {
  readonly event?: readonly string[]
  readonly framework?: readonly string[]
  readonly control?: readonly string[]
  readonly provider?: readonly string[]
  readonly severity?: readonly Severity[]
}

/** Hours in which people are told only of what is bad enough; the rest waits until they end. */
export interface QuietHours {
  /** `22:00`, in `timeZone`; `24:00` is the end of a day. */
  readonly from: string
  readonly to: string
  /** IANA: `Europe/Berlin`. */
  readonly timeZone: string
  /** The days on which they begin; all when absent. 1 is Monday. */
  readonly days?: readonly number[]
  /** What is told all the same. Default critical. */
  readonly except: readonly Severity[]
}

/** Who is told of what. */
export interface Route {
  readonly match: Match
  /** Names of targets. None: nobody is told, on purpose. */
  readonly to: readonly string[]
  /** Replaces the severity. */
  readonly severity?: Severity
  readonly owner?: string
  /** How long it may take to fix. */
  readonly dueMs?: number
  readonly quietHours?: QuietHours
}

/** A condition that nobody is told of for a while, with the reason why. What still holds at its end is told then. */
export interface Mute {
  readonly match: Match
  /** RFC 3339. */
  readonly until: string
  readonly reason: string
  readonly approvedBy: string
}

/** What the configuration file says, whatever the destination; every default filled in. */
export interface Settings {
  /** Names the organization, so that two of them never share a key. */
  readonly instance: string
  /** Lower case. */
  readonly statuses: { readonly failing: readonly string[]; readonly passing: readonly string[] }
  readonly recovery: {
    /** A clean scan resolves every control, unless more are open than it evaluated. Default true. */
    readonly sweepOnCleanScan: boolean
    /** Only when it evaluated at least as many controls as each of the eight scans before it. Default true. */
    readonly scopeGuard: boolean
    /** How long after its recovery an alert is reopened instead of a new one opened. Default 7 days. */
    readonly reopenWindowMs: number
    /** A later event that names the integration resolves its alert. Default false. */
    readonly integrationEvidenceOfLife: boolean
    /** Resolves an integration's alert when nothing was heard for so long. Default never. */
    readonly integrationTtlMs?: number
  }
  readonly score: {
    /** In percent. Defaults 90, 75. */
    readonly warnBelow: number
    readonly criticalBelow: number
    /** Points that count as a drop. Default 5. */
    readonly drop: number
    /** Points above its line at which a band is left. Default 2. */
    readonly hysteresis: number
    /** Changes by less than so many points are no news. Default 1. */
    readonly ignoreBelow: number
  }
  readonly scans: {
    /** Which completed scans are announced. Default `changes`: those that differ from the one before. */
    readonly announce: 'changes' | 'always' | 'never'
    /** So many failed scans in a row make an error of a warning. Default 3. */
    readonly errorAfter: number
  }
  readonly storm: {
    /** More than so many controls that fail within the window are told as one. Default 10. */
    readonly controls: number
    /** Default 60 s. */
    readonly windowMs: number
  }
  /** Pages of ComplyWise to link to, with `{framework}`, `{control_id}`, `{integration_id}`, `{scan_job_id}`, `{evidence_id}`. */
  readonly links: { readonly [Kind in 'control' | 'scan' | 'score' | 'integration' | 'evidence']?: string }
  /** The first rule that matches replaces the severity of a reading; a route's own comes after it. */
  readonly severities: readonly { readonly match: Match; readonly severity: Severity }[]
  /** Whether an event goes to the first route that matches, or to all of them. Default `first`. */
  readonly routing: 'first' | 'all'
  readonly routes: readonly Route[]
  readonly mutes: readonly Mute[]
  /** What a request may take altogether. Default 8 s; has to be below the sender's timeout. */
  readonly deadlineMs: number
}
