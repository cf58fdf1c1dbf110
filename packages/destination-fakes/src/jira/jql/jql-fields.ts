import { documentText } from '../adf.ts'
import type { JiraChoice, JiraIssue, JiraProject, JiraUser } from '../model.ts'
import { parseJqlDate } from './jql-date.ts'
import { JqlError } from './jql-error.ts'

/** What a query is read against: the site at the moment of the search. */
export interface JqlContext {
  readonly now: number
  /** The account id of who searches, `undefined` when that is nobody. */
  readonly currentUser: string | undefined
  readonly projects: readonly JiraProject[]
  readonly users: readonly JiraUser[]
  readonly priorities: readonly JiraChoice[]
  readonly resolutions: readonly JiraChoice[]
  /** The id of the issue with this key or id, not only in the index. */
  readonly findIssueId: (keyOrId: string) => string | undefined
}

/** One searchable field: how its value is read from an issue, and from what a query names. */
export interface JqlField {
  readonly name: string
  readonly kind: 'choice' | 'date' | 'text'
  /** The values of an issue, none when the field is empty. */
  values(issue: JiraIssue, context: JqlContext): readonly (string | number)[]
  /** The values that a word of the query stands for; `[]` stands for empty. Throws a {@link JqlError}. */
  operand(text: string, context: JqlContext): readonly (string | number)[]
}

/** The field that a query calls `name`; throws a {@link JqlError} when there is none. */
export function findJqlField(name: string): JqlField {
  const folded = name.toLowerCase()
  const field = fields.find(({ name, aliases }) => name.toLowerCase() === folded || aliases?.includes(folded))
  // Entity properties included: only those that an installed app has declared are searchable.
  if (field === undefined) {
    throw new JqlError(`Field '${name}' does not exist or you do not have permission to view it.`)
  }
  return field
}

type Definition = JqlField & { readonly aliases?: readonly string[] }

const fields: readonly Definition[] = [
  {
    name: 'project',
    kind: 'choice',
    values: (issue) => [issue.projectKey],
    operand: (text, { projects }) =>
      found(
        projects.filter((project) => [project.key, project.name, project.id].some((one) => same(one, text))),
        'project',
        text,
      ).map(({ key }) => key),
  },
  {
    name: 'key',
    aliases: ['issuekey', 'issue', 'id'],
    kind: 'choice',
    values: (issue) => [issue.id],
    operand(text, { findIssueId }) {
      if (!/^(\d+|[A-Za-z][A-Za-z0-9_]*-\d+)$/.test(text))
        throw new JqlError(`The issue key '${text}' for field 'key' is invalid.`)
      const id = findIssueId(text)
      if (id === undefined) throw new JqlError(`An issue with key '${text}' does not exist for field 'key'.`)
      return [id]
    },
  },
  {
    name: 'labels',
    kind: 'choice',
    values: ({ values }) => list(values['labels']).map((label) => label.toLowerCase()),
    operand: (text) => [text.toLowerCase()],
  },
  {
    name: 'status',
    kind: 'choice',
    values: (issue) => [issue.statusId],
    operand: (text, { projects }) =>
      named(
        projects.flatMap(({ workflow }) => workflow.statuses),
        'status',
        text,
      ),
  },
  {
    name: 'statusCategory',
    kind: 'choice',
    values(issue, { projects }) {
      const project = projects.find(({ key }) => key === issue.projectKey)
      const status = project?.workflow.statuses.find(({ id }) => id === issue.statusId)
      return status === undefined ? [] : [status.category]
    },
    operand: (text) =>
      found(
        categories.filter((category) => category.some((one) => same(one, text))),
        'statusCategory',
        text,
      ).map(([key]) => key),
  },
  {
    name: 'issuetype',
    aliases: ['type'],
    kind: 'choice',
    values: (issue) => [issue.typeId],
    operand: (text, { projects }) =>
      named(
        projects.flatMap(({ issueTypes }) => issueTypes),
        'issuetype',
        text,
      ),
  },
  {
    name: 'priority',
    kind: 'choice',
    values: ({ values }) => list(values['priority']),
    operand: (text, { priorities }) => named(priorities, 'priority', text),
  },
  {
    name: 'resolution',
    kind: 'choice',
    values: ({ values }) => list(values['resolution']),
    operand: (text, { resolutions }) =>
      same(text, 'unresolved') ? [] : named(resolutions, 'resolution', text),
  },
  ...['assignee', 'reporter'].map((name): Definition => ({
    name,
    kind: 'choice',
    values: ({ values }) => list(values[name]),
    operand: (text, { users }) =>
      found(
        users.filter((user) => [user.accountId, user.email, user.displayName].some((one) => same(one, text))),
        name,
        text,
      ).map(({ accountId }) => accountId),
  })),
  {
    name: 'parent',
    kind: 'choice',
    values: ({ values }) => list(values['parent']),
    operand: (text, { findIssueId }) => {
      const id = findIssueId(text)
      if (id === undefined)
        throw new JqlError(`An issue with key '${text}' does not exist for field 'parent'.`)
      return [id]
    },
  },
  {
    name: 'component',
    kind: 'choice',
    values: ({ values }) => list(values['components']),
    operand: (text, { projects }) =>
      named(
        projects.flatMap(({ components }) => components),
        'component',
        text,
      ),
  },
  dateField('created', [], (issue) => issue.createdAt),
  dateField('updated', [], (issue) => issue.updatedAt),
  dateField('resolved', ['resolutiondate'], (issue) => issue.resolvedAt),
  dateField('due', ['duedate'], ({ values }) => {
    const due = values['duedate']
    return typeof due === 'string' ? Date.parse(due) : null
  }),
  textField('summary', ({ values }) => String(values['summary'])),
  textField('description', ({ values }) => documentText(values['description'])),
  textField('text', (issue) =>
    [
      String(issue.values['summary']),
      documentText(issue.values['description']),
      ...issue.comments.map(({ body }) => documentText(body)),
    ].join('\n'),
  ),
]

const categories = [
  ['new', 'To Do', '2'],
  ['indeterminate', 'In Progress', '4'],
  ['done', 'Done', '3'],
] as const

function dateField(
  name: string,
  aliases: readonly string[],
  at: (issue: JiraIssue) => number | null,
): Definition {
  return {
    name,
    aliases,
    kind: 'date',
    values(issue) {
      const value = at(issue)
      return value === null ? [] : [value]
    },
    operand: (text, { now }) => [parseJqlDate(text, name, now)],
  }
}

function textField(name: string, read: (issue: JiraIssue) => string): Definition {
  return {
    name,
    kind: 'text',
    values(issue) {
      const text = read(issue)
      return text === '' ? [] : [text.toLowerCase()]
    },
    operand: (text) => [text.toLowerCase()],
  }
}

function named(choices: readonly JiraChoice[], field: string, text: string): readonly string[] {
  const matching = choices.filter(({ id, name }) => same(id, text) || same(name, text))
  return found(matching, field, text).map(({ id }) => id)
}

function found<T>(matching: readonly T[], field: string, text: string): readonly T[] {
  if (matching.length > 0) return matching
  throw new JqlError(`The value '${text}' does not exist for the field '${field}'.`)
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function list(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? [value] : []
}
