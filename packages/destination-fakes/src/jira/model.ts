/** The three categories every status belongs to, whatever it is called and in whatever language. */
export type JiraStatusCategoryKey = 'new' | 'indeterminate' | 'done'

export interface JiraStatus {
  readonly id: string
  readonly name: string
  readonly category: JiraStatusCategoryKey
}

export interface JiraTransition {
  readonly id: string
  readonly name: string
  /** Ids of the statuses it starts from; `'any'` makes it global. */
  readonly from: readonly string[] | 'any'
  readonly to: string
  /** Ids of the fields on its screen, the only ones that may be sent with it. */
  readonly screen: readonly string[]
  /** Those of `screen` that have to be sent. */
  readonly required: readonly string[]
  /** Accepted with the transition though `expand=transitions.fields` does not list them. */
  readonly unlisted: readonly string[]
  /** A post function's: the id of the resolution that it sets when none was sent. */
  readonly setsResolution?: string
  /** A post function's: empties the resolution. */
  readonly clearsResolution: boolean
}

export interface JiraWorkflow {
  /** The status of a new issue. */
  readonly initial: string
  readonly statuses: readonly JiraStatus[]
  readonly transitions: readonly JiraTransition[]
}

/** How the value of a field is written and checked. */
export type JiraFieldKind =
  | 'summary'
  | 'text'
  | 'document'
  | 'labels'
  | 'priority'
  | 'resolution'
  | 'user'
  | 'date'
  | 'datetime'
  | 'number'
  | 'option'
  | 'options'
  | 'components'
  | 'parent'

export interface JiraField {
  readonly id: string
  readonly name: string
  readonly kind: JiraFieldKind
  /** Whether it has to be sent to create an issue. */
  readonly isRequired: boolean
  /** Whether it is on the create and edit screens; others can only be sent with a transition that has them. */
  readonly isOnScreen: boolean
  /** Of `option` and `options`. */
  readonly options: readonly { readonly id: string; readonly value: string }[]
}

export interface JiraIssueType {
  readonly id: string
  readonly name: string
  readonly isSubtask: boolean
}

export interface JiraProject {
  readonly id: string
  readonly key: string
  readonly name: string
  /** `classic` is company-managed, `next-gen` is team-managed: that one has no resolutions at all. */
  readonly style: 'classic' | 'next-gen'
  readonly issueTypes: readonly JiraIssueType[]
  /** What an issue has beside its project, its type and what Jira sets itself. */
  readonly fields: readonly JiraField[]
  readonly workflow: JiraWorkflow
  readonly components: readonly { readonly id: string; readonly name: string }[]
}

export interface JiraUser {
  readonly accountId: string
  readonly displayName: string
  readonly email: string
  readonly isActive: boolean
  /** Whether issues may be assigned to this user. */
  readonly isAssignable: boolean
  /** API tokens that authenticate as this user. */
  readonly tokens: readonly string[]
}

export interface JiraComment {
  readonly id: string
  readonly author: string
  readonly createdAt: number
  readonly body: unknown
  readonly properties: Readonly<Record<string, unknown>>
}

export interface JiraStatusChange {
  readonly at: number
  readonly transitionId: string
  readonly from: string
  readonly to: string
  readonly by: string
}

export interface JiraRemoteLink {
  readonly id: number
  readonly globalId?: string
  readonly relationship?: string
  readonly application?: unknown
  readonly object: Readonly<Record<string, unknown>> & { readonly url: string; readonly title: string }
}

/** An issue as it is stored; every write makes a new one, so that the index can keep an old one. */
export interface JiraIssue {
  readonly id: string
  readonly key: string
  readonly projectKey: string
  readonly typeId: string
  readonly statusId: string
  /** By field id, in the form {@link JiraFieldKind} stores: ids for what is chosen, plain values for the rest. */
  readonly values: Readonly<Record<string, unknown>>
  readonly creator: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly resolvedAt: number | null
  readonly statusCategoryChangedAt: number
  readonly properties: Readonly<Record<string, unknown>>
  readonly comments: readonly JiraComment[]
  readonly statusChanges: readonly JiraStatusChange[]
  readonly remoteLinks: readonly JiraRemoteLink[]
}

export interface JiraIssueLink {
  readonly id: string
  readonly typeId: string
  /** Ids of the issues: the inward one is what the outward one's description points at. */
  readonly inwardId: string
  readonly outwardId: string
}

/** A named choice of the whole site. */
export interface JiraChoice {
  readonly id: string
  readonly name: string
}

export interface JiraLinkType extends JiraChoice {
  readonly inward: string
  readonly outward: string
}
