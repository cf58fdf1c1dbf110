import type { AdfDocument } from '../render/adf.ts'

/** What the forwarder wants to know of an issue. */
export interface IssueState {
  readonly id: string
  readonly key: string
  /** By Jira's category of the status, which is the same in every language and workflow. */
  readonly category: 'new' | 'indeterminate' | 'done'
  readonly resolution: string | undefined
  readonly labels: readonly string[]
  /** When it was closed, in milliseconds; `undefined` when Jira does not say. */
  readonly closedAt: number | undefined
  readonly issueTypeId: string | undefined
  readonly projectId: string | undefined
  /** The property `complywise`, if the issue is the forwarder's. */
  readonly mark: IssueMark | undefined
}

/** The entity property `complywise` of an issue: which condition it is about, and what made it. */
export interface IssueMark {
  readonly key: string
  readonly instance: string
  readonly event_id: string
  readonly step: string
  /** What Jira refused when it was created, by field, so that it is told even if the process ended in between. */
  readonly dropped?: Readonly<Record<string, string>> | undefined
  /** Key of the issue that stands for the same condition, if this one was closed as its duplicate. */
  readonly duplicate_of?: string | undefined
}

/** A way from the issue's status to another one. */
export interface TransitionState {
  readonly id: string
  readonly name: string
  readonly toName: string
  readonly toCategory: string
  readonly fields: Readonly<Record<string, TransitionField>>
}

/** A field on the screen of a transition. */
export interface TransitionField {
  readonly isRequired: boolean
  readonly hasDefault: boolean
  /** Names of what may be chosen. */
  readonly allowed: readonly string[]
}

/** A comment as far as it tells what it was added for. */
export interface CommentState {
  readonly id: string
  /** Its property `complywise`, if it is the forwarder's. */
  readonly mark: CommentMark | undefined
}

/** The entity property `complywise` of a comment: what is told by it. */
export interface CommentMark {
  readonly step: string
  readonly event_id: string
  readonly action?: string | undefined
  /** The alert's; none for announcements. */
  readonly key?: string | undefined
}

/** The answer to a change that Jira may refuse for what is in it. */
export type Answer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | ({ readonly kind: 'refused' } & Complaints)

/** Why Jira refused a change, by field, and in general. */
export interface Complaints {
  readonly errors: Readonly<Record<string, string>>
  readonly errorMessages: readonly string[]
}

/** The calls to Jira that tell people something. Every one throws a {@link DestinationError} for what it does not return. */
export interface JiraApi {
  createIssue(
    fields: Readonly<Record<string, unknown>>,
    mark: IssueMark,
    signal: AbortSignal,
  ): Promise<Answer<{ readonly id: string; readonly key: string }>>
  /** `undefined` when there is none, or none that the account may see. */
  readIssue(idOrKey: string, signal: AbortSignal): Promise<IssueState | undefined>
  /** As written, not as indexed; those that do not exist are left out. At most 100 keys. */
  readIssues(keys: readonly string[], signal: AbortSignal): Promise<readonly IssueState[]>
  /** What the index finds, with what is written of the issues `reconciled` (ids). */
  search(
    jql: string,
    reconciled: readonly string[],
    signal: AbortSignal,
  ): Promise<Answer<readonly IssueState[]>>
  editIssue(
    id: string,
    fields: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answer<undefined>>
  setMark(id: string, mark: IssueMark, signal: AbortSignal): Promise<void>
  transitions(id: string, signal: AbortSignal): Promise<readonly TransitionState[]>
  /** `conflict`: somebody moved it at the same time. */
  transition(
    id: string,
    transitionId: string,
    fields: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answer<undefined> | { readonly kind: 'conflict' }>
  /** @returns its id; `undefined` when the issue is not there. */
  addComment(
    idOrKey: string,
    body: AdfDocument,
    mark: CommentMark,
    signal: AbortSignal,
  ): Promise<string | undefined>
  /**
   * Those of the newest 50 in which `text` stands, with their marks; the oldest first. None when only the comment `own`
   * is among them.
   */
  commentsWith(
    idOrKey: string,
    text: string,
    own: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly CommentState[]>
  /** @returns whether it is gone. */
  deleteComment(idOrKey: string, id: string, signal: AbortSignal): Promise<boolean>
  /** Links two issues; `from` duplicates, or relates to, `to`. @returns whether Jira did. */
  link(kind: 'Duplicate' | 'Relates', from: string, to: string, signal: AbortSignal): Promise<boolean>
  putRemoteLink(
    id: string,
    link: { readonly globalId: string; readonly url: string; readonly title: string },
    signal: AbortSignal,
  ): Promise<Answer<undefined>>
  /** The account that an e-mail address or account id belongs to, if issues of the project can be assigned to it. */
  findAssignee(project: string, idOrEmail: string, signal: AbortSignal): Promise<string | undefined>
}
