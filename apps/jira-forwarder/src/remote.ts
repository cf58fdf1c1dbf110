/** What Jira has for an alert, as the ledger keeps it. */
export interface JiraRemote {
  /** Id and key of the issue. */
  readonly id: string
  readonly key: string
  /** Since when it has been the alert's, RFC 3339: created or found then. */
  readonly since: string
  /** The target's project then, as it was configured; absent in what older versions have kept. */
  readonly project?: string
  /** Id of the step that created it; absent where it was found. */
  readonly step?: string
  /** Search has been asked for duplicates of it after everything of its time was indexed. */
  readonly isSwept: boolean
  /** The issue before it, which it is to be linked with. */
  readonly earlier?: { readonly id: string; readonly key: string }
  /** What Jira refused when it was created, by field. */
  readonly dropped?: Readonly<Record<string, string>>
  /** Id of the step in which nothing is said: people have accepted the condition, or it has no issue yet. */
  readonly silentIn?: string
  /** What is to be said in a step besides its description. */
  readonly hint?: { readonly step: string; readonly text: string }
}
