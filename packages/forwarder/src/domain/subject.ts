/** What kind of condition an alert is about. A `storm` stands for many controls that failed at once. */
export type AlertKind = 'control' | 'scan' | 'score' | 'integration' | 'storm'

/** What routes match and people read: the parts of a subject, as ComplyWise spells them. */
export interface Labels {
  readonly framework?: string
  readonly controlId?: string
  readonly integrationId?: string
  readonly provider?: string
  /** What people call it, such as an integration's name. */
  readonly name?: string
}

/** A condition that can be open or resolved. */
export interface Subject {
  readonly kind: AlertKind
  /**
   * The correlation key, the same for every event about the same condition: `cw:acme:control:soc 2:cc6.1`. At most 200
   * characters; also PagerDuty's `dedup_key`.
   */
  readonly key: string
  readonly labels: Labels
}
