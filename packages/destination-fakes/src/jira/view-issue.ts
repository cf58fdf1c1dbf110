import { documentText } from './adf.ts'
import type { JiraIssue, JiraRemoteLink, JiraStatusCategoryKey } from './model.ts'
import { representFields } from './represent.ts'
import type { JiraSite } from './site.ts'

/** An issue as tests look at it. */
export interface JiraIssueView {
  readonly id: string
  readonly key: string
  readonly summary: string
  /** The plain text of the description. */
  readonly description: string
  readonly issueType: string
  readonly status: string
  readonly statusCategory: JiraStatusCategoryKey
  /** Its name; `null` while unresolved. */
  readonly resolution: string | null
  readonly resolvedAt: number | null
  readonly labels: readonly string[]
  /** Account id. */
  readonly assignee: string | null
  readonly priority: string | null
  readonly dueDate: string | null
  /** Every field as the API shows it. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly properties: Readonly<Record<string, unknown>>
  /** Oldest first. */
  readonly comments: readonly JiraCommentView[]
  /** Every change of status, oldest first. */
  readonly transitions: readonly JiraTransitionView[]
  readonly remoteLinks: readonly JiraRemoteLink[]
  /** What it is to other issues, such as `duplicates SEC-1`. */
  readonly links: readonly { readonly description: string; readonly key: string }[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface JiraCommentView {
  readonly id: string
  readonly at: number
  readonly author: string
  /** Its plain text. */
  readonly text: string
  /** Its Atlassian document. */
  readonly body: unknown
  readonly properties: Readonly<Record<string, unknown>>
}

export interface JiraTransitionView {
  readonly at: number
  readonly from: string
  readonly to: string
  readonly category: JiraStatusCategoryKey
}

/** An issue with names instead of ids. */
export function viewIssue(site: JiraSite, issue: JiraIssue): JiraIssueView {
  const project = site.projectOf(issue)
  const status = site.statusOf(issue)
  const { values } = issue
  return {
    id: issue.id,
    key: issue.key,
    summary: String(values['summary']),
    description: documentText(values['description']),
    issueType: project.issueTypes.find(({ id }) => id === issue.typeId)?.name ?? issue.typeId,
    status: status.name,
    statusCategory: status.category,
    resolution: site.resolutions.find(({ id }) => id === values['resolution'])?.name ?? null,
    resolvedAt: issue.resolvedAt,
    labels: Array.isArray(values['labels']) ? values['labels'].map(String) : [],
    assignee: textOrNull(values['assignee']),
    priority: site.priorities.find(({ id }) => id === values['priority'])?.name ?? null,
    dueDate: textOrNull(values['duedate']),
    fields: representFields(site, issue),
    properties: issue.properties,
    comments: issue.comments.map(({ id, author, createdAt, body, properties }) => ({
      id,
      at: createdAt,
      author,
      text: documentText(body),
      body,
      properties,
    })),
    transitions: issue.statusChanges.map(({ at, from, to }) => ({
      at,
      from: site.statusOf(issue, from).name,
      to: site.statusOf(issue, to).name,
      category: site.statusOf(issue, to).category,
    })),
    remoteLinks: issue.remoteLinks,
    links: viewLinks(site, issue),
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
  }
}

function viewLinks(site: JiraSite, issue: JiraIssue): JiraIssueView['links'] {
  return site.linksOf(issue).flatMap((link) => {
    const type = site.linkTypes.find(({ id }) => id === link.typeId)
    const isInward = link.inwardId === issue.id
    const other = site.findIssue(isInward ? link.outwardId : link.inwardId)
    if (type === undefined || other === undefined) return []
    return [{ description: isInward ? type.outward : type.inward, key: other.key }]
  })
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
