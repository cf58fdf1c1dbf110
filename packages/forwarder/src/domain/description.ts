/** What a step says, in plain text that no destination's syntax is in yet: the same words everywhere. */
export interface Description {
  /** `CC6.1 failing · SOC 2`. */
  readonly headline: string
  readonly tone: 'failing' | 'warning' | 'recovered' | 'info'
  /** One or two sentences: `CC6.1 of SOC 2 went from passed to failed.` */
  readonly summary: string
  readonly fields: readonly { readonly label: string; readonly value: string }[]
  /** A list below, such as the controls of a storm; as many as there are. */
  readonly lines: readonly string[]
  /** What has to be known to read it rightly: `At least 2 of 6 open controls have recovered; ComplyWise does not say which.` */
  readonly hints: readonly string[]
  readonly link?: { readonly label: string; readonly url: string }
}
