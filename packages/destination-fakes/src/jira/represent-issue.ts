import type { JiraComment, JiraIssue } from './model.ts'
import { jiraTime, representFields, representReference, representUser } from './represent.ts'
import type { JiraSite } from './site.ts'

/** Which parts of an issue a client asked for. */
export interface WantedParts {
  /** Ids of fields, `*all`, `*navigable`, or `-id` to leave one out. */
  readonly fields: readonly string[]
  /** Keys of properties, or `*all`. */
  readonly properties: readonly string[]
}

/** An issue as the API answers with it. */
export function representIssue(
  site: JiraSite,
  issue: JiraIssue,
  wanted: WantedParts,
): Readonly<Record<string, unknown>> {
  const properties = Object.entries(issue.properties).filter(
    ([key]) => wanted.properties.includes('*all') || wanted.properties.includes(key),
  )
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    id: issue.id,
    self: `${site.url}/rest/api/3/issue/${issue.id}`,
    key: issue.key,
    ...(wanted.properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    fields: choose(allFields(site, issue), wanted.fields),
  }
}

export function representComment(site: JiraSite, issue: JiraIssue, comment: JiraComment): object {
  const author = site.users.find(({ accountId }) => accountId === comment.author)
  const shown = author === undefined ? {} : representUser(site, author)
  return {
    self: `${site.url}/rest/api/3/issue/${issue.id}/comment/${comment.id}`,
    id: comment.id,
    author: shown,
    body: comment.body,
    updateAuthor: shown,
    created: jiraTime(comment.createdAt),
    updated: jiraTime(comment.createdAt),
    jsdPublic: true,
  }
}

// Comments come only with `*all` or by their own name.
const notNavigable = new Set(['comment'])

function choose(
  fields: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
): Readonly<Record<string, unknown>> {
  const left = wanted.filter((name) => name.startsWith('-')).map((name) => name.slice(1))
  const onlyLeavesOut = left.length > 0 && left.length === wanted.length
  const chosen = Object.entries(fields).filter(([id]) => {
    if (left.includes(id)) return false
    if (wanted.includes('*all') || wanted.includes(id)) return true
    return (wanted.includes('*navigable') || onlyLeavesOut) && !notNavigable.has(id)
  })
  return Object.fromEntries(chosen)
}

function allFields(site: JiraSite, issue: JiraIssue): Readonly<Record<string, unknown>> {
  const parentId = issue.values['parent']
  const parent = typeof parentId === 'string' ? site.findIssue(parentId) : undefined
  return {
    ...representFields(site, issue),
    ...(parent === undefined ? {} : { parent: representReference(site, parent) }),
    subtasks: site.subtasksOf(issue).map((subtask) => representReference(site, subtask)),
    issuelinks: representLinks(site, issue),
    comment: {
      self: `${site.url}/rest/api/3/issue/${issue.id}/comment`,
      comments: issue.comments.map((comment) => representComment(site, issue, comment)),
      maxResults: issue.comments.length,
      total: issue.comments.length,
      startAt: 0,
    },
  }
}

function representLinks(site: JiraSite, issue: JiraIssue): readonly object[] {
  return site.linksOf(issue).flatMap((link) => {
    const type = site.linkTypes.find(({ id }) => id === link.typeId)
    const isInward = link.inwardId === issue.id
    const other = site.findIssue(isInward ? link.outwardId : link.inwardId)
    if (type === undefined || other === undefined) return []
    return [
      {
        id: link.id,
        self: `${site.url}/rest/api/3/issueLink/${link.id}`,
        type: { ...type, self: `${site.url}/rest/api/3/issueLinkType/${type.id}` },
        [isInward ? 'outwardIssue' : 'inwardIssue']: representReference(site, other),
      },
    ]
  })
}
