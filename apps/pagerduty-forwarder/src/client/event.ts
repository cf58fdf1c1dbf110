/** How much a problem matters: `critical` and `error` wake people, the others do not. */
export type Severity = 'critical' | 'error' | 'warning' | 'info'

/** Something to click on in PagerDuty. `href` is an `http:` or `https:` URL. */
export interface Link {
  readonly href: string
  readonly text?: string
}

/** Opens an incident, or adds to the one that is open under the same key. */
export interface TriggerEvent {
  /** 32 letters and digits. Whatever follows the trigger has to use the same one. */
  readonly routing_key: string
  readonly event_action: 'trigger'
  /** 1..255 characters. */
  readonly dedup_key: string
  readonly client?: string
  readonly client_url?: string
  readonly payload: {
    /** 1..1,024 characters. */
    readonly summary: string
    readonly source: string
    readonly severity: Severity
    /** ISO 8601. */
    readonly timestamp?: string
    readonly component?: string
    readonly group?: string
    readonly class?: string
    readonly custom_details?: Readonly<Record<string, unknown>>
  }
  readonly links?: readonly Link[]
  /** `src` is an `https:` URL. */
  readonly images?: readonly { readonly src: string; readonly href?: string; readonly alt?: string }[]
}

/** Acknowledges or resolves the incident that is open under a key. Without one it changes nothing, and nobody says so. */
export interface FollowUpEvent {
  readonly routing_key: string
  readonly event_action: 'acknowledge' | 'resolve'
  readonly dedup_key: string
}

/** What PagerDuty takes at `/v2/enqueue`. */
export type AlertEvent = TriggerEvent | FollowUpEvent

/** What PagerDuty takes at `/v2/change/enqueue`. Nothing deduplicates these: sent twice, it is shown twice. */
export interface ChangeEvent {
  /** Not that of a ruleset, which begins with `R`. */
  readonly routing_key: string
  readonly payload: {
    /** 1..1,024 characters. */
    readonly summary: string
    readonly source?: string
    /** ISO 8601. */
    readonly timestamp?: string
    readonly custom_details?: Readonly<Record<string, unknown>>
  }
  readonly links?: readonly Link[]
}
